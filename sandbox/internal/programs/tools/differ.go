package tools

import (
	"bufio"
	"errors"
	"fmt"
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
	left, right := textLines(texts[0]), textLines(texts[1])
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

// textLines are the lines of a text; one without an end says so.
func textLines(text string) []string {
	if text == "" {
		return nil
	}
	lines := strings.Split(text, "\n")
	if last := len(lines) - 1; lines[last] == "" {
		return lines[:last]
	}
	lines[len(lines)-1] += "\n\\ No newline at end of file"
	return lines
}

// change is a line with ' ' when both have it, '-' when the first and '+' when the
// second has it.
type change struct {
	kind byte
	text string
}

// counts says whether a change is a difference: with -B empty lines are none.
func (c *command) counts(ch change) bool {
	return ch.kind != ' ' && (!c.has('B') || strings.TrimSpace(ch.text) != "")
}

// alike is a line as it is compared.
func (c *command) alike(line string) string {
	if c.has('i') {
		line = strings.ToLower(line)
	}
	if c.has('w') {
		return strings.Join(strings.Fields(line), "")
	}
	if c.has('b') {
		lead := ""
		if strings.TrimLeft(line, " \t") != line {
			lead = " "
		}
		return lead + strings.Join(strings.Fields(line), " ")
	}
	return line
}

// mostCompared is how many pairs of lines are compared.
const mostCompared = 16 << 20

// changes finds the longest common part of two files' lines, and says what was
// taken and added around it.
func (c *command) changes(a, b []string) (out []change, err error) {
	same := func(i, j int) bool { return a[i] == b[j] || c.alike(a[i]) == c.alike(b[j]) }
	head := 0
	for head < len(a) && head < len(b) && same(head, head) {
		head++
	}
	tail := 0
	for tail < len(a)-head && tail < len(b)-head && same(len(a)-1-tail, len(b)-1-tail) {
		tail++
	}
	n, m := len(a)-head-tail, len(b)-head-tail
	if n*m > mostCompared {
		return nil, fmt.Errorf("files that differ so much: not supported by the sandbox")
	}
	if err := c.hold(4 * (n + 1) * (m + 1)); err != nil {
		return nil, err
	}
	common := make([][]int32, n+1)
	for i := range common {
		common[i] = make([]int32, m+1)
	}
	for i := n - 1; i >= 0; i-- {
		for j := m - 1; j >= 0; j-- {
			common[i][j] = max(common[i+1][j], common[i][j+1])
			if same(head+i, head+j) {
				common[i][j] = common[i+1][j+1] + 1
			}
		}
	}
	for i := range head {
		out = append(out, change{' ', a[i]})
	}
	for i, j := 0, 0; i < n || j < m; {
		switch {
		case i < n && j < m && same(head+i, head+j):
			out = append(out, change{' ', a[head+i]})
			i, j = i+1, j+1
		case j == m || i < n && common[i+1][j] >= common[i][j+1]:
			out = append(out, change{'-', a[head+i]})
			i++
		default:
			out = append(out, change{'+', b[head+j]})
			j++
		}
	}
	for i := range tail {
		out = append(out, change{' ', a[len(a)-tail+i]})
	}
	return out, nil
}

// hunks prints changes with some lines around them.
func (c *command) hunks(changes []change, context int) {
	left, right := 0, 0 // how many lines of each file came before
	for at := 0; at < len(changes); {
		next := slices.IndexFunc(changes[at:], func(ch change) bool { return ch.kind != ' ' })
		if next < 0 {
			return
		}
		begin := max(at, at+next-context)
		left, right = left+begin-at, right+begin-at
		end := at + next
		for last := end; end < len(changes) && end-last <= 2*context; end++ {
			if changes[end].kind != ' ' {
				last = end
			} else if end-last == 2*context {
				end++
				break
			}
		}
		for trailing := 0; end > begin && changes[end-1].kind == ' '; end-- {
			if trailing = trailingLines(changes[:end]); trailing <= context {
				break
			}
		}
		n, m := 0, 0
		for _, ch := range changes[begin:end] {
			n += truth(ch.kind != '+')
			m += truth(ch.kind != '-')
		}
		c.printf("@@ -%s +%s @@\n", place(left, n), place(right, m))
		for _, ch := range changes[begin:end] {
			c.printf("%c%s\n", ch.kind, ch.text)
		}
		left, right, at = left+n, right+m, end
	}
}

// trailingLines is how many lines at the end both files have.
func trailingLines(changes []change) (n int) {
	for n < len(changes) && changes[len(changes)-1-n].kind == ' ' {
		n++
	}
	return n
}

// place is "3,2" for two lines from the third on.
func place(before, n int) string {
	switch n {
	case 0:
		return fmt.Sprintf("%d,0", before)
	case 1:
		return fmt.Sprint(before + 1)
	}
	return fmt.Sprintf("%d,%d", before+1, n)
}
