package shell

import (
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/programs/shell/parse"
)

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

// typeOf is "type NAME...".
func typeOf(s *shell, n *call) error {
	args := n.args[1:]
	brief := len(args) > 0 && args[0] == "-p"
	if brief {
		args = args[1:]
	}
	s.status = 0
	for _, name := range args {
		if !s.describeName(name, brief) {
			s.status = 127
		}
	}
	return nil
}

// describeName prints what a name means: in words, or briefly as "command -v"
// does. It reports whether it means anything.
func (s *shell) describeName(name string, brief bool) bool {
	say := func(words, short string) bool {
		if brief {
			s.printf("%s\n", short)
		} else {
			s.printf("%s%s\n", name, words)
		}
		return true
	}
	b, isBuiltin := builtins()[name]
	switch {
	case parse.Keyword(name):
		return say(" is a shell keyword", name)
	case s.aliases[name] != "":
		return say(" is an alias for "+s.aliases[name], "alias "+name+"="+quote(s.aliases[name]))
	case s.funcs[name] != nil:
		return say(" is a function", name)
	case isBuiltin && b.special:
		return say(" is a special shell builtin", name)
	case isBuiltin:
		return say(" is a shell builtin", name)
	}
	full := name
	if !strings.Contains(name, "/") {
		full = s.inPath(name)
	} else if _, err := s.p.Files.Stat(s.absolute(name)); err != nil {
		full = ""
	}
	if full != "" {
		return say(" is "+full, full)
	}
	if !brief {
		s.printf("%s: not found\n", name)
	}
	return false
}

// command is "command -v NAME", "command -V NAME", or a name that is no function.
func command(s *shell, n *call) error {
	args := n.args[1:]
	for len(args) > 0 && len(args[0]) > 1 && args[0][0] == '-' {
		flag := args[0]
		args = args[1:]
		switch flag {
		case "-v", "-V":
			if s.status = 0; len(args) > 0 && !s.describeName(args[0], flag == "-v") {
				s.status = 127
			}
			return nil
		case "-p":
		case "--":
			return s.outside(n, args)
		default:
			return s.fault("illegal option %s", flag[:2])
		}
	}
	return s.outside(n, args)
}

func (s *shell) outside(n *call, args []string) error {
	if len(args) == 0 {
		s.status = 0
		return nil
	}
	inner := &call{Simple: &parse.Simple{Line: n.Line}, args: args, how: n.how, outside: true}
	s.builtin = ""
	if b, ok := builtins()[args[0]]; ok {
		return s.runBuiltin(inner, b)
	}
	return s.external(inner)
}

func hash(s *shell, n *call) error {
	s.status = 0
	for _, name := range n.args[1:] {
		_, isBuiltin := builtins()[name]
		if name != "-r" && !isBuiltin && s.funcs[name] == nil && s.inPath(name) == "" {
			s.complain("%s: not found", name)
			s.status = 1
		}
	}
	return nil
}

func help(s *shell, _ *call) error {
	s.status = 0
	s.print(`Built-in commands:
------------------
	. : [ [[ alias bg break cd chdir command continue echo eval exec
	exit export false fg getopts hash help history jobs kill let
	local printf pwd read readonly return set shift source test times
	trap true type ulimit umask unalias unset wait
`)
	return nil
}

// changeDir is "cd [-LP] [DIR]".
func changeDir(s *shell, n *call) error {
	args := n.args[1:]
	physical := false
	for len(args) > 0 && (args[0] == "-P" || args[0] == "-L" || args[0] == "--") {
		physical = args[0] == "-P"
		args = args[1:]
	}
	to, show := s.value("HOME"), false
	if len(args) > 0 {
		if to = args[0]; to == "-" {
			to, show = s.value("OLDPWD"), true
		}
	}
	if to == "" {
		to = "."
	}
	full := path.Clean("/" + path.Join(s.dir, to))
	if path.IsAbs(to) {
		full = path.Clean(to)
	} else if found, ok := s.inCDPATH(to); ok {
		full, show = found, true
	}
	info, err := s.p.Files.Stat(s.absolute(to))
	if full != s.absolute(to) {
		info, err = s.p.Files.Stat(full)
	}
	switch {
	case err != nil:
		return s.fault("can't cd to %s: %s", to, reason(err, "No such file or directory"))
	case !info.IsDir():
		return s.fault("can't cd to %s: Not a directory", to)
	}
	if physical {
		full = s.real(full)
	}
	s.vars.put("OLDPWD", variable{value: s.dir, set: true, exported: true})
	s.vars.put("PWD", variable{value: full, set: true, exported: true})
	if s.dir, s.status = full, 0; show {
		s.printf("%s\n", full)
	}
	return nil
}

func (s *shell) inCDPATH(to string) (string, bool) {
	if strings.HasPrefix(to, ".") || s.value("CDPATH") == "" {
		return "", false
	}
	for dir := range strings.SplitSeq(s.value("CDPATH"), ":") {
		full := path.Join(s.absolute(dir), to)
		if info, err := s.p.Files.Stat(full); err == nil && info.IsDir() {
			return full, dir != ""
		}
	}
	return "", false
}

func workDir(s *shell, n *call) error {
	dir := s.dir
	if len(n.args) > 1 && n.args[1] == "-P" {
		dir = s.real(dir)
	}
	s.status = 0
	s.printf("%s\n", dir)
	return nil
}
