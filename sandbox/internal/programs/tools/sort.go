package tools

import (
	"cmp"
	"io"
	"math"
	"os"
	"slices"
	"strconv"
	"strings"
)

const sortUsage = "[-nrugMcszbdfiokt] [-o FILE] [-k START[.OFS][OPTS][,END[.OFS][OPTS]] [-t CHAR] [FILE]..."

// sorting is one run of sort.
type sorting struct {
	*command
	keys []sortKey
	mark byte
}

// sortKey is a part of a line: from a field and a character to others, and how it is
// compared. What is 0 is not said.
type sortKey struct {
	field, char, lastField, lastChar int
	flags                            string
}

func sortLines(c *command) int {
	s := &sorting{command: c}
	if t := c.value('t'); c.has('t') {
		if len(t) != 1 && t != `\0` {
			return max(c.fail("bad -t parameter"), 2)
		}
		s.mark = t[0] * byte(truth(t != `\0`))
	}
	for _, text := range c.given['k'] {
		key, ok := readKey(text)
		if !ok {
			return max(c.fail("bad field specification"), 2)
		}
		s.keys = append(s.keys, key)
	}
	end := byte('\n' * truth(!c.has('z')))
	lines, code := c.lines(end)
	if code != 0 {
		return 2
	}
	if c.has('c') {
		for i := range lines[:max(0, len(lines)-1)] {
			if order := s.compare(lines[i], lines[i+1], !c.has('u')); order > 0 || order == 0 && c.has('u') {
				c.complain("Check line %d\n", i+1)
				return 1
			}
		}
		return 0
	}
	slices.SortStableFunc(lines, func(a, b string) int { return s.compare(a, b, !c.has('s')) })
	if c.has('u') {
		lines = slices.CompactFunc(lines, func(a, b string) bool { return s.compare(a, b, false) == 0 })
	}
	out := c.Stdout
	if c.has('o') {
		file, err := c.create(c.value('o'), os.O_TRUNC, 0o666)
		if err != nil {
			return max(c.fail("can't open '%s': %s", c.value('o'), reason(err)), 2)
		}
		defer func() { _ = file.Close() }() // each write was checked
		out = file
	}
	for _, line := range lines {
		if _, err := io.WriteString(out, line+string(rune(end))); err != nil {
			if !quiet(err) {
				c.fail("write error: %s", reason(err))
			}
			return 2
		}
	}
	return 0
}

// readKey reads "2.3nr,4".
func readKey(text string) (key sortKey, ok bool) {
	from, to, ranged := strings.Cut(text, ",")
	key.field, key.char, key.flags, ok = readPlace(from)
	if !ok || key.field < 1 {
		return key, false
	}
	if ranged {
		var flags string
		if key.lastField, key.lastChar, flags, ok = readPlace(to); !ok {
			return key, false
		}
		key.flags += strings.ReplaceAll(flags, "b", "B")
	}
	return key, true
}

func readPlace(text string) (field, char int, flags string, ok bool) {
	end := strings.IndexFunc(text, func(r rune) bool { return r != '.' && (r < '0' || r > '9') })
	if end < 0 {
		end = len(text)
	}
	number, offset, dotted := strings.Cut(text[:end], ".")
	field, ok = natural(number)
	if ok && dotted {
		char, ok = natural(offset)
	}
	flags = text[end:]
	return field, char, flags, ok && strings.Trim(flags, "nrgMVbdfi") == ""
}

// compare compares two lines by their keys; tie says that those whose keys are equal
// are compared as they are.
func (s *sorting) compare(a, b string, tie bool) int {
	if s.ctx.Err() != nil {
		return 0 // The result is not needed any more.
	}
	var global strings.Builder
	for _, flag := range []byte("nrgMVbdfi") {
		if s.has(flag) {
			global.WriteByte(flag)
		}
	}
	keys := s.keys
	if len(keys) == 0 {
		keys = []sortKey{{field: 1}}
	}
	for _, key := range keys {
		flags := key.flags
		if strings.Trim(flags, "bB") == "" {
			flags += global.String()
		}
		order := compareBy(flags, s.part(a, key, flags), s.part(b, key, flags))
		if strings.Contains(flags, "r") {
			order = -order
		}
		if order != 0 {
			return order
		}
	}
	if !tie {
		return 0
	}
	if s.has('r') {
		return strings.Compare(b, a)
	}
	return strings.Compare(a, b)
}

// skipFields is where the nth field of a line ends.
func (s *sorting) skipFields(line string, n int) (at int, marked bool) {
	for range n {
		if s.mark != 0 {
			end := strings.IndexByte(line[at:], s.mark)
			if end < 0 {
				return len(line), false
			}
			at += end + 1
			marked = true
			continue
		}
		for at < len(line) && blank(line[at]) {
			at++
		}
		for at < len(line) && !blank(line[at]) {
			at++
		}
	}
	return at, marked
}

func blank(b byte) bool { return b == ' ' || b >= '\t' && b <= '\r' }

// part is what a key takes of a line.
func (s *sorting) part(line string, key sortKey, flags string) string {
	start, _ := s.skipFields(line, key.field-1)
	end := len(line)
	if key.lastField > 0 {
		var marked bool
		if end, marked = s.skipFields(line, key.lastField); marked {
			end--
		}
		if key.lastChar > 0 {
			before, _ := s.skipFields(line, key.lastField-1)
			end = min(before+key.lastChar, len(line))
		}
	}
	if strings.Contains(flags, "b") {
		for start < len(line) && blank(line[start]) {
			start++
		}
	}
	if key.char > 0 {
		start = min(start+key.char-1, len(line))
	}
	part := line[start:max(start, end)]
	if strings.ContainsAny(flags, "di") {
		part = strings.Map(func(r rune) rune {
			if strings.Contains(flags, "d") && !blank(byte(min(r, 255))) && (r >= 128 || !wordly(byte(r)) || r == '_') || r < ' ' || r > '~' {
				return -1
			}
			return r
		}, part)
	}
	return part
}

// compareBy compares two keys.
func compareBy(flags, a, b string) int {
	switch {
	case strings.Contains(flags, "n"):
		x, _ := leadingFloat(a)
		y, _ := leadingFloat(b)
		return cmp.Compare(x, y)
	case strings.Contains(flags, "g"):
		x, okX := leadingFloat(a)
		y, okY := leadingFloat(b)
		return cmp.Or(cmp.Compare(truth(okX), truth(okY)), cmp.Compare(x, y))
	case strings.Contains(flags, "M"):
		return cmp.Compare(month(a), month(b))
	case strings.Contains(flags, "V"):
		return compareVersions(a, b)
	case strings.Contains(flags, "f"):
		return strings.Compare(strings.ToLower(a), strings.ToLower(b))
	}
	return strings.Compare(a, b)
}

// leadingFloat is the number that a text begins with, as strtod(3) reads it.
func leadingFloat(text string) (float64, bool) {
	text = strings.TrimLeft(text, " \t\n\v\f\r")
	sign := 1.0
	digits := text
	if digits != "" && (digits[0] == '-' || digits[0] == '+') {
		if digits[0] == '-' {
			sign = -1
		}
		digits = digits[1:]
	}
	if len(digits) > 2 && digits[0] == '0' && (digits[1] == 'x' || digits[1] == 'X') {
		end := 2
		for end < len(digits) && strings.IndexByte("0123456789abcdefABCDEF", digits[end]) >= 0 {
			end++
		}
		if n, err := strconv.ParseUint(digits[2:end], 16, 64); err == nil {
			return sign * float64(n), true
		}
	}
	for end := min(len(digits), 64); end > 0; end-- {
		if strings.Trim(digits[:end], "0123456789.eE+-") != "" {
			continue
		}
		if n, err := strconv.ParseFloat(digits[:end], 64); err == nil || math.IsInf(n, 0) {
			return sign * n, true
		}
	}
	return 0, false
}

// month is a month's number, 0 for what is none.
func month(text string) int {
	text = strings.ToUpper(strings.TrimLeft(text, " \t"))
	return 1 + slices.IndexFunc(strings.Fields("JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC"), func(m string) bool { return strings.HasPrefix(text, m) })
}
