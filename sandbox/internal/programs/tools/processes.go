package tools

import (
	"errors"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/container"
)

func processApplets() map[string]applet {
	return map[string]applet{
		"ps":      {run: ps, raw: true, usage: "[-o COL1,COL2=HEADER] [-T]"},
		"top":     {run: top, flags: "bHmn:d:", usage: "[-bmH] [-n COUNT] [-d SECONDS]"},
		"kill":    {run: kill, raw: true, usage: "[-l] [-SIG] PID..."},
		"killall": {run: killall, raw: true, usage: "[-lq] [-SIG] PROCESS_NAME..."},
		"pgrep":   {run: pgrep, flags: "flanovxP:s:", usage: "[-flanovx] [-s SID|-P PPID|PATTERN]"},
		"pkill":   {run: pkill, raw: true, usage: "[-l|-SIGNAL] [-xfvnoe] [-s SID|-P PPID|PATTERN]"},
		"pidof":   {run: pidof, flags: "so:", usage: "[-s] [-o PID] [NAME]..."},
	}
}

func (c *command) running() []container.ProcessInfo {
	if c.Processes == nil {
		return nil
	}
	return c.Processes()
}

// signals are the names of kill -l, from 1.
const signals = "HUP INT QUIT ILL TRAP ABRT BUS FPE KILL USR1 SEGV USR2 PIPE ALRM TERM STKFLT CHLD CONT STOP TSTP TTIN TTOU URG XCPU XFSZ VTALRM PROF WINCH POLL PWR SYS"

// signal reads a signal's name or number.
func signal(text string) (container.Signal, bool) {
	if n, ok := natural(text); ok {
		return container.Signal(n), n <= 64
	}
	if text == "EXIT" {
		return 0, true
	}
	at := slices.Index(strings.Fields(signals), strings.TrimPrefix(strings.ToUpper(text), "SIG"))
	return container.Signal(at + 1), at >= 0
}

// signalName is a signal's name, its number where it has none.
func signalName(n int) string {
	names := strings.Fields(signals)
	switch {
	case n == 0:
		return "EXIT"
	case n <= len(names):
		return names[n-1]
	}
	return strconv.Itoa(n)
}

// listSignals is kill -l: all names, or those of numbers and the numbers of names.
func (c *command) listSignals(of []string) int {
	if len(of) == 0 {
		for i, name := range strings.Fields(signals) {
			c.printf("%2d) %s\n", i+1, name)
		}
	}
	for _, text := range of {
		s, ok := signal(text)
		if n, isNumber := natural(text); isNumber {
			if n > 128 {
				n -= 128 // An exit code names a signal too.
			}
			c.printf("%s\n", signalName(n))
			continue
		}
		if !ok {
			return c.fail("unknown signal '%s'", text)
		}
		c.printf("%d\n", s)
	}
	return 0
}

// signalFlag takes -9, -KILL or -s KILL off the arguments.
func (c *command) signalFlag() (container.Signal, bool) {
	s := container.SIGTERM
	if len(c.rest) == 0 || len(c.rest[0]) < 2 || c.rest[0][0] != '-' {
		return s, true
	}
	name := c.rest[0][1:]
	if name == "-" {
		c.rest = c.rest[1:]
		return s, true
	}
	c.rest = c.rest[1:]
	if name == "s" && len(c.rest) > 0 {
		name, c.rest = c.rest[0], c.rest[1:]
	}
	s, ok := signal(name)
	if !ok {
		c.fail("bad signal name '%s'", name)
	}
	return s, ok
}

// kill is also the shell's builtin, which uses the shell's name in messages.
func kill(c *command) int {
	c.name = path.Base(c.Args[0])
	if len(c.rest) > 0 && c.rest[0] == "-l" {
		return c.listSignals(c.rest[1:])
	}
	s, ok := c.signalFlag()
	if !ok {
		return 1
	}
	if len(c.rest) == 0 {
		return c.fail("you need to specify whom to kill")
	}
	failed := 0
	for _, arg := range c.rest {
		pid, err := strconv.Atoi(arg)
		if err != nil {
			failed += c.invalid(arg)
			continue
		}
		if err := c.Kill(pid, s); err != nil {
			failed += c.fail("can't kill pid %d: %v", pid, err)
		}
	}
	return failed
}

// named is a process's name.
func named(p container.ProcessInfo) string {
	if len(p.Args) == 0 {
		return ""
	}
	own, _, _ := strings.Cut(path.Base(p.Args[0]), ":")
	return own
}

func killall(c *command) int {
	quiet := false
	if len(c.rest) > 0 && c.rest[0] == "-l" {
		return c.listSignals(c.rest[1:])
	}
	if len(c.rest) > 0 && c.rest[0] == "-q" {
		quiet, c.rest = true, c.rest[1:]
	}
	s, ok := c.signalFlag()
	if !ok {
		return 1
	}
	if len(c.rest) == 0 {
		return c.fail("you need to specify whom to kill")
	}
	code := 0
	for _, name := range c.rest {
		found := false
		for _, p := range c.running() {
			if named(p) == path.Base(name) && p.PID != c.PID {
				found = true
				code |= c.signalOne(p.PID, s)
			}
		}
		if !found {
			code = 1
			if !quiet {
				c.fail("%s: no process killed", name)
			}
		}
	}
	return code
}

func (c *command) signalOne(pid int, s container.Signal) int {
	if err := c.Kill(pid, s); err != nil && !errors.Is(err, container.ErrNoProcess) {
		return c.fail("can't kill pid %d: %v", pid, err)
	}
	return 0
}

// matching are the processes whose name, with -f the whole command line, has a
// pattern in it.
func (c *command) matching() ([]container.ProcessInfo, int) {
	pattern := ""
	switch {
	case len(c.rest) == 1:
		pattern = c.rest[0]
	case len(c.rest) > 1 || !c.has('P'):
		return nil, c.misuse()
	}
	if c.has('s') {
		return nil, c.refuse("-s")
	}
	re, err := compile(pattern, true, false)
	if err != nil {
		return nil, c.fail("bad regex '%s': %v", pattern, err)
	}
	var out []container.ProcessInfo
	for _, p := range c.running() {
		text := named(p)
		if c.has('f') {
			text = strings.Join(p.Args, " ")
		}
		if p.PID == c.PID || c.has('P') && strconv.Itoa(p.Parent) != c.value('P') {
			continue
		}
		if c.fits(re, text) != c.has('v') {
			out = append(out, p)
		}
	}
	switch {
	case c.has('n') && len(out) > 0:
		out = out[len(out)-1:]
	case c.has('o') && len(out) > 0:
		out = out[:1]
	}
	return out, -1
}

func (c *command) fits(re *regexp.Regexp, text string) bool {
	if at := re.FindStringIndex(text); c.has('x') {
		return at != nil && at[0] == 0 && at[1] == len(text)
	}
	return re.MatchString(text)
}

func pgrep(c *command) int {
	found, code := c.matching()
	if code >= 0 {
		return code
	}
	for _, p := range found {
		switch {
		case c.has('a'):
			c.printf("%d %s\n", p.PID, strings.Join(p.Args, " "))
		case c.has('l'):
			c.printf("%d %s\n", p.PID, named(p))
		default:
			c.printf("%d\n", p.PID)
		}
	}
	return truth(len(found) == 0)
}

func pkill(c *command) int {
	s := container.SIGTERM
	if len(c.rest) > 0 && c.rest[0] == "-l" {
		return c.listSignals(c.rest[1:])
	}
	if len(c.rest) > 0 && len(c.rest[0]) > 1 && c.rest[0][0] == '-' && strings.Trim(c.rest[0][1:], "xfvnoPse") != "" {
		given, ok := c.signalFlag()
		if !ok {
			return 1
		}
		s = given
	}
	if c.flags = "xfvnoP:s:e"; c.options() >= 0 {
		return 1
	}
	found, code := c.matching()
	if code >= 0 {
		return code
	}
	code = truth(len(found) == 0)
	for _, p := range found {
		if c.has('e') {
			c.printf("%s killed (pid %d)\n", named(p), p.PID)
		}
		code |= c.signalOne(p.PID, s)
	}
	return code
}

func pidof(c *command) int {
	var pids []string
	for _, name := range c.rest {
		for _, p := range slices.Backward(c.running()) {
			pid := strconv.Itoa(p.PID)
			if named(p) != path.Base(name) || slices.Contains(c.given['o'], pid) {
				continue
			}
			if pids = append(pids, pid); c.has('s') {
				break
			}
		}
	}
	if len(pids) == 0 {
		return 1
	}
	c.printf("%s\n", strings.Join(pids, " "))
	return 0
}
