package shell

import (
	"context"
	"strconv"
	"strings"

	"mvdan.cc/sh/v3/syntax"

	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/container"
)

// signalNames are the signals that a script can trap.
func signalNames() map[container.Signal]string {
	return map[container.Signal]string{
		container.SIGHUP: "HUP", container.SIGINT: "INT", container.SIGQUIT: "QUIT", container.SIGTERM: "TERM",
	}
}

// trap notes the traps for signals and leaves EXIT to the interpreter. It
// reports whether nothing is left to do.
func (s *shell) trap(args []string) ([]string, bool) {
	if len(args) < 2 {
		return args, len(args) == 0
	}
	action, left := args[0], []string{args[0]}
	for _, arg := range args[1:] {
		if name, ok := signalName(arg); ok {
			s.setTrap(name, action)
			continue
		}
		left = append(left, map[string]string{"0": "EXIT"}[arg]+strings.TrimPrefix(arg, "0"))
	}
	return left, len(left) == 1
}

func signalName(arg string) (string, bool) {
	arg = strings.TrimPrefix(strings.ToUpper(arg), "SIG")
	for number, name := range signalNames() {
		if arg == name || arg == strconv.Itoa(int(number)) {
			return name, true
		}
	}
	return "", false
}

// heed runs a script and, when a signal comes that it traps, ends it and runs
// the trap. A signal without a trap is not heard: a shell that is a
// container's first process has no default for it.
func (s *shell) heed(ctx context.Context, file *syntax.File) int {
	running, cancel := context.WithCancel(ctx)
	defer cancel()
	caught := make(chan string, 1)
	go func() {
		if name := s.wait(running); name != "" {
			caught <- name
			cancel()
		}
	}()
	code := s.run(running, file)
	select {
	case name := <-caught:
		return s.react(ctx, name)
	default:
		return code
	}
}

// wait returns the first trapped signal that comes. Until there is a trap it
// leaves the signals to the command in front, which may hear them itself.
func (s *shell) wait(ctx context.Context) string {
	select {
	case <-s.trapped:
	case <-ctx.Done():
		return ""
	}
	for {
		select {
		case sig := <-s.p.Signals:
			name := signalNames()[sig]
			if action := s.action(name); action != "" && action != "-" {
				return name
			}
		case <-ctx.Done():
			return ""
		}
	}
}

func (s *shell) action(name string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.traps[name]
}

func (s *shell) setTrap(name, action string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.traps) == 0 {
		close(s.trapped)
	}
	s.traps[name] = action
}

// react runs a trap's action; the script ends with it.
func (s *shell) react(ctx context.Context, name string) int {
	file, err := parser().Parse(strings.NewReader(s.action(name)), s.name)
	if err != nil {
		s.complain("syntax error: %s", fault(err))
		return 2
	}
	return s.run(ctx, file)
}
