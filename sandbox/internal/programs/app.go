package programs

import (
	"context"
	"fmt"
	"strings"

	"github.com/kubectl-learn/kubectl-learn/images/demo"
	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/container"
)

// app runs the demo program on a container's world.
func app(ctx context.Context, p *container.Process) int {
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
	return demo.Run(ctx, demo.Config{
		Args: p.Args, Env: p.Env, Listen: p.Net.Listen, Dial: p.Net.Dial,
		Stdout: p.Stdout, Stderr: p.Stderr, Addr: p.Net.IP(), Stop: stop, Drain: demo.Drain,
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
			_, _ = fmt.Fprintf(p.Stderr, "%s: exec: %s: not found\n", p.Args[0], args[0]) // where stderr is gone there is nobody to tell
			return 127
		}
		inner := *p
		inner.Args = args
		return program(ctx, &inner)
	}
}
