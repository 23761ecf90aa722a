package cli

import (
	"context"

	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/machine"
	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/programs/fetch"
)

// runCurl is curl for machines without one: lessons fetch pages with it.
func runCurl(ctx context.Context, env Environment, args []string) int {
	p, err := machine.Process(append([]string{"curl"}, args...))
	if err != nil {
		say(env.Err, env.lang(), err)
		return exitError
	}
	p.Stdin, p.Stdout, p.Stderr = env.In, env.Out, env.Err
	return fetch.Curl(ctx, p)
}
