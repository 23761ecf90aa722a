package shell

import (
	"strings"
)

// The options that have no letter.
const (
	pipefail = 'P'
	editing  = 'V'
)

// option is an option of "set".
type option struct {
	letter byte
	name   string
}

// options are in ash's order. Those without a name are not listed.
func optionList() []option {
	return []option{
		{'e', "errexit"},
		{'f', "noglob"},
		{'I', "ignoreeof"},
		{'i', ""},
		{'m', "monitor"},
		{'n', "noexec"},
		{'s', ""},
		{'c', ""},
		{'x', "xtrace"},
		{'v', "verbose"},
		{'C', "noclobber"},
		{'a', "allexport"},
		{'b', "notify"},
		{'u', "nounset"},
		{'E', "errtrace"},
		{editing, "vi"},
		{pipefail, "pipefail"},
	}
}

func isOption(letter byte) bool {
	for _, o := range optionList() {
		if o.letter == letter && letter != 'i' && letter != 's' && letter != 'c' {
			return letter != editing && letter != pipefail
		}
	}
	return false
}

// setOption sets an option by its name, and reports whether there is one.
func (s *shell) setOption(name string, on bool) bool {
	for _, o := range optionList() {
		if o.name == name && name != "" {
			s.options[o.letter] = on
			return true
		}
	}
	return false
}

// optionLetters is "$-".
func (s *shell) optionLetters() string {
	letters := ""
	for _, o := range optionList() {
		if s.options[o.letter] && o.letter != editing && o.letter != pipefail {
			letters = string(rune(o.letter)) + letters
		}
	}
	return letters
}

func (s *shell) listOptions(asCommands bool) {
	for _, o := range optionList() {
		on := s.options[o.letter]
		switch {
		case o.name == "":
		case asCommands:
			s.printf("set %so %s\n", map[bool]string{true: "-", false: "+"}[on], o.name)
		default:
			s.printf("%-16s%s\n", o.name, map[bool]string{true: "on", false: "off"}[on])
		}
	}
}

// set is "set [-OPTIONS] [ARG]...".
func set(s *shell, n *call) error {
	args := n.args[1:]
	s.status = 0
	if len(args) == 0 {
		s.list("", func(v variable) bool { return v.set })
		return nil
	}
	params := false
	for len(args) > 0 && len(args[0]) > 0 && (args[0][0] == '-' || args[0][0] == '+') {
		flags := args[0]
		args = args[1:]
		if flags == "--" {
			params = true
			break
		}
		if flags == "-" {
			s.options['x'], s.options['v'] = false, false
			break
		}
		left, err := s.setFlags(flags, args)
		if err != nil {
			return err
		}
		args = left
	}
	if params || len(args) > 0 {
		s.params, s.group, s.paramSize = args, 0, 0
		for _, arg := range args {
			s.paramSize += int64(len(arg) + fieldSize)
		}
	}
	return s.hold(0)
}

// setFlags sets the options of one argument and returns the arguments behind it.
func (s *shell) setFlags(flags string, args []string) ([]string, error) {
	on := flags[0] == '-'
	for i := range len(flags) - 1 {
		switch c := flags[i+1]; {
		case c == 'o' && len(args) == 0:
			s.listOptions(!on)
		case c == 'o':
			if !s.setOption(args[0], on) {
				s.complain("illegal option %so %s", flags[:1], args[0])
				s.status = 1
			}
			args = args[1:]
		case c == 'v' || c == 'm' && on && !s.interactive:
			return nil, s.fault("option -%c is not supported by the sandbox", c)
		case isOption(c):
			s.options[c] = on
		default:
			return nil, s.fault("illegal option %s%c", flags[:1], c)
		}
	}
	return args, nil
}

// shift is "shift [N]".
func shift(s *shell, n *call) error {
	by := 1
	if len(n.args) > 1 {
		var err error
		if by, err = s.number(n.args[1]); err != nil {
			return err
		}
	}
	if s.status = 0; by > len(s.params) {
		s.status = 1
		return nil
	}
	s.params, s.group = s.params[by:], 0
	return nil
}

// number reads a number from 0.
func (s *shell) number(text string) (int, error) {
	n := 0
	for _, c := range text {
		if n = n*10 + int(c-'0'); c < '0' || c > '9' || n > 1<<31-1 {
			return 0, s.fault("Illegal number: %s", text)
		}
	}
	if text == "" {
		return 0, s.fault("Illegal number: %s", text)
	}
	return n, nil
}

// getopts is "getopts OPTIONS NAME [ARG]...".
func getopts(s *shell, n *call) error {
	if len(n.args) < 3 {
		return s.fault("usage: getopts optstring var [arg]")
	}
	spec, name, args := n.args[1], n.args[2], s.params
	if len(n.args) > 3 {
		args = n.args[3:]
	}
	at, err := s.number(s.value("OPTIND"))
	if err != nil {
		return err
	}
	g := &options{shell: s, spec: strings.TrimPrefix(spec, ":"), silent: strings.HasPrefix(spec, ":"), args: args, at: max(at, 1)}
	letter, err := g.next()
	if err != nil {
		return err
	}
	s.status = truth(letter != "")
	if letter == "" {
		letter = "?"
	}
	if err := s.assign("OPTIND", itoa(g.at)); err != nil {
		return err
	}
	return s.assign(name, letter)
}

// options is where getopts is: at an argument, and in shell.group in the letters
// of one.
type options struct {
	*shell
	spec   string
	silent bool
	args   []string
	at     int
}

// next is the next option's letter, "" at the end.
func (g *options) next() (string, error) {
	if g.group <= 0 {
		if g.at > len(g.args) || len(g.args[g.at-1]) < 2 || g.args[g.at-1][0] != '-' {
			return "", g.assign("OPTARG", "")
		}
		if g.args[g.at-1] == "--" {
			g.at++
			return "", nil
		}
		g.group = 1
	}
	if g.at > len(g.args) || g.group >= len(g.args[g.at-1]) {
		g.group = 0
		return "", nil
	}
	word := g.args[g.at-1]
	letter := word[g.group : g.group+1]
	if g.group++; g.group >= len(word) {
		g.group = 0
		g.at++
	}
	at := strings.Index(g.spec, letter)
	if at < 0 || letter == ":" {
		return "?", g.wrong("Illegal option -"+letter, letter)
	}
	if at+1 >= len(g.spec) || g.spec[at+1] != ':' {
		return letter, g.assign("OPTARG", "")
	}
	if g.group > 0 {
		value := word[g.group:]
		g.group = 0
		g.at++
		return letter, g.assign("OPTARG", value)
	}
	if g.at > len(g.args) {
		if g.silent {
			return ":", g.assign("OPTARG", letter)
		}
		return "?", g.wrong("No arg for -"+letter+" option", letter)
	}
	g.at++
	return letter, g.assign("OPTARG", g.args[g.at-2])
}

// wrong reports an invalid option, or leaves that to the script.
func (g *options) wrong(words, letter string) error {
	if g.silent {
		return g.assign("OPTARG", letter)
	}
	_, _ = g.stderr().Write([]byte(words + "\n")) // without stderr there is nowhere to report it
	delete(g.vars.all, "OPTARG")
	return nil
}
