package shell

import (
	"strconv"
	"strings"

	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/programs/shell/parse"
)

// builtin is a builtin command. A special one ends the shell if it fails, and
// keeps assignments before it; assigns says that its arguments may be
// assignments.
type builtin struct {
	run              func(*shell, *call) error
	special, assigns bool
}

func itoa(n int) string { return strconv.Itoa(n) }

// builtins are ash's builtins.
func builtins() map[string]builtin {
	return map[string]builtin{
		".": {dot, true, false}, "source": {dot, true, false}, ":": {status(0), true, false}, "true": {status(0), false, false}, "false": {status(1), false, false},
		"break": {breakLoop, true, false}, "continue": {breakLoop, true, false}, "eval": {eval, true, false}, "exec": {exec, true, false},
		"exit": {exit, true, false}, "return": {exit, true, false}, "export": {export, true, true}, "readonly": {export, true, true}, "local": {local, true, true},
		"set": {set, true, false}, "shift": {shift, true, false}, "times": {times, true, false}, "trap": {trap, true, false}, "unset": {unset, true, false},
		"[": {test, false, false}, "[[": {test, false, false}, "test": {test, false, false}, "echo": {echo, false, false}, "printf": {printf, false, false},
		"alias": {alias, false, true}, "unalias": {unalias, false, false}, "bg": {foreground, false, false}, "fg": {foreground, false, false},
		"cd": {changeDir, false, false}, "chdir": {changeDir, false, false}, "pwd": {workDir, false, false}, "command": {command, false, false},
		"type": {typeOf, false, false}, "hash": {hash, false, false}, "help": {help, false, false}, "history": {status(0), false, false},
		"getopts": {getopts, false, false}, "jobs": {jobsBuiltin, false, false}, "kill": {kill, false, false}, "wait": {wait, false, false},
		"let": {let, false, false}, "read": {read, false, false}, "umask": {umask, false, false}, "ulimit": {ulimit, false, false},
	}
}

func status(code int) func(*shell, *call) error {
	return func(s *shell, _ *call) error {
		s.status = code
		return nil
	}
}

// breakLoop is break and continue.
func breakLoop(s *shell, n *call) error {
	levels := 1
	if len(n.args) > 1 {
		var err error
		if levels, err = s.number(n.args[1]); err != nil {
			return err
		}
		if levels == 0 {
			return s.fault("Illegal number: %s", n.args[1])
		}
	}
	if s.status = 0; s.loops == 0 {
		return nil
	}
	s.levels = min(levels, s.loops)
	if n.args[0] == "break" {
		return errBreak
	}
	return errContinue
}

// exit is exit and return.
func exit(s *shell, n *call) error {
	if len(n.args) > 1 {
		code, err := s.number(n.args[1])
		if err != nil {
			return err
		}
		s.status = code & 0xff
	}
	if n.args[0] == "exit" {
		return errExit
	}
	if s.calls == 0 { // Outside a function it leaves the shell too.
		return errExit
	}
	return errReturn
}

func eval(s *shell, n *call) error {
	if len(n.args) == 1 {
		s.status = 0
		return nil
	}
	name := s.builtin
	defer func() { s.builtin = name }()
	return s.source(parse.Text(strings.Join(n.args[1:], " ")), s.line, n.how&tested)
}

// exec replaces the shell, or makes redirections permanent.
func exec(s *shell, n *call) error {
	args := n.args[1:]
	if len(args) > 0 && args[0] == "--" {
		args = args[1:]
	}
	if len(args) == 0 {
		s.status = 0
		return nil
	}
	return s.external(&call{Simple: &parse.Simple{}, args: args, assigns: n.assigns, how: n.how, exec: true})
}

// dot runs a file in the shell.
func dot(s *shell, n *call) error {
	if len(n.args) < 2 {
		s.status = 0
		return nil
	}
	name := n.args[1]
	if !strings.Contains(name, "/") {
		if name = s.inPath(name); name == "" {
			return s.fault("%s: not found", n.args[1])
		}
	}
	text, err := s.readScript(name)
	if err != nil {
		return s.fault("can't open '%s': %s", name, reason(err, "No such file or directory"))
	}
	params := s.params
	if len(n.args) > 2 {
		s.params = n.args[2:]
		defer func() { s.params = params }()
	}
	s.builtin = name
	line := s.line
	defer func() { s.line = line }()
	return s.call(func() error { return s.source(parse.Text(text), 1, n.how&tested) })
}

func times(s *shell, _ *call) error {
	s.status = 0
	s.print("0m0.000s 0m0.000s\n0m0.000s 0m0.000s\n")
	return nil
}

func let(s *shell, n *call) error {
	if len(n.args) == 1 {
		return s.fault("expression expected")
	}
	for _, arg := range n.args[1:] {
		value, err := s.calculate(arg)
		if err != nil {
			return err
		}
		s.status = truth(value != 0)
	}
	return nil
}

// export is export and readonly.
func export(s *shell, n *call) error {
	args := n.args[1:]
	s.status = 0
	unmark := false
	for len(args) > 0 && strings.HasPrefix(args[0], "-") && args[0] != "-" {
		unmark = unmark || args[0] == "-n"
		args = args[1:]
	}
	exports := n.args[0] == "export"
	if len(args) == 0 {
		s.list(n.args[0]+" ", func(v variable) bool { return exports && v.exported || !exports && v.readOnly })
		return nil
	}
	for _, arg := range args {
		err := s.mark(arg, func(v *variable) {
			if exports {
				v.exported = !unmark
			} else {
				v.readOnly = true
			}
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// local makes a variable local to its function; without a value it is unset.
func local(s *shell, n *call) error {
	if len(s.vars.aside) == 0 || s.calls == 0 {
		return s.fault("not in a function")
	}
	s.status = 0
	for _, arg := range n.args[1:] {
		name, value, ok := strings.Cut(arg, "=")
		if !parse.ValidName(name) {
			return s.fault("%s: bad variable name", name)
		}
		s.vars.keep(name)
		v := s.vars.all[name]
		if v.readOnly {
			return s.fault("%s: is read only", name)
		}
		v.value, v.set = value, ok
		s.vars.put(name, v)
	}
	return s.hold(0)
}

func unset(s *shell, n *call) error {
	args, funcs := n.args[1:], false
	for len(args) > 0 && strings.HasPrefix(args[0], "-") && len(args[0]) > 1 {
		switch args[0] {
		case "-f", "-v":
			funcs = args[0] == "-f"
		default:
			return s.fault("illegal option %s", args[0][:2])
		}
		args = args[1:]
	}
	s.status = 0
	for _, name := range args {
		v, ok := s.vars.all[name]
		switch {
		case funcs:
			delete(s.funcs, name)
		case !parse.ValidName(name):
			return s.fault("%s: bad variable name", name)
		case v.readOnly:
			return s.fault("%s: is read only", name)
		case ok:
			s.vars.remove(name)
		}
	}
	return nil
}

func alias(s *shell, n *call) error {
	s.status = 0
	if len(n.args) == 1 {
		for _, name := range sortedKeys(s.aliases) {
			s.printf("%s=%s\n", name, quote(s.aliases[name]))
		}
	}
	for _, arg := range n.args[1:] {
		name, text, ok := strings.Cut(arg, "=")
		if ok && name != "" {
			s.aliases[name] = text
			continue
		}
		if text, ok = s.aliases[arg]; !ok {
			_, _ = s.stderr().Write([]byte("alias: " + arg + " not found\n")) // without stderr there is nowhere to report it
			s.status = 1
			continue
		}
		s.printf("%s=%s\n", arg, quote(text))
	}
	return nil
}

func unalias(s *shell, n *call) error {
	s.status = 0
	for _, name := range n.args[1:] {
		if name == "-a" {
			clear(s.aliases)
			continue
		}
		if _, ok := s.aliases[name]; !ok {
			_, _ = s.stderr().Write([]byte("unalias: " + name + " not found\n")) // as above
			s.status = 1
		}
		delete(s.aliases, name)
	}
	return nil
}
