package checks

import (
	"context"
	"io"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"

	"github.com/kubectl-learn/kubectl-learn/pkg/checks/internal/ask"
	"github.com/kubectl-learn/kubectl-learn/pkg/checks/internal/expr"
	"github.com/kubectl-learn/kubectl-learn/pkg/checks/internal/timing"
	"github.com/kubectl-learn/kubectl-learn/pkg/checks/internal/why"
	"github.com/kubectl-learn/kubectl-learn/pkg/checks/internal/words"
	"github.com/kubectl-learn/kubectl-learn/pkg/lang"
)

// RunProbe runs a command line on the learner's machine, by the Runner that the
// engine was given.
type RunProbe struct {
	Command string
	// Timeout is how long it may take; 10 s by default.
	Timeout time.Duration
}

// Runner runs commands on the learner's machine. It must be safe for use by many
// goroutines.
type Runner interface {
	// Run runs a command line in the lesson's workspace and returns its exit code;
	// the error says that it could not be run.
	Run(ctx context.Context, command string, stdout, stderr io.Writer) (exitCode int, err error)
}

func (p *RunProbe) subject() subject                  { return subject{} }
func (p *RunProbe) explaining() []why.Need            { return nil }
func (p *RunProbe) environment() expr.Environment     { return commandEnvironment() }
func (p *RunProbe) vars(s observation) map[string]any { return commandVars(s.output) }
func (p *RunProbe) ready(observation) bool            { return true }

func (p *RunProbe) consult(ctx context.Context, of outside, _ observation) (reply, error) {
	if of.runner == nil {
		return reply{}, lang.Errorf("this check runs a command on your machine, which isn't allowed here",
			"这项检查要在你的机器上运行命令，这里不允许")
	}
	timeout := p.Timeout
	if timeout <= 0 {
		timeout = timing.Run
	}
	timed, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	kept := ask.NewSink()
	out, errOut := kept.Ends()
	code, err := runFor(timed, of.runner, p.Command, out, errOut)
	said := kept.Output(lang.Same(words.Shorten(words.OneLine(p.Command), 80)))
	said.ExitCode = int64(code)
	switch {
	case ctx.Err() != nil:
		return reply{}, ctx.Err()
	case timed.Err() != nil:
		said.Late = true
	case err != nil:
		return reply{}, lang.Errorf("the command can't run here: %w", "这条命令无法在这里运行：%w", err)
	}
	return reply{output: said}, nil
}

// runFor does not wait for a command that outlives its time: what it started may
// hold its output open.
func runFor(ctx context.Context, r Runner, command string, stdout, stderr io.Writer) (int, error) {
	type end struct {
		code int
		err  error
	}
	ended := make(chan end, 1)
	go func() {
		code, err := r.Run(ctx, command, stdout, stderr)
		ended <- end{code, err}
	}()
	select {
	case e := <-ended:
		return e.code, e.err
	case <-ctx.Done():
	}
	timer := time.NewTimer(timing.RunEnd)
	defer timer.Stop()
	select {
	case e := <-ended:
		return e.code, e.err
	case <-timer.C:
		return -1, ctx.Err()
	}
}

func (p *RunProbe) judge(c Check, s observation, e expectation, _ time.Time) judgment {
	if s.output == nil {
		return failed(lang.Messagef("the command wasn't run", "命令没有运行"))
	}
	return judgeCommand(c, s.output, e)
}

func (r *RunProbe) parse(p *parser, n *yaml.Node) {
	p.mapping(n, "run", []field{p.text("command", &r.Command), p.duration("timeout", timing.MaxTimeout, &r.Timeout)})
}

func (p *RunProbe) flaws(f *flaws, _ Check) {
	f.need("run", "command", strings.TrimSpace(p.Command))
}

func (p *RunProbe) identity() string       { return identityOf("run", p.Command) }
func (p *RunProbe) judgeable(r reply) bool { return r.output != nil }
func (p *RunProbe) changes() bool          { return true }
