package tools

import (
	"bufio"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
)

func fieldApplets() map[string]applet {
	return map[string]applet{
		"cut": {run: cut, flags: "b:c:f:d:sn", others: "DFO", usage: "[OPTIONS] [FILE]..."},
		"tr":  {run: tr, flags: "+cCds", usage: "[-cds] STRING1 [STRING2]", least: 1},
	}
}

// span is a range of places, counted from 1.
type span struct{ from, to int }

// spans reads "1,3-5,7-".
func spans(text string) (all []span, err error) {
	for part := range strings.SplitSeq(text, ",") {
		if part == "" {
			continue
		}
		first, last, dash := strings.Cut(part, "-")
		s := span{1, 1 << 30}
		var ok bool
		if first != "" {
			if s.from, ok = natural(first); !ok {
				return nil, fmt.Errorf("invalid number '%s'", first)
			}
		}
		switch {
		case !dash:
			s.to = s.from
		case last != "":
			if s.to, ok = natural(last); !ok {
				return nil, fmt.Errorf("invalid number '%s'", last)
			}
		}
		if s.to < s.from {
			return nil, fmt.Errorf("%d<%d", s.to, s.from-1)
		}
		all = append(all, s)
	}
	return all, nil
}

func within(all []span, n int) bool {
	return slices.ContainsFunc(all, func(s span) bool { return n >= s.from && n <= s.to })
}

func cut(c *command) int {
	kinds := truth(c.has('f')) + truth(c.has('c')) + truth(c.has('b'))
	if kinds == 0 {
		return c.fail("expected a list of bytes, characters, or fields")
	}
	if kinds > 1 {
		return c.misuse()
	}
	in, err := spans(c.value('f') + c.value('c') + c.value('b'))
	if err != nil {
		return c.fail("%v", err)
	}
	between := "\t"
	if c.has('d') {
		between = c.value('d')[:min(1, len(c.value('d')))]
	}
	return c.each("%s: %s", func(_ string, r io.Reader) error {
		return notFolder(c.eachLine(r, '\n', func(line string, _ bool) bool {
			if !c.has('f') {
				return c.printf("%s\n", cutBytes(line, in))
			}
			if between == "" || !strings.Contains(line, between) {
				return c.has('s') && line != "" || c.printf("%s\n", line)
			}
			return c.printf("%s\n", cutFields(line, between, in))
		}))
	})
}

func cutFields(line, between string, in []span) string {
	var out strings.Builder
	n, printed := 0, false
	for field := range strings.SplitSeq(line, between) {
		if n++; !within(in, n) {
			continue
		}
		if printed {
			out.WriteString(between)
		}
		printed = true
		out.WriteString(field)
	}
	return out.String()
}

func cutBytes(line string, in []span) string {
	out := make([]byte, 0, len(line))
	for i := range len(line) {
		if within(in, i+1) {
			out = append(out, line[i])
		}
	}
	return string(out)
}

// set is what a string of tr stands for.
func set(text string) (out []byte) {
	classes := map[string]string{
		"upper": "A-Z", "lower": "a-z", "digit": "0-9", "alpha": "A-Za-z", "alnum": "0-9A-Za-z", "space": `\t\n\v\f\r `, "blank": `\t `,
		"punct": "!-/:-@[-`{-~", "xdigit": "0-9A-Fa-f", "cntrl": `\000-\037\177`, "print": " -~", "graph": "!-~",
	}
	for i := 0; i < len(text); i++ {
		if name, rest, ok := strings.Cut(text[i:], ":]"); ok && strings.HasPrefix(name, "[:") && classes[name[2:]] != "" {
			out = append(out, set(classes[name[2:]])...)
			i = len(text) - len(rest) - 1
			continue
		}
		if strings.HasPrefix(text[i:], "[=") && len(text) >= i+5 && text[i+3:i+5] == "=]" {
			out = append(out, text[i+2])
			i += 4
			continue
		}
		b, n := unbackslash(text[i:])
		i += n - 1
		if i+2 < len(text) && text[i+1] == '-' {
			last, n := unbackslash(text[i+2:])
			for at := int(b); at <= int(last); at++ {
				out = append(out, byte(at))
			}
			i += 1 + n
			continue
		}
		out = append(out, b)
	}
	return out
}

// unbackslash is the byte that a text begins with, and how long that is written.
func unbackslash(text string) (b byte, length int) {
	if text[0] != '\\' || len(text) < 2 {
		return text[0], 1
	}
	if at := strings.IndexByte("abfnrtv\\", text[1]); at >= 0 {
		return "\a\b\f\n\r\t\v\\"[at], 2
	}
	digits := 0
	for digits < 3 && 1+digits < len(text) && text[1+digits] >= '0' && text[1+digits] <= '7' {
		digits++
	}
	if digits > 0 {
		n, _ := strconv.ParseUint(text[1:1+digits], 8, 16) // three digits
		return byte(n), 1 + digits
	}
	return '\\', 1
}

func tr(c *command) int {
	from := set(c.rest[0])
	if c.any("cC") {
		var others []byte
		for n := range 256 {
			if !slices.Contains(from, byte(n)) {
				others = append(others, byte(n))
			}
		}
		from = others
	}
	var to []byte
	if len(c.rest) > 1 {
		to = set(c.rest[1])
	}
	if len(c.rest) > 1 && len(to) == 0 {
		return c.fail("STRING2 cannot be empty")
	}
	squeezed := from
	if len(to) > 0 && c.has('s') {
		squeezed = to
	}
	var table [256]int
	for b := range table {
		table[b] = b
		at := slices.Index(from, byte(b))
		switch {
		case at < 0:
		case c.has('d'):
			table[b] = -1
		case len(to) > 0:
			table[b] = int(to[min(slices.Index(from, byte(b)), len(to)-1)])
		}
	}
	if !c.has('d') { // If a letter appears twice, the last one counts.
		for at, b := range from {
			if len(to) > 0 {
				table[b] = int(to[min(at, len(to)-1)])
			}
		}
	}
	return c.translate(&table, squeezed)
}

func (c *command) translate(table *[256]int, squeezed []byte) int {
	in, out := bufio.NewReader(input{c.ctx, c.Stdin}), bufio.NewWriter(c.Stdout)
	last := -1
	for {
		b, err := in.ReadByte()
		if err != nil {
			break
		}
		n := table[b]
		if n < 0 || c.has('s') && n == last && slices.Contains(squeezed, byte(n)) {
			continue
		}
		last = n
		if out.WriteByte(byte(n)) != nil || in.Buffered() == 0 && out.Flush() != nil {
			return 1
		}
	}
	if out.Flush() != nil {
		return 1
	}
	return 0
}
