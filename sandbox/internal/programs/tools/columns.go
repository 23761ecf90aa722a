package tools

import (
	"bufio"
	"crypto/md5"  //nolint:gosec // a sum, as its users ask for it
	"crypto/sha1" //nolint:gosec // a sum, as its users ask for it
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"hash"
	"io"
	"slices"
	"strconv"
	"strings"
)

// ranges are the places that "1,3-5,7-" means, counted from 1.
func ranges(text string) (func(int) bool, bool) {
	type span struct{ from, to int }
	var spans []span
	for part := range strings.SplitSeq(text, ",") {
		first, last, dash := strings.Cut(part, "-")
		s := span{1, 1 << 30}
		var err, err2 error
		if first != "" {
			s.from, err = strconv.Atoi(first)
		}
		switch {
		case !dash:
			s.to = s.from
		case last != "":
			s.to, err2 = strconv.Atoi(last)
		}
		if err != nil || err2 != nil || s.from < 1 || part == "" || part == "-" {
			return nil, false
		}
		spans = append(spans, s)
	}
	return func(n int) bool {
		return slices.ContainsFunc(spans, func(s span) bool { return n >= s.from && n <= s.to })
	}, true
}

func cut(c *command) int {
	if !c.parse("b:c:f:d:sn") {
		return 1
	}
	list := c.flags['f'] + c.flags['c'] + c.flags['b']
	if list == "" {
		return c.fail("expected a list of bytes, characters, or fields")
	}
	in, ok := ranges(list)
	if !ok {
		return c.fail("invalid range '%s'", list)
	}
	between := c.flags['d']
	if between == "" {
		between = "\t"
	}
	lines, code := c.lines("%s: %s")
	for _, line := range lines {
		if !c.has('f') {
			var out strings.Builder
			for i := range len(line) {
				if in(i + 1) {
					out.WriteByte(line[i])
				}
			}
			c.printf("%s\n", out.String())
			continue
		}
		if !strings.Contains(line, between) {
			if !c.has('s') {
				c.printf("%s\n", line)
			}
			continue
		}
		var out []string
		for i, field := range strings.Split(line, between) {
			if in(i + 1) {
				out = append(out, field)
			}
		}
		c.printf("%s\n", strings.Join(out, between))
	}
	return code
}

// set is what a string of tr stands for.
func set(text string) []byte {
	for name, chars := range map[string]string{
		"[:upper:]": "A-Z", "[:lower:]": "a-z", "[:digit:]": "0-9", "[:alpha:]": "A-Za-z", "[:alnum:]": "A-Za-z0-9",
		"[:space:]": `\t\n\v\f\r `, "[:blank:]": `\t `, "[:punct:]": "!-/:-@[-`{-~",
	} {
		text = strings.ReplaceAll(text, name, chars)
	}
	var out []byte
	for i := 0; i < len(text); i++ {
		b := text[i]
		if b == '\\' && i+1 < len(text) {
			i++
			if at := strings.IndexByte("ntrvf0\\", text[i]); at >= 0 {
				b = "\n\t\r\v\f\x00\\"[at]
			} else {
				b = text[i]
			}
		}
		if i+2 < len(text) && text[i+1] == '-' && text[i+2] >= b {
			for n := int(b); n <= int(text[i+2]); n++ {
				out = append(out, byte(n))
			}
			i += 2
			continue
		}
		out = append(out, b)
	}
	return out
}

func tr(c *command) int {
	if !c.parse("dscC") {
		return 1
	}
	if len(c.rest) == 0 {
		return c.fail("missing operand")
	}
	from := set(c.rest[0])
	if c.has('c') || c.has('C') {
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
	in, out := bufio.NewReader(input{c.ctx, c.Stdin}), bufio.NewWriter(c.Stdout)
	last := -1
	for {
		b, err := in.ReadByte()
		if err != nil {
			break
		}
		at := slices.Index(from, b)
		if at >= 0 && c.has('d') {
			continue
		}
		if at >= 0 && len(to) > 0 {
			b = to[min(at, len(to)-1)]
		}
		if c.has('s') && at >= 0 && int(b) == last {
			continue
		}
		last = int(b)
		if out.WriteByte(b) != nil {
			return 1
		}
		if b == '\n' && in.Buffered() == 0 && out.Flush() != nil {
			return 1
		}
	}
	if out.Flush() != nil {
		return 1
	}
	return 0
}

func rev(c *command) int {
	lines, code := c.lines("%s: %s")
	for _, line := range lines {
		runes := []rune(line)
		slices.Reverse(runes)
		c.printf("%s\n", string(runes))
	}
	return code
}

func tac(c *command) int {
	lines, code := c.lines("%s: %s")
	for _, line := range slices.Backward(lines) {
		c.printf("%s\n", line)
	}
	return code
}

func nl(c *command) int {
	lines, code := c.lines("%s: %s")
	n := 0
	for _, line := range lines {
		if line == "" {
			c.printf("       \n")
			continue
		}
		n++
		c.printf("%6d\t%s\n", n, line)
	}
	return code
}

// sum is md5sum and its like, with -c too.
func sum(c *command) int {
	make, ok := map[string]func() hash.Hash{"md5sum": md5.New, "sha1sum": sha1.New, "sha256sum": sha256.New, "sha512sum": sha512.New}[c.name]
	if !ok || !c.parse("csw") {
		return 1
	}
	if c.has('c') {
		return c.checkSums(make)
	}
	return c.each("can't open '%s': %s", func(name string, r io.Reader) error {
		h := make()
		_, err := io.Copy(h, r)
		if err == nil {
			c.printf("%s  %s\n", hex.EncodeToString(h.Sum(nil)), name)
		}
		return err
	})
}

func (c *command) checkSums(make func() hash.Hash) int {
	lines, code := c.lines("can't open '%s': %s")
	for _, line := range lines {
		want, name, _ := strings.Cut(line, "  ")
		h := make()
		text, err := c.readFile(name)
		if err == nil {
			_, err = h.Write(text)
		}
		if err != nil || hex.EncodeToString(h.Sum(nil)) != want {
			c.printf("%s: FAILED\n", name)
			code = 1
			continue
		}
		c.printf("%s: OK\n", name)
	}
	return code
}

func base64Code(c *command) int {
	if !c.parse("dw:") {
		return 1
	}
	width := 76
	if n, err := strconv.Atoi(c.flags['w']); err == nil {
		width = n
	}
	return c.each("can't open '%s': %s", func(_ string, r io.Reader) error {
		text, err := c.readWhole(r)
		if err != nil {
			return err
		}
		if c.has('d') {
			plain, err := base64.StdEncoding.DecodeString(strings.Join(strings.Fields(string(text)), ""))
			c.printf("%s", plain)
			if err != nil {
				return errors.New("truncated base64 input")
			}
			return nil
		}
		code := base64.StdEncoding.EncodeToString(text)
		for width > 0 && len(code) > width {
			c.printf("%s\n", code[:width])
			code = code[width:]
		}
		c.printf("%s", code)
		if width > 0 {
			c.printf("\n")
		}
		return nil
	})
}

// hexdump is "hexdump -C" and "xxd" in one: what is in a file.
func hexdump(c *command) int {
	if !c.parse("Cvn:") {
		return 1
	}
	return c.each("%s: %s", func(_ string, r io.Reader) error {
		text, err := c.readWhole(r)
		if n, bad := strconv.Atoi(c.flags['n']); bad == nil {
			text = text[:min(n, len(text))]
		}
		if c.has('C') {
			c.printf("%s", hex.Dump(text))
			c.printf("%08x\n", len(text))
			return err
		}
		for at := 0; at < len(text); at += 16 {
			c.printf("%07x", at)
			for i := at; i < min(at+16, len(text)); i += 2 {
				word := int(text[i])
				if i+1 < len(text) {
					word |= int(text[i+1]) << 8
				}
				c.printf(" %04x", word)
			}
			c.printf("\n")
		}
		c.printf("%07x\n", len(text))
		return err
	})
}

func yes(c *command) int {
	text := strings.Join(c.rest, " ")
	if len(c.rest) == 0 {
		text = "y"
	}
	for c.ctx.Err() == nil && c.printf("%s\n", text) {
		continue
	}
	return 0
}

// diff shows two files' differences in one piece, as busybox does for short
// files.
func diff(c *command) int {
	if !c.parse("uqrNbwBa") {
		return 2
	}
	if len(c.rest) != 2 {
		c.fail("missing filename")
		return 2
	}
	var sides [2][]string
	for i, name := range c.rest {
		text, err := c.readFile(name)
		if err != nil {
			c.fail("can't stat '%s': %s", name, reason(err))
			return 2
		}
		sides[i] = strings.Split(strings.TrimSuffix(string(text), "\n"), "\n")
	}
	if slices.Equal(sides[0], sides[1]) {
		return 0
	}
	if c.has('q') {
		c.printf("Files %s and %s differ\n", c.rest[0], c.rest[1])
		return 1
	}
	c.printf("--- %s\n+++ %s\n@@ -1,%d +1,%d @@\n", c.rest[0], c.rest[1], len(sides[0]), len(sides[1]))
	for _, line := range compare(sides[0], sides[1]) {
		c.printf("%s\n", line)
	}
	return 1
}

// compare is the longest common part with what was taken and added around it.
func compare(a, b []string) (out []string) {
	common := make([][]int, len(a)+1)
	for i := range common {
		common[i] = make([]int, len(b)+1)
	}
	for i := range slices.Backward(a) {
		for j := range slices.Backward(b) {
			common[i][j] = max(common[i+1][j], common[i][j+1])
			if a[i] == b[j] {
				common[i][j] = common[i+1][j+1] + 1
			}
		}
	}
	i, j := 0, 0
	for i < len(a) || j < len(b) {
		switch {
		case i < len(a) && j < len(b) && a[i] == b[j]:
			out = append(out, " "+a[i])
			i, j = i+1, j+1
		case j == len(b) || i < len(a) && common[i+1][j] >= common[i][j+1]:
			out = append(out, "-"+a[i])
			i++
		default:
			out = append(out, "+"+b[j])
			j++
		}
	}
	return out
}

// expr does one operation on two numbers or texts.
func expr(c *command) int {
	if len(c.rest) == 1 {
		c.printf("%s\n", c.rest[0])
		return 0
	}
	if len(c.rest) != 3 {
		c.fail("syntax error")
		return 2
	}
	a, errA := strconv.Atoi(c.rest[0])
	b, errB := strconv.Atoi(c.rest[2])
	truth := map[bool]int{true: 1}
	var result int
	switch op := c.rest[1]; {
	case op == "=":
		result = truth[c.rest[0] == c.rest[2]]
	case op == "!=":
		result = truth[c.rest[0] != c.rest[2]]
	case errA != nil || errB != nil:
		c.fail("non-numeric argument")
		return 2
	case (op == "/" || op == "%") && b == 0:
		c.fail("division by zero")
		return 2
	default:
		results := map[string]func() int{
			"+": func() int { return a + b }, "-": func() int { return a - b }, "*": func() int { return a * b },
			"/": func() int { return a / b }, "%": func() int { return a % b },
			"<": func() int { return truth[a < b] }, ">": func() int { return truth[a > b] },
			"<=": func() int { return truth[a <= b] }, ">=": func() int { return truth[a >= b] },
		}
		do, ok := results[op]
		if !ok {
			c.fail("syntax error")
			return 2
		}
		result = do()
	}
	c.printf("%d\n", result)
	if result == 0 {
		return 1
	}
	return 0
}
