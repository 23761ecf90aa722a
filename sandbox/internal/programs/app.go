package programs

import (
	"context"
	"fmt"
	"strings"

	"github.com/kubectl-learn/kubectl-learn/images"
	"github.com/kubectl-learn/kubectl-learn/images/program"
	"github.com/kubectl-learn/kubectl-learn/images/service"
	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/container"
)

// lessonImages are the images of the lessons' own program. They contain only
// that program, like the real ones: no shell and no other command.
func lessonImages() container.Catalog {
	var all container.Catalog
	for _, image := range images.All() {
		all = append(all, container.Image{
			Name: image.Name, Tags: []string{image.Tag}, Ports: []int32{image.Port},
			Entrypoint: image.Entrypoint(),
			Env:        image.Environ(),
			User:       images.User,
			Programs:   map[string]container.Program{images.Program: lesson, images.Env: lesson},
		})
	}
	return all
}

// lesson runs the lessons' program in a container.
func lesson(ctx context.Context, p *container.Process) int {
	p.Catch(container.SIGTERM, container.SIGINT)
	stop, done := make(chan struct{}), make(chan struct{})
	defer close(done)
	go func() {
		defer close(stop)
		for {
			select {
			case signal := <-p.Signals:
				if signal == container.SIGTERM || signal == container.SIGINT {
					return
				}
			case <-done:
				return
			}
		}
	}()
	return program.Run(ctx, service.World{
		Args: p.Args, Environ: p.Env, Listen: p.Net.Listen, Dial: p.Net.Dial,
		Stdout: p.Stdout, Stderr: p.Stderr, Addr: p.Net.IP(), Hostname: p.Hostname,
		Stop: stop, Drain: service.Drain,
	})
}

// entrypoint is the script that public images begin with: it puts the image's
// main command before arguments that are none themselves, and becomes that.
func entrypoint(main string) container.Program {
	return func(ctx context.Context, p *container.Process) int {
		args := p.Args[1:]
		if len(args) == 0 || strings.HasPrefix(args[0], "-") || strings.HasSuffix(args[0], ".conf") || strings.Contains(args[0], "://") {
			args = append([]string{main}, args...)
		}
		program, ok := p.Lookup(args[0])
		if !ok {
			_, _ = fmt.Fprintf(p.Stderr, "%s: exec: %s: not found\n", p.Args[0], args[0]) // without stderr there is nowhere to report it
			return 127
		}
		inner := *p
		inner.Args = args
		p.Become(args, p.Env)
		return program(ctx, &inner)
	}
}
