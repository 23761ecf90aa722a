package tools

import (
	"context"
	"io"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/container"
)

func runApplets() map[string]applet {
	return map[string]applet{
		"env":      {run: env, flags: "+i0u:", long: "ignore-environment=i null=0 unset:=u", usage: "[-i0] [-u NAME]... [-] [NAME=VALUE]... [PROG ARGS]"},
		"printenv": {run: printenv, flags: "+", usage: "[VARIABLE]..."},
		"which":    {run: which, flags: "a", usage: "[-a] COMMAND...", least: 1},
		"xargs":    {run: xargs, flags: "+0a:rtxE:e::I:n:s:P:", others: "p", usage: "[OPTIONS] [PROG ARGS]"},
		"timeout":  {run: timeout, flags: "+s:k:", usage: "[-s SIG] [-k KILL_SECS] SECS PROG ARGS", least: 2},
		"time":     {run: timed, flags: "+vpao:", usage: "[-vpa] [-o FILE] PROG ARGS", least: 1},
		"nohup":    {run: nohup, flags: "+", usage: "PROG ARGS", least: 1},
	}
}

func (c *command) program(name string) (container.Program, bool) {
	if c.Lookup == nil {
		return nil, false
	}
	if strings.Contains(name, "/") {
		name = c.path(name)
	}
	return c.Lookup(name)
}

// spawn runs another program as a separate process.
func (c *command) spawn(ctx context.Context, args []string, stdin io.Reader) int {
	program, ok := c.program(args[0])
	if !ok {
		c.fail("can't execute '%s': No such file or directory", args[0])
		return 127
	}
	child := *c.Process
	child.Args, child.Stdin = args, stdin
	return c.Spawn(ctx, program, child)
}

// become replaces this program with another one.
func (c *command) become(args, env []string) int {
	program, ok := c.program(args[0])
	if !ok {
		c.fail("can't execute '%s': No such file or directory", args[0])
		return 127
	}
	p := *c.Process
	p.Args, p.Env = args, env
	p.Become(args, env)
	return program(c.ctx, &p)
}

// env prints the environment, or runs a command in another one.
func env(c *command) int {
	list := lastWins(c.Env)
	if len(c.rest) > 0 && c.rest[0] == "-" {
		c.given['i'], c.rest = []string{""}, c.rest[1:]
	}
	if c.has('i') {
		list = nil
	}
	for _, name := range c.given['u'] {
		list = slices.DeleteFunc(list, func(entry string) bool { return strings.HasPrefix(entry, name+"=") })
	}
	for len(c.rest) > 0 && strings.Contains(c.rest[0], "=") {
		list, c.rest = lastWins(append(list, c.rest[0])), c.rest[1:]
	}
	if len(c.rest) > 0 {
		return c.become(c.rest, list)
	}
	end := "\n"
	if c.has('0') {
		end = "\x00"
	}
	for _, entry := range list {
		c.printf("%s%s", entry, end)
	}
	return 0
}

// lastWins drops the earlier values of a name.
func lastWins(list []string) (out []string) {
	at := map[string]int{}
	for _, entry := range list {
		name, _, _ := strings.Cut(entry, "=")
		if i, ok := at[name]; ok {
			out[i] = entry
			continue
		}
		at[name] = len(out)
		out = append(out, entry)
	}
	return out
}

func printenv(c *command) int {
	code := 0
	if len(c.rest) == 0 {
		c.printf("%s\n", strings.Join(lastWins(c.Env), "\n"))
	}
	for _, name := range c.rest {
		value, ok := c.variable(name)
		if !ok {
			code = 1
			continue
		}
		c.printf("%s\n", value)
	}
	return code
}

// variable returns a value of the environment.
func (c *command) variable(name string) (string, bool) {
	for _, entry := range slices.Backward(c.Env) {
		if value, ok := strings.CutPrefix(entry, name+"="); ok {
			return value, true
		}
	}
	return "", false
}

func which(c *command) int {
	code := 0
	search, _ := c.variable("PATH")
	for _, name := range c.rest {
		dirs := strings.Split(search, ":")
		if strings.Contains(name, "/") {
			dirs = []string{""}
		}
		found := false
		for _, dir := range dirs {
			full := path.Join(dir, name)
			if dir == "" {
				full = name
			}
			if found && !c.has('a') || !c.executable(full) {
				continue
			}
			found = true
			c.printf("%s\n", full)
		}
		code |= truth(!found)
	}
	return code
}

// executable reports whether a name refers to a program.
func (c *command) executable(name string) bool {
	if _, ok := c.program(name); ok && strings.Contains(name, "/") {
		return true
	}
	info, err := c.stat(name)
	return err == nil && !info.IsDir() && info.Mode()&0o111 != 0
}

// timeout ends a command after a time; its code is then 143, as busybox's is.
func timeout(c *command) int {
	after, ok := period(c.rest[0])
	if !ok {
		return c.invalid(c.rest[0])
	}
	s := container.SIGTERM
	if name := c.value('s'); c.has('s') {
		if s, ok = signal(name); !ok {
			return c.fail("unknown signal '%s'", name)
		}
	}
	ctx, cancel := context.WithTimeout(c.ctx, after)
	defer cancel()
	code := c.spawn(ctx, c.rest[1:], c.Stdin)
	if ctx.Err() != nil && c.ctx.Err() == nil {
		return 128 + int(s)
	}
	return code
}

func timed(c *command) int {
	if c.any("vao") {
		return c.refuse("-v, -a and -o")
	}
	begun := time.Now()
	code := c.spawn(c.ctx, c.rest, c.Stdin)
	took := time.Since(begun).Seconds()
	if c.has('p') {
		c.complain("real %.2f\nuser 0.00\nsys 0.00\n", took)
		return code
	}
	minutes := int(took) / 60
	c.complain("real\t%dm %.2fs\nuser\t0m 0.00s\nsys\t0m 0.00s\n", minutes, took-60*float64(minutes))
	return code
}

func nohup(c *command) int {
	return c.spawn(c.ctx, c.rest, c.Stdin)
}
