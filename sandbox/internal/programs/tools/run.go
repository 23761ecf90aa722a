package tools

import (
	"bufio"
	"context"
	"io"
	"os"
	"path"
	"strconv"
	"strings"
	"time"

	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/container"
)

// leading takes the options off that stand before the first other argument, for
// commands that run another one.
func (c *command) leading(spec string) bool {
	args := c.rest
	end := 0
	for end < len(args) && len(args[end]) > 1 && args[end][0] == '-' {
		at := strings.IndexByte(spec, args[end][len(args[end])-1])
		end++
		if args[end-1] == "--" {
			break
		}
		if len(args[end-1]) == 2 && at >= 0 && at+1 < len(spec) && spec[at+1] == ':' {
			end = min(end+1, len(args))
		}
	}
	rest := args[end:]
	c.rest = args[:end]
	ok := c.parse(spec)
	c.rest = rest
	return ok
}

// spawn runs another program as a process of its own.
func (c *command) spawn(ctx context.Context, args []string, stdin io.Reader) int {
	program, ok := c.find(args[0])
	if !ok {
		c.fail("can't execute '%s': No such file or directory", args[0])
		return 127
	}
	child := *c.Process
	child.Args, child.Stdin = args, stdin
	return c.Spawn(ctx, program, child)
}

// xargs runs a command with the words of its input.
func xargs(c *command) int {
	if !c.leading("0rtn:I:P:L:s:") {
		return 1
	}
	text, err := c.readWhole(input{c.ctx, c.Stdin})
	if err != nil {
		return 1
	}
	words := strings.Fields(string(text))
	switch {
	case c.has('0'):
		words = strings.FieldsFunc(string(text), func(r rune) bool { return r == 0 })
	case c.has('I'):
		words = strings.FieldsFunc(string(text), func(r rune) bool { return r == '\n' })
	}
	args := c.rest
	if len(args) == 0 {
		args = []string{"echo"}
	}
	code := 0
	for _, line := range c.batches(args, words) {
		if c.has('t') {
			_, _ = io.WriteString(c.Stderr, strings.Join(line, " ")+"\n") // where stderr is gone there is nobody to tell
		}
		switch status := c.spawn(c.ctx, line, strings.NewReader("")); {
		case status >= 126:
			return status
		case status != 0:
			code = 123
		}
	}
	return code
}

// batches are the command lines that xargs runs.
func (c *command) batches(args, words []string) (lines [][]string) {
	if mark := c.flags['I']; mark != "" {
		for _, word := range words {
			line := make([]string, len(args))
			for i, arg := range args {
				line[i] = strings.ReplaceAll(arg, mark, word)
			}
			lines = append(lines, line)
		}
		return lines
	}
	most := len(words)
	for _, flag := range []byte("nL") {
		if n, err := strconv.Atoi(c.flags[flag]); err == nil && n > 0 {
			most = n
		}
	}
	if len(words) == 0 && !c.has('r') {
		return [][]string{args}
	}
	for len(words) > 0 {
		n := min(most, len(words))
		lines = append(lines, append(append([]string(nil), args...), words[:n]...))
		words = words[n:]
	}
	return lines
}

// timeout ends a command after a time; its code is then 143, as busybox's is.
func timeout(c *command) int {
	if !c.leading("s:k:") {
		return 1
	}
	if len(c.rest) < 2 {
		return c.fail("missing operand")
	}
	after, ok := period(c.rest[0])
	if !ok {
		return c.fail("invalid number '%s'", c.rest[0])
	}
	s := container.SIGTERM
	if name := c.flags['s']; name != "" {
		if s, ok = signal(name); !ok {
			return c.fail("bad signal name '%s'", name)
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

// period reads "5", "0.5", "5s", "5m", "2h" or "1d".
func period(text string) (time.Duration, bool) {
	units := map[byte]time.Duration{'s': time.Second, 'm': time.Minute, 'h': time.Hour, 'd': 24 * time.Hour}
	unit := time.Second
	if n := len(text); n > 0 && units[text[n-1]] != 0 {
		unit, text = units[text[n-1]], text[:n-1]
	}
	n, err := strconv.ParseFloat(text, 64)
	return time.Duration(n * float64(unit)), err == nil && n >= 0
}

func timed(c *command) int {
	if !c.leading("vp") || len(c.rest) == 0 {
		return 1
	}
	begun := time.Now()
	code := c.spawn(c.ctx, c.rest, c.Stdin)
	took := time.Since(begun)
	_, _ = io.WriteString(c.Stderr, "real\t"+strconv.Itoa(int(took.Minutes()))+"m "+ // where stderr is gone there is nobody to tell
		strconv.FormatFloat(took.Seconds()-60*float64(int(took.Minutes())), 'f', 2, 64)+"s\nuser\t0m 0.00s\nsys\t0m 0.00s\n")
	return code
}

func nohup(c *command) int {
	if len(c.rest) == 0 {
		return c.fail("missing operand")
	}
	return c.spawn(c.ctx, c.rest, c.Stdin)
}

// watch runs a command again and again, on a cleared screen.
func watch(c *command) int {
	if !c.leading("n:t") || len(c.rest) == 0 {
		return c.fail("missing operand")
	}
	every, ok := period(first(c.flags['n'], "2"))
	if !ok {
		return c.fail("invalid number '%s'", c.flags['n'])
	}
	tick := time.NewTicker(max(every, 100*time.Millisecond))
	defer tick.Stop()
	line := strings.Join(c.rest, " ")
	for {
		c.printf("\x1b[H\x1b[J")
		if !c.has('t') {
			c.printf("Every %.1fs: %-40s %s\n\n", every.Seconds(), line, time.Now().UTC().Format("2006-01-02 15:04:05"))
		}
		c.spawn(c.ctx, []string{"sh", "-c", line}, strings.NewReader(""))
		select {
		case <-tick.C:
		case <-c.ctx.Done():
			return 0
		}
	}
}

// more shows text as it is; it asks for no key.
func more(c *command) int {
	return c.each("%s: %s", func(_ string, r io.Reader) error {
		_, err := io.Copy(c.Stdout, bufio.NewReader(r))
		return err
	})
}

// readFile reads a whole file.
func (c *command) readFile(name string) ([]byte, error) {
	file, err := c.Files.OpenFile(c.path(name), os.O_RDONLY, 0)
	if err != nil {
		return nil, err
	}
	defer func() { _ = file.Close() }() // it was only read
	return c.readWhole(file)
}

func basename(c *command) int {
	if len(c.rest) == 0 {
		return c.fail("missing operand")
	}
	name := path.Base(c.rest[0])
	if len(c.rest) > 1 && name != c.rest[1] {
		name = strings.TrimSuffix(name, c.rest[1])
	}
	c.printf("%s\n", name)
	return 0
}

func dirname(c *command) int {
	if len(c.rest) == 0 {
		return c.fail("missing operand")
	}
	c.printf("%s\n", path.Dir(strings.TrimRight(c.rest[0], "/")))
	return 0
}
