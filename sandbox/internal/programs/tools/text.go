package tools

import (
	"bufio"
	"cmp"
	"context"
	"errors"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"
)

// count reads the number of -n, or of the form -5.
func (c *command) count(otherwise int) int {
	for i, arg := range c.rest {
		if n, err := strconv.Atoi(strings.TrimPrefix(arg, "-")); err == nil && strings.HasPrefix(arg, "-") {
			c.rest = slices.Delete(slices.Clone(c.rest), i, i+1)
			return n
		}
		if arg == "-n" || !strings.HasPrefix(arg, "-") {
			break
		}
	}
	return otherwise
}

func head(c *command) int {
	limit := c.count(10)
	if !c.parse("n:c:q") {
		return 1
	}
	if c.has('c') {
		n, ok := bytes(c.flags['c'])
		if !ok {
			return c.fail("invalid number '%s'", c.flags['c'])
		}
		return c.each("%s: %s", func(_ string, r io.Reader) error {
			_, err := io.CopyN(c.Stdout, r, n)
			return ended(err)
		})
	}
	if c.has('n') {
		n, err := strconv.Atoi(c.flags['n'])
		if limit = n; err != nil {
			return c.fail("invalid number '%s'", c.flags['n'])
		}
	}
	return c.each("%s: %s", func(_ string, r io.Reader) error {
		reader := bufio.NewReader(r)
		for range limit {
			line, err := c.readLine(reader)
			if !c.printf("%s", line) || err != nil {
				return ended(err)
			}
		}
		return nil
	})
}

func ended(err error) error {
	if errors.Is(err, io.EOF) {
		return nil
	}
	return err
}

func tail(c *command) int {
	limit := c.count(10)
	if !c.parse("n:fF") {
		return 1
	}
	from := 0
	if c.has('n') {
		n, err := strconv.Atoi(c.flags['n'])
		if err != nil {
			return c.fail("invalid number '%s'", c.flags['n'])
		}
		limit = max(n, -n)
		if strings.HasPrefix(c.flags['n'], "+") {
			from = n
		}
	}
	return c.each("%s: %s", func(name string, r io.Reader) error {
		text, err := c.readWhole(r)
		if err != nil {
			return err
		}
		lines := strings.SplitAfter(string(text), "\n")
		if lines[len(lines)-1] == "" {
			lines = lines[:len(lines)-1]
		}
		start := max(0, len(lines)-limit)
		if from > 0 {
			start = min(from-1, len(lines))
		}
		c.printf("%s", strings.Join(lines[start:], ""))
		if (c.has('f') || c.has('F')) && name != "-" {
			return c.follow(name, int64(len(text)))
		}
		return nil
	})
}

// follow prints what is appended to a file until the command is ended.
func (c *command) follow(name string, offset int64) error {
	tick := time.NewTicker(200 * time.Millisecond)
	defer tick.Stop()
	for {
		select {
		case <-c.ctx.Done():
			return context.Canceled
		case <-tick.C:
		}
		file, err := c.Files.OpenFile(c.path(name), os.O_RDONLY, 0)
		if err != nil {
			return err
		}
		if info, err := file.Stat(); err == nil && info.Size() < offset {
			offset = 0
		}
		_, err = file.Seek(offset, io.SeekStart)
		if err == nil {
			var n int64
			n, err = io.Copy(c.Stdout, file)
			offset += n
		}
		if err := errors.Join(err, file.Close()); err != nil {
			return err
		}
	}
}

func wc(c *command) int {
	if !c.parse("lwc") {
		return 1
	}
	all := len(c.flags) == 0
	return c.each("%s: %s", func(name string, r io.Reader) error {
		text, err := c.readWhole(r)
		counts := []int{strings.Count(string(text), "\n"), len(strings.Fields(string(text))), len(text)}
		var out []string
		for i, flag := range []byte("lwc") {
			switch {
			case all:
				out = append(out, pad(counts[i], 9))
			case c.has(flag):
				out = append(out, pad(counts[i], 0))
			}
		}
		line := strings.Join(out, " ")
		if name != "-" {
			line += " " + name
		}
		c.printf("%s\n", line)
		return err
	})
}

func pad(n, width int) string {
	text := strconv.Itoa(n)
	return strings.Repeat(" ", max(0, width-len(text))) + text
}

// lines reads all lines of all files.
func (c *command) lines(words string) (lines []string, code int) {
	code = c.each(words, func(_ string, r io.Reader) error {
		text, err := c.readWhole(r)
		if trimmed := strings.TrimSuffix(string(text), "\n"); len(text) > 0 {
			lines = append(lines, strings.Split(trimmed, "\n")...)
		}
		return err
	})
	return lines, code
}

func sortLines(c *command) int {
	if !c.parse("rnufhk:t:o:bs") {
		return 1
	}
	lines, code := c.lines("%s: %s")
	slices.SortFunc(lines, func(a, b string) int {
		a, b = c.key(a), c.key(b)
		order := cmp.Compare(a, b)
		if c.has('f') {
			order = cmp.Compare(strings.ToLower(a), strings.ToLower(b))
		}
		if c.has('n') || c.has('h') || strings.Contains(c.flags['k'], "n") {
			order = cmp.Or(cmp.Compare(leading(a), leading(b)), order)
		}
		if c.has('r') || strings.Contains(c.flags['k'], "r") {
			return -order
		}
		return order
	})
	if c.has('u') {
		lines = slices.Compact(lines)
	}
	for _, line := range lines {
		c.printf("%s\n", line)
	}
	return code
}

// key is the part of a line that -k and -t say.
func (c *command) key(line string) string {
	if !c.has('k') {
		return line
	}
	spec := strings.FieldsFunc(c.flags['k'], func(r rune) bool { return r < '0' || r > '9' })
	if len(spec) == 0 {
		return line
	}
	n, err := strconv.Atoi(spec[0])
	fields := strings.Fields(line)
	if c.has('t') {
		fields = strings.Split(line, c.flags['t'])
	}
	if err != nil || n < 1 || n > len(fields) {
		return ""
	}
	if !strings.Contains(c.flags['k'], ",") {
		return strings.Join(fields[n-1:], first(c.flags['t'], " "))
	}
	return fields[n-1]
}

// leading is the number that a line begins with, 0 without one.
func leading(line string) int {
	line = strings.TrimSpace(line)
	digits := len(line) - len(strings.TrimLeft(line, "-0123456789"))
	n, err := strconv.Atoi(line[:digits])
	if err != nil {
		return 0
	}
	return n
}

func uniq(c *command) int {
	if !c.parse("cd") {
		return 1
	}
	lines, code := c.lines("%s: %s")
	for len(lines) > 0 {
		n := 1
		for n < len(lines) && lines[n] == lines[0] {
			n++
		}
		switch {
		case c.has('d') && n == 1:
		case c.has('c'):
			c.printf("%7d %s\n", n, lines[0])
		default:
			c.printf("%s\n", lines[0])
		}
		lines = lines[n:]
	}
	return code
}

func tee(c *command) int {
	if !c.parse("a") {
		return 1
	}
	mode := os.O_TRUNC
	if c.has('a') {
		mode = os.O_APPEND
	}
	out, code := []io.Writer{c.Stdout}, 0
	for _, name := range c.rest {
		file, err := c.Files.OpenFile(c.path(name), os.O_WRONLY|os.O_CREATE|mode, 0o644)
		if err != nil {
			code = c.fail("%s: %s", name, reason(err))
			continue
		}
		out = append(out, file)
		defer func() { _ = file.Close() }() // each write was checked
	}
	if _, err := io.Copy(io.MultiWriter(out...), input{c.ctx, c.Stdin}); err != nil && !quiet(err) {
		return c.fail("%s", reason(err))
	}
	return code
}
