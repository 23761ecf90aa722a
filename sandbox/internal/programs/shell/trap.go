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

// heed runs a script. A signal that it traps is acted on before the next
// command, or at once where it waits, as a shell does: a command in front is
// not disturbed. A signal without a trap is what Linux makes of it.
func (s *shell) heed(ctx context.Context, file *syntax.File) int {
	running, cancel := context.WithCancel(ctx)
	defer cancel()
	go s.listen(running, cancel)
	code := s.run(running, file)
	if action, ok := s.takePending(); ok && !s.runner.Exited() {
		return s.react(ctx, action)
	}
	return code
}

// listen notes the trapped signals that come.
func (s *shell) listen(ctx context.Context, cancel context.CancelFunc) {
	select {
	case <-s.trapped:
	case <-ctx.Done():
		return
	}
	for {
		select {
		case sig := <-s.p.Signals:
			if s.note(signalNames()[sig]) {
				cancel()
				return
			}
		case <-ctx.Done():
			return
		}
	}
}

// note makes a signal's action pending and reports whether the shell waits.
func (s *shell) note(name string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if action := s.traps[name]; action != "" && action != "-" {
		s.pending = action
		return s.waiting
	}
	return false
}

func (s *shell) takePending() (string, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	action := s.pending
	s.pending = ""
	return action, action != ""
}

func (s *shell) setWaiting(waits bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.waiting = waits
}

func (s *shell) trapping() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.traps) > 0
}

func (s *shell) setTrap(name, action string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.traps) == 0 {
		close(s.trapped)
	}
	s.traps[name] = action
	for number, n := range signalNames() {
		if n == name {
			s.p.Catch(number)
		}
	}
}

// afterTrap is a command with a trap's action before it.
func (s *shell) afterTrap(action string, args []string) ([]string, error) {
	words := make([]string, len(args))
	for i, arg := range args {
		quoted, err := syntax.Quote(arg, syntax.LangBash)
		if err != nil {
			return nil, err
		}
		words[i] = quoted
	}
	return []string{"eval", action + "\n" + strings.Join(words, " ")}, nil
}

// react runs a trap's action after a script that waited.
func (s *shell) react(ctx context.Context, action string) int {
	file, err := s.readScript(strings.NewReader(action))
	if err != nil {
		s.complain("%v", err)
		return 2
	}
	return s.run(ctx, file)
}
