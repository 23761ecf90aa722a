package tools

import (
	"bufio"
	"errors"
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"
	"syscall"
)

func compareApplets() map[string]applet {
	return map[string]applet{
		"cmp":  {run: compareBytes, flags: "lsn:", usage: "[-ls] [-n NUM] FILE1 [FILE2 [SKIP1 [SKIP2]]]", least: 1, most: 4},
		"diff": {run: diff, flags: "abdiL:NqrstTU:wuB", others: "S", usage: "[-abBdiNqrTstw] [-L LABEL] [-S FILE] [-U LINES] FILE1 FILE2", least: 2, most: 2},
	}
}

func compareBytes(c *command) int {
	if len(c.rest) > 2 {
		return c.refuse("SKIP")
	}
	names := append(slices.Clone(c.rest), "-")[:2]
	most := -1
	if c.has('n') {
		n, ok := natural(c.value('n'))
		if !ok {
			return c.invalid(c.value('n'))
		}
		most = n
	}
	var in [2]*bufio.Reader
	for i, name := range names {
		r, err := c.open(name)
		if err != nil {
			c.fail("%s: %s", name, reason(err))
			return 2
		}
		defer func() { _ = r.Close() }() // it was only read
		in[i] = bufio.NewReader(r)
	}
	line, different := 1, false
	for at := 1; most < 0 || at <= most; at++ {
		a, errA := in[0].ReadByte()
		b, errB := in[1].ReadByte()
		for i, err := range []error{errA, errB} {
			if err != nil && !errors.Is(err, io.EOF) {
				c.fail("%s: I/O error", names[i])
				return 2
			}
		}
		switch {
		case errA != nil && errB != nil:
			return truth(different)
		case errA != nil || errB != nil:
			if !c.has('s') {
				c.fail("EOF on %s", names[truth(errA == nil)])
			}
			return 1
		case a == b:
		case c.has('s'):
			return 1
		case !c.has('l'):
			c.printf("%s %s differ: char %d, line %d\n", names[0], names[1], at, line)
			return 1
		default:
			different = true
			if !c.printf("%d %3o %3o\n", at, a, b) {
				return 2
			}
		}
		line += truth(a == '\n')
	}
	return truth(different)
}

// diff shows how two files or folders differ, in the unified format.
func diff(c *command) int {
	context := 3
	if c.has('U') {
		n, ok := natural(c.value('U'))
		if !ok {
			return c.invalid(c.value('U'))
		}
		context = n
	}
	var folder [2]bool
	for i, name := range c.rest {
		if name == "-" {
			continue
		}
		info, err := c.stat(name)
		if err != nil {
			c.fail("can't stat '%s': %s", name, reason(err))
			return 2
		}
		folder[i] = info.IsDir()
	}
	a, b := c.rest[0], c.rest[1]
	switch {
	case folder[0] && folder[1]:
		return c.diffFolders(a, b, context)
	case folder[0]:
		a = strings.TrimRight(a, "/") + "/" + path.Base(b)
	case folder[1]:
		b = strings.TrimRight(b, "/") + "/" + path.Base(a)
	}
	return c.diffFiles(a, b, context)
}

func (c *command) diffFolders(a, b string, context int) (code int) {
	var names []string
	var there [2][]string
	for i, dir := range []string{a, b} {
		inner, err := c.names(c.path(dir))
		if err != nil {
			c.fail("%s: %s", dir, reason(err))
			return 2
		}
		there[i] = inner
		names = append(names, inner...)
	}
	slices.Sort(names)
	for _, name := range slices.Compact(names) {
		if c.ctx.Err() != nil {
			return 2
		}
		in := [2]bool{slices.Contains(there[0], name), slices.Contains(there[1], name)}
		left, right := path.Join(a, name), path.Join(b, name)
		info, err := c.stat(map[bool]string{true: left, false: right}[in[0]])
		folder := err == nil && info.IsDir()
		switch {
		case folder && c.has('r') && (in[0] && in[1] || c.has('N')):
			if in[0] && in[1] {
				code = max(code, c.diffFolders(left, right, context))
			} else {
				code = max(code, c.diffLone(left, right, in[0], context))
			}
		case (!in[0] || !in[1]) && !c.has('N'):
			code = 1
			if !folder || !c.has('r') {
				c.printf("Only in %s: %s\n", map[bool]string{true: a, false: b}[in[0]], name)
			}
		case folder:
			c.printf("Common subdirectories: %s and %s\n", left, right)
		default:
			code = max(code, c.diffFiles(left, right, context))
		}
	}
	return code
}

// diffLone shows the files of a folder that is on one side alone.
func (c *command) diffLone(left, right string, onLeft bool, context int) (code int) {
	names, err := c.names(c.path(map[bool]string{true: left, false: right}[onLeft]))
	if err != nil {
		return 2
	}
	for _, name := range names {
		code = max(code, c.diffFiles(path.Join(left, name), path.Join(right, name), context))
	}
	return code
}

// diffFiles compares two files; with -N a missing one is an empty one.
func (c *command) diffFiles(a, b string, context int) int {
	var texts [2]string
	labels := [2]string{a, b}
	for i, name := range []string{a, b} {
		text, err := c.readFile(name)
		switch {
		case errors.Is(err, fs.ErrNotExist) && c.has('N'):
			labels[i] = "/dev/null"
		case errors.Is(err, syscall.EISDIR):
			return 0
		case err != nil && quiet(err):
			return 2
		case err != nil:
			c.fail("can't stat '%s': %s", name, reason(err))
			return 1
		}
		texts[i] = string(text)
	}
	for i, label := range c.given['L'] {
		if i < 2 {
			labels[i] = label
		}
	}
	binary := !c.has('a') && (strings.Contains(texts[0], "\x00") || strings.Contains(texts[1], "\x00"))
	if texts[0] == texts[1] {
		return 0
	}
	if binary {
		c.printf("Files %s and %s differ\n", a, b)
		return 1
	}
	left, right := c.textLines(texts[0]), c.textLines(texts[1])
	changes, err := c.changes(left, right)
	switch {
	case err != nil && quiet(err):
		return 2
	case err != nil:
		c.fail("%v", err)
		return 2
	case !slices.ContainsFunc(changes, func(ch change) bool { return c.counts(ch) }):
		return 0
	case c.has('q'):
		c.printf("Files %s and %s differ\n", a, b)
		return 1
	}
	c.printf("--- %s\n+++ %s\n", labels[0], labels[1])
	c.hunks(changes, context)
	return 1
}
