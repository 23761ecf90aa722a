package tools

import (
	"errors"
	"fmt"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/container"
)

func ps(c *command) int {
	c.printf("PID   USER     TIME  COMMAND\n")
	for _, process := range c.running() {
		c.printf("%5d %-8.8s  0:00 %s\n", process.PID, c.userName(process.User.UID), strings.Join(process.Args, " "))
	}
	return 0
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
	if n, err := strconv.Atoi(text); err == nil && n >= 0 && n <= 64 {
		return container.Signal(n), true
	}
	at := slices.Index(strings.Fields(signals), strings.TrimPrefix(strings.ToUpper(text), "SIG"))
	return container.Signal(at + 1), at >= 0
}

// signalFlag takes -9, -KILL or -s KILL off the arguments.
func (c *command) signalFlag() (container.Signal, bool) {
	s := container.SIGTERM
	if len(c.rest) == 0 || len(c.rest[0]) < 2 || c.rest[0][0] != '-' {
		return s, true
	}
	name := c.rest[0][1:]
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

// kill is also the shell's own, which speaks in the shell's name.
func kill(c *command) int {
	c.name = path.Base(c.Args[0])
	if len(c.rest) > 0 && c.rest[0] == "-l" {
		for i, name := range strings.Fields(signals) {
			c.printf("%2d) %s\n", i+1, name)
		}
		return 0
	}
	s, ok := c.signalFlag()
	if !ok {
		return 1
	}
	if len(c.rest) == 0 {
		return c.fail("you need to specify whom to kill")
	}
	code := 0
	for _, arg := range c.rest {
		pid, err := strconv.Atoi(arg)
		switch {
		case err != nil:
			code = c.fail("invalid number '%s'", arg)
		default:
			if err := c.Kill(pid, s); err != nil {
				code = c.fail("can't kill pid %d: %v", pid, err)
			}
		}
	}
	return code
}

// called says whether a process goes by a name.
func called(p container.ProcessInfo, name string) bool {
	if len(p.Args) == 0 {
		return false
	}
	own, _, _ := strings.Cut(path.Base(p.Args[0]), ":")
	return own == path.Base(name)
}

func killall(c *command) int {
	quiet := false
	if len(c.rest) > 0 && c.rest[0] == "-q" {
		quiet, c.rest = true, c.rest[1:]
	}
	s, ok := c.signalFlag()
	if !ok {
		return 1
	}
	code := 0
	for _, name := range c.rest {
		found := false
		for _, p := range c.running() {
			if called(p, name) && p.PID != c.PID {
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
	if len(c.rest) == 0 {
		return nil, c.fail("no pattern")
	}
	re, err := regexp.Compile(c.rest[0])
	if err != nil {
		return nil, c.fail("bad regex '%s'", c.rest[0])
	}
	var out []container.ProcessInfo
	for _, p := range c.running() {
		text := ""
		if len(p.Args) > 0 {
			text, _, _ = strings.Cut(path.Base(p.Args[0]), ":")
		}
		if c.has('f') {
			text = strings.Join(p.Args, " ")
		}
		if p.PID != c.PID && re.MatchString(text) {
			out = append(out, p)
		}
	}
	return out, 0
}

func pgrep(c *command) int {
	if !c.parse("fla") {
		return 2
	}
	found, code := c.matching()
	for _, p := range found {
		switch {
		case c.has('a'):
			c.printf("%d %s\n", p.PID, strings.Join(p.Args, " "))
		case c.has('l'):
			c.printf("%d %s\n", p.PID, path.Base(p.Args[0]))
		default:
			c.printf("%d\n", p.PID)
		}
	}
	if len(found) == 0 && code == 0 {
		return 1
	}
	return code
}

func pkill(c *command) int {
	s := container.SIGTERM
	if len(c.rest) > 0 && c.rest[0] != "-f" {
		given, ok := c.signalFlag()
		if !ok {
			return 2
		}
		s = given
	}
	if !c.parse("f") {
		return 2
	}
	found, code := c.matching()
	for _, p := range found {
		code |= c.signalOne(p.PID, s)
	}
	if len(found) == 0 && code == 0 {
		return 1
	}
	return code
}

func pidof(c *command) int {
	var pids []string
	for _, name := range c.rest {
		for _, p := range slices.Backward(c.running()) {
			if called(p, name) {
				pids = append(pids, strconv.Itoa(p.PID))
			}
		}
	}
	if len(pids) == 0 {
		return 1
	}
	c.printf("%s\n", strings.Join(pids, " "))
	return 0
}

// accounts are the container's own.
func (c *command) accounts() container.Accounts {
	return container.ReadAccounts(c.readFile)
}

// userName is a user's name, the number where there is none.
func (c *command) userName(uid int64) string {
	if name := c.accounts().UserName(uid); name != "" {
		return name
	}
	return strconv.FormatInt(uid, 10)
}

func (c *command) groupName(gid int64) string {
	if name := c.accounts().GroupName(gid); name != "" {
		return name
	}
	return strconv.FormatInt(gid, 10)
}

func whoami(c *command) int {
	name := c.accounts().UserName(c.User.UID)
	if name == "" {
		return c.fail("unknown uid %d", c.User.UID)
	}
	c.printf("%s\n", name)
	return 0
}

func id(c *command) int {
	if !c.parse("ugnG") {
		return 1
	}
	accounts, show := c.accounts(), strconv.FormatInt
	number := func(n int64, _ string) string { return show(n, 10) }
	if c.has('n') {
		number = func(n int64, name string) string {
			if name == "" {
				return show(n, 10)
			}
			return name
		}
	}
	groups := c.User.Groups
	if len(groups) == 0 {
		groups = []int64{c.User.GID}
	}
	switch {
	case c.has('u'):
		c.printf("%s\n", number(c.User.UID, accounts.UserName(c.User.UID)))
	case c.has('g'):
		c.printf("%s\n", number(c.User.GID, accounts.GroupName(c.User.GID)))
	case c.has('G'):
		c.printf("%s\n", join(groups, " ", func(g int64) string { return number(g, accounts.GroupName(g)) }))
	default:
		c.printf("uid=%s gid=%s groups=%s\n", both(c.User.UID, accounts.UserName(c.User.UID)), both(c.User.GID, accounts.GroupName(c.User.GID)),
			join(groups, ",", func(g int64) string { return both(g, accounts.GroupName(g)) }))
	}
	return 0
}

func groups(c *command) int {
	c.flags['G'], c.flags['n'] = "yes", "yes"
	c.rest = nil
	return id(c)
}

func both(n int64, name string) string {
	if name == "" {
		return strconv.FormatInt(n, 10)
	}
	return fmt.Sprintf("%d(%s)", n, name)
}

func join(numbers []int64, between string, show func(int64) string) string {
	out := make([]string, len(numbers))
	for i, n := range numbers {
		out[i] = show(n)
	}
	return strings.Join(out, between)
}
