package shell

import (
	"io"
	"strings"

	"mvdan.cc/sh/v3/interp"
)

// account counts what the shell holds as its container's memory: its variables,
// and what "$(...)" has taken in so far. It fails when that is too much; the
// container is killed then.
func (s *shell) account(hc interp.HandlerContext, args []string) error {
	if s.isCaptured(hc.Stdout) {
		for _, arg := range args { // a builtin may print them
			s.captured.Add(int64(len(arg)))
		}
	} else {
		s.captured.Store(0)
	}
	held := s.captured.Load()
	for _, v := range hc.Env.Each {
		held += int64(len(v.Str))
	}
	return s.p.Hold(held)
}

// isCaptured reports whether an output is what the interpreter keeps for "$(...)".
func (s *shell) isCaptured(out io.Writer) bool {
	_, kept := out.(*strings.Builder)
	return kept
}

// capturing is where a command prints, which counts what is kept.
func (s *shell) capturing(hc interp.HandlerContext) io.Writer {
	if !s.isCaptured(hc.Stdout) {
		return hc.Stdout
	}
	return capture{hc.Stdout, s}
}

type capture struct {
	io.Writer
	shell *shell
}

// Write takes what the container may hold.
func (c capture) Write(p []byte) (int, error) {
	if err := c.shell.p.Hold(c.shell.captured.Add(int64(len(p)))); err != nil {
		return 0, err
	}
	return c.Writer.Write(p)
}
