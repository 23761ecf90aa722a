// Package program is the one program of all lesson images.
package program

import (
	"context"
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/kubectl-learn/kubectl-learn/images/echo"
	"github.com/kubectl-learn/kubectl-learn/images/frontend"
	"github.com/kubectl-learn/kubectl-learn/images/greeting"
	"github.com/kubectl-learn/kubectl-learn/images/hello"
	"github.com/kubectl-learn/kubectl-learn/images/service"
	"github.com/kubectl-learn/kubectl-learn/images/webapp"
)

// Run runs the behaviour that the first argument names, as an image's
// entrypoint does, and returns the exit code. Under the name env it prints its
// environment, as the program of that name does.
func Run(ctx context.Context, w service.World) int {
	if path.Base(w.Args[0]) == "env" {
		return environment(w)
	}
	known := behaviours()
	if len(w.Args) == 2 {
		if run, ok := known[w.Args[1]]; ok {
			return run(ctx, w)
		}
	}
	w.Complain().Printf("unknown arguments %q; one of these is wanted: %s",
		w.Args[1:], strings.Join(slices.Sorted(maps.Keys(known)), ", "))
	return 2
}

func behaviours() map[string]func(context.Context, service.World) int {
	named := func(name string) func(context.Context, service.World) int {
		return func(ctx context.Context, w service.World) int { return echo.Run(ctx, w, name) }
	}
	return map[string]func(context.Context, service.World) int{
		"greeting": greeting.Run,
		"hello":    hello.Run,
		"web-app":  webapp.Run,
		"frontend": frontend.Run,
		"user":     named("user"),
		"pay":      named("pay"),
	}
}

// environment prints each name once, with its last value.
func environment(w service.World) int {
	if len(w.Args) > 1 {
		_, _ = fmt.Fprintf(w.Stderr, "env: takes no arguments here: the image has no other program to run\n") // where stderr is gone there is nobody to tell
		return 125
	}
	var names []string
	last := map[string]string{}
	for _, entry := range w.Environ {
		name, _, _ := strings.Cut(entry, "=")
		if _, seen := last[name]; !seen {
			names = append(names, name)
		}
		last[name] = entry
	}
	for _, name := range names {
		if _, err := fmt.Fprintln(w.Stdout, last[name]); err != nil {
			return 125
		}
	}
	return 0
}
