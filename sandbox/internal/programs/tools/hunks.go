package tools

import (
	"fmt"
	"slices"
	"strings"
)

// textLines are the lines of a text; one without an end says so.
func (c *command) textLines(text string) []string {
	if text == "" {
		return nil
	}
	lines, full := c.split(text, "\n")
	if full != nil {
		return nil // The command is killed.
	}
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

// counts reports whether a change is a difference: with -B empty lines are not.
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

func (c *command) allAlike(lines []string) []string {
	if !c.any("iwb") {
		return lines
	}
	out := make([]string, len(lines))
	for i, line := range lines {
		out[i] = c.alike(line)
	}
	return out
}

// mostCompared is how many pairs of lines are compared.
const mostCompared = 16 << 20

// changes finds the longest common part of two files' lines, and returns what
// was removed and added around it.
func (c *command) changes(a, b []string) (out []change, err error) {
	likeA, likeB := c.allAlike(a), c.allAlike(b)
	same := func(i, j int) bool { return likeA[i] == likeB[j] }
	head := 0
	for head < len(a) && head < len(b) && same(head, head) {
		head++
	}
	tail := 0
	for tail < len(a)-head && tail < len(b)-head && same(len(a)-1-tail, len(b)-1-tail) {
		tail++
	}
	n, m := len(a)-head-tail, len(b)-head-tail
	if n > 0 && m > mostCompared/n {
		return nil, fmt.Errorf("files that differ this much: not supported by the sandbox")
	}
	if err := c.hold(4 * (n + 1) * (m + 1)); err != nil {
		return nil, err
	}
	common := make([][]int32, n+1)
	for i := range common {
		common[i] = make([]int32, m+1)
	}
	for i := n - 1; i >= 0 && c.ctx.Err() == nil; i-- {
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
		for end > begin && trailingLines(changes[:end]) > context {
			end--
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
