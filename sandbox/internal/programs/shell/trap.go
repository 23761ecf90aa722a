package shell

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/container"
)

const sigEXIT container.Signal = 0

// signalNames are the signals from 1.
const signalNames = "HUP INT QUIT ILL TRAP ABRT BUS FPE KILL USR1 SEGV USR2 PIPE ALRM TERM STKFLT CHLD CONT STOP TSTP TTIN TTOU URG XCPU XFSZ VTALRM PROF WINCH POLL PWR SYS"

// signalNumber reads a signal's name or number.
func signalNumber(text string) (container.Signal, bool) {
	if n, err := strconv.Atoi(text); err == nil {
		return container.Signal(n), n >= 0 && n <= 64 && text[0] != '+'
	}
	text = strings.ToUpper(text)
	if text == "EXIT" {
		return sigEXIT, true
	}
	at := slices.Index(strings.Fields(signalNames), strings.TrimPrefix(text, "SIG"))
	return container.Signal(at + 1), at >= 0
}

func signalName(s container.Signal) string {
	if s == sigEXIT {
		return "EXIT"
	}
	if names := strings.Fields(signalNames); int(s) <= len(names) {
		return names[s-1]
	}
	return strconv.Itoa(int(s))
}

// signalWords is the C library's description of a signal.
func signalWords(s container.Signal) string {
	words, ok := map[container.Signal]string{
		1: "Hangup", 2: "Interrupt", 3: "Quit", 4: "Illegal instruction", 5: "Trace/breakpoint trap", 6: "Aborted", 7: "Bus error",
		8: "Floating point exception", 9: "Killed", 10: "User defined signal 1", 11: "Segmentation fault", 12: "User defined signal 2",
		13: "Broken pipe", 14: "Alarm clock", 15: "Terminated", 16: "Stack fault", 24: "CPU time limit exceeded",
		25: "File size limit exceeded", 26: "Virtual timer expired", 27: "Profiling timer expired", 29: "I/O possible", 30: "Power failure", 31: "Bad system call",
	}[s]
	if !ok {
		return "Unknown signal " + strconv.Itoa(int(s))
	}
	return words
}

// traps are what a shell does on signals, and on its exit.
type traps struct {
	// actions are by signal; "" is one that is ignored.
	actions map[container.Signal]string
	pending []container.Signal
	// deaf are the signals that were ignored when the shell began: that stays.
	deaf map[container.Signal]bool
	// interrupted says that Ctrl-C was typed.
	interrupted bool
}

func newTraps(p *container.Process) traps {
	t := traps{actions: map[container.Signal]string{}, deaf: map[container.Signal]bool{}}
	for s := container.Signal(1); s < 32; s++ {
		t.deaf[s] = p.Ignored(s)
	}
	return t
}

// inherited returns a subshell's traps: only ignored signals stay ignored.
func (t *traps) inherited() traps {
	out := traps{actions: maps.Clone(t.actions), deaf: t.deaf}
	maps.DeleteFunc(out.actions, func(_ container.Signal, action string) bool { return action != "" })
	return out
}

// any reports whether there are actions to run.
func (t *traps) any() bool {
	for _, action := range t.actions {
		if action != "" {
			return true
		}
	}
	return false
}

// take removes an action to run it for the last time.
func (t *traps) take(s container.Signal) (string, bool) {
	action := t.actions[s]
	delete(t.actions, s)
	return action, action != ""
}

// note keeps a received signal until its action can run.
func (t *traps) note(s container.Signal) {
	switch {
	case t.actions[s] != "":
		if !slices.Contains(t.pending, s) {
			t.pending = append(t.pending, s)
		}
	case s == container.SIGINT:
		t.interrupted = true
	}
}

// heed runs the actions of received signals.
func (s *shell) heed() error {
	for more := true; more; {
		select {
		case sig := <-s.p.Signals:
			s.traps.note(sig)
		case <-s.interrupts:
			s.traps.interrupted = true
		default:
			more = false
		}
	}
	for len(s.traps.pending) > 0 {
		sig := s.traps.pending[0]
		s.traps.pending = s.traps.pending[1:]
		status := s.status
		if err := s.runText(s.traps.actions[sig]); err != nil {
			return err
		}
		s.status = status
	}
	if s.traps.interrupted {
		s.traps.interrupted = false
		s.status = 128 + int(container.SIGINT)
		return errInterrupt
	}
	return nil
}

// trap is "trap [ACTION] SIGNAL...".
func trap(s *shell, n *call) error {
	args := n.args[1:]
	if len(args) > 0 && args[0] == "--" {
		args = args[1:]
	} else if len(args) > 0 && len(args[0]) > 1 && args[0][0] == '-' {
		return s.fault("illegal option %s", args[0][:2])
	}
	s.status = 0
	if len(args) == 0 {
		for _, sig := range slices.Sorted(maps.Keys(s.traps.actions)) {
			s.printf("trap -- %s %s\n", quote(s.traps.actions[sig]), signalName(sig))
		}
		return nil
	}
	action, reset := "", true
	if _, err := strconv.Atoi(args[0]); err != nil && len(args) > 1 {
		action, reset, args = args[0], args[0] == "-", args[1:]
	}
	for _, arg := range args {
		sig, ok := signalNumber(arg)
		if !ok {
			s.complain("%s: invalid signal specification", arg)
			s.status = 1
			continue
		}
		s.setTrap(sig, action, reset)
	}
	return nil
}

func (s *shell) setTrap(sig container.Signal, action string, reset bool) {
	if reset {
		delete(s.traps.actions, sig)
	} else {
		s.traps.actions[sig] = action
	}
	switch {
	case sig == sigEXIT || s.traps.deaf[sig]:
	case action != "" && !reset:
		s.p.Catch(sig)
	case !reset:
		s.p.Ignore(sig)
	case s.interactive && (sig == container.SIGTERM || sig == container.SIGINT || sig == container.SIGQUIT):
		s.p.Catch(sig)
	default:
		s.p.Default(sig)
	}
}
