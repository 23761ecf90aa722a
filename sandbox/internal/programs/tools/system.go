package tools

import (
	"path"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/container"
)

func echo(c *command) int {
	end := "\n"
	if len(c.rest) > 0 && c.rest[0] == "-n" {
		c.rest, end = c.rest[1:], ""
	}
	c.printf("%s%s", strings.Join(c.rest, " "), end)
	return 0
}

func pwd(c *command) int {
	c.printf("%s\n", c.Dir)
	return 0
}

func hostname(c *command) int {
	if !c.parse("isfd") {
		return 1
	}
	if c.has('i') {
		c.printf("%s\n", c.Net.IP())
		return 0
	}
	name, domain, _ := strings.Cut(c.fullName(), ".")
	switch {
	case c.has('f'):
		name = c.fullName()
	case c.has('d'):
		name = domain
	case !c.has('s'):
		name = c.Hostname
	}
	c.printf("%s\n", name)
	return 0
}

func uname(c *command) int {
	if c.name == "arch" {
		c.flags['m'] = "yes"
	}
	if !c.parse("asnrvm") {
		return 1
	}
	machine := map[string]string{"amd64": "x86_64", "arm64": "aarch64"}[runtime.GOARCH]
	parts := []struct {
		flag byte
		text string
	}{{'s', "Linux"}, {'n', c.Hostname}, {'r', "6.12.0-sandbox"}, {'v', "#1 SMP"}, {'m', machine}}
	var out []string
	for _, part := range parts {
		if c.has(part.flag) || c.has('a') || len(c.flags) == 0 && part.flag == 's' {
			out = append(out, part.text)
		}
	}
	if c.has('a') {
		out = append(out, "Linux")
	}
	c.printf("%s\n", strings.Join(out, " "))
	return 0
}

// sleep has no handler for signals: as a container's first process it does not
// hear SIGTERM, as on a real node.
func sleep(c *command) int {
	var total time.Duration
	for _, arg := range c.rest {
		d, ok := period(arg)
		if arg == "infinity" || arg == "inf" {
			d, ok = 1<<62, true
		}
		if !ok {
			return c.fail("invalid number '%s'", arg)
		}
		total += d
	}
	if len(c.rest) == 0 {
		return c.fail("missing operand")
	}
	timer := time.NewTimer(total)
	defer timer.Stop()
	select {
	case <-timer.C:
		return 0
	case <-c.ctx.Done():
		return 128 + int(container.SIGKILL)
	}
}

// env prints the environment, or runs a command with more in it.
func env(c *command) int {
	p := *c.Process
	args := c.rest
	for len(args) > 0 && strings.Contains(args[0], "=") {
		p.Env = append(slices.Clip(p.Env), args[0])
		args = args[1:]
	}
	if len(args) == 0 {
		for _, entry := range lastWins(p.Env) {
			c.printf("%s\n", entry)
		}
		return 0
	}
	program, ok := c.find(args[0])
	if !ok {
		c.fail("can't execute '%s': No such file or directory", args[0])
		return 127
	}
	p.Args = args
	p.Become(args, p.Env)
	return program(c.ctx, &p)
}

func (c *command) find(name string) (container.Program, bool) {
	if c.Lookup == nil {
		return nil, false
	}
	return c.Lookup(name)
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

func which(c *command) int {
	code := 0
	for _, name := range c.rest {
		found := false
		for dir := range strings.SplitSeq(c.variable("PATH"), ":") {
			if full := path.Join(dir, name); !found && dir != "" {
				if _, found = c.find(full); found {
					c.printf("%s\n", full)
				}
			}
		}
		if !found {
			code = 1
		}
	}
	return code
}

// variable returns a value of the environment.
func (c *command) variable(name string) string {
	for _, entry := range slices.Backward(c.Env) {
		if value, ok := strings.CutPrefix(entry, name+"="); ok {
			return value
		}
	}
	return ""
}

func seq(c *command) int {
	numbers := make([]int, len(c.rest))
	for i, arg := range c.rest {
		n, err := strconv.Atoi(arg)
		if err != nil {
			return c.fail("invalid number '%s'", arg)
		}
		numbers[i] = n
	}
	first, step := 1, 1
	var last int
	switch len(numbers) {
	case 1:
		last = numbers[0]
	case 2:
		first, last = numbers[0], numbers[1]
	case 3:
		first, step, last = numbers[0], numbers[1], numbers[2]
	default:
		return c.fail("missing operand")
	}
	if step == 0 {
		return c.fail("invalid number '0'")
	}
	for n := first; (step > 0 && n <= last || step < 0 && n >= last) && c.ctx.Err() == nil; n += step {
		if !c.printf("%d\n", n) {
			break
		}
	}
	return 0
}

// date shows the time, by default as "Sat Nov 21 03:00:00 UTC 2026".
func date(c *command) int {
	if !c.parse("u") {
		return 1
	}
	now, format := time.Now().UTC(), "%a %b %e %H:%M:%S UTC %Y"
	if len(c.rest) > 0 {
		text, ok := strings.CutPrefix(c.rest[0], "+")
		if format = text; !ok {
			return c.fail("can't set date: Operation not permitted")
		}
	}
	c.printf("%s\n", strftime(now, format))
	return 0
}

func strftime(t time.Time, format string) string {
	layouts := map[byte]string{
		'a': "Mon", 'A': "Monday", 'b': "Jan", 'B': "January", 'd': "02", 'e': "_2", 'H': "15", 'I': "03", 'M': "04",
		'm': "01", 'p': "PM", 'S': "05", 'Y': "2006", 'y': "06", 'Z': "MST", 'z': "-0700", 'F': "2006-01-02",
		'T': "15:04:05", 'R': "15:04", 'D': "01/02/06", 'j': "002", 'c': "Mon Jan _2 15:04:05 2006",
	}
	var out strings.Builder
	for i := 0; i < len(format); i++ {
		if format[i] != '%' || i+1 == len(format) {
			out.WriteByte(format[i])
			continue
		}
		i++
		switch layout, ok := layouts[format[i]]; {
		case ok:
			out.WriteString(t.Format(layout))
		case format[i] == 's':
			out.WriteString(strconv.FormatInt(t.Unix(), 10))
		case format[i] == 'N':
			out.WriteString(t.Format(".000000000")[1:])
		case format[i] == 'n':
			out.WriteByte('\n')
		default:
			out.WriteString(strings.Replace("%"+format[i:i+1], "%%", "%", 1))
		}
	}
	return out.String()
}
