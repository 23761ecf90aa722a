package tools

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
)

// dumpFormat is how a dump shows bytes: the bytes of each number, and it as text.
type dumpFormat struct {
	size  int
	width int
	show  func(n uint64) string
}

func dumpFormats() map[byte]dumpFormat {
	number := func(verb string) func(uint64) string {
		return func(n uint64) string { return fmt.Sprintf(verb, n) }
	}
	return map[byte]dumpFormat{
		'b': {1, 4, number(" %03o")}, 'c': {1, 4, character}, 'd': {2, 6, number(" %5d")}, 'o': {2, 7, number(" %06o")}, 'x': {2, 5, number(" %04x")},
		'1': {1, 3, number(" %02x")}, 'u': {1, 4, number(" %3d")},
	}
}

// character shows a byte as C writes it.
func character(n uint64) string {
	if at := bytes.IndexByte([]byte("\x00\a\b\f\n\r\t\v"), byte(n)); at >= 0 {
		return fmt.Sprintf("%4s", `\`+"0abfnrtv"[at:at+1])
	}
	if n < ' ' || n > '~' {
		return fmt.Sprintf(" %03o", n)
	}
	return fmt.Sprintf("%4c", rune(n))
}

// input16 reads all files from an offset, at most so many bytes, and hands them over
// 16 at a time.
func (c *command) input16(skip, most int64, use func(at int64, block []byte) bool) (at int64, code int) {
	var readers []io.Reader
	names := c.rest
	if len(names) == 0 {
		names = []string{"-"}
	}
	for _, name := range names {
		r, err := c.open(name)
		if err != nil {
			code = c.fail("%s: %s", name, reason(err))
			continue
		}
		defer func() { _ = r.Close() }() // it was only read
		readers = append(readers, r)
	}
	if len(readers) == 0 {
		return -1, code
	}
	all := io.MultiReader(readers...)
	if _, err := io.CopyN(io.Discard, all, skip); err != nil {
		return -1, max(code, truth(!errors.Is(err, io.EOF)))
	}
	if most >= 0 {
		all = io.LimitReader(all, most)
	}
	at = skip
	for {
		block := make([]byte, 16)
		n, err := io.ReadFull(all, block)
		if n > 0 && !use(at, block[:n]) {
			return at, 1
		}
		at += int64(n)
		if err != nil {
			return at, code
		}
	}
}

// extent are the options that say which part to show.
func (c *command) extent(skip, most byte) (from, length int64, ok bool) {
	length = -1
	for flag, into := range map[byte]*int64{skip: &from, most: &length} {
		if c.has(flag) {
			n, fine := scaled(c.value(flag), "bkm")
			if !fine {
				return 0, 0, false
			}
			*into = n
		}
	}
	return from, length, true
}

func hexdump(c *command) int {
	skip, most, ok := c.extent('s', 'n')
	if !ok {
		return c.invalid(first(c.value('n'), c.value('s')))
	}
	format, pad := dumpFormats()['x'], true
	for _, flag := range []byte("bcdox") {
		if c.has(flag) {
			format = dumpFormats()[flag]
			if strings.IndexByte("dox", flag) >= 0 {
				show := format.show
				format.width, format.show = 8, func(n uint64) string { return fmt.Sprintf("%8s", strings.TrimSpace(show(n))) }
			}
		}
	}
	var last []byte
	starred := false
	end, code := c.input16(skip, most, func(at int64, block []byte) bool {
		if !c.has('v') && len(block) == 16 && bytes.Equal(block, last) {
			if starred {
				return true
			}
			starred = true
			return c.printf("*\n")
		}
		last, starred = block, false
		if c.has('C') {
			return c.printf("%08x  %s\n", at, canonical(block))
		}
		return c.printf("%07x%s\n", at, row(format, block, pad))
	})
	if end < 0 || end == skip {
		return code
	}
	if c.has('C') {
		c.printf("%08x\n", end)
	} else {
		c.printf("%07x\n", end)
	}
	return code
}

// canonical is a row of hexdump -C.
func canonical(block []byte) string {
	var out strings.Builder
	for i := range 16 {
		if i == 8 {
			out.WriteByte(' ')
		}
		if i < len(block) {
			_, _ = fmt.Fprintf(&out, "%02x ", block[i]) // never fails
		} else {
			out.WriteString("   ")
		}
	}
	out.WriteString(" |")
	for _, b := range block {
		if b < ' ' || b > '~' {
			b = '.'
		}
		out.WriteByte(b)
	}
	return out.String() + "|"
}

// row shows a block's numbers, with room for those that are missing.
func row(format dumpFormat, block []byte, pad bool) string {
	var out strings.Builder
	for i := 0; i < 16; i += format.size {
		switch {
		case i < len(block):
			n := uint64(0)
			for j := min(i+format.size, len(block)) - 1; j >= i; j-- {
				n = n<<8 | uint64(block[j])
			}
			out.WriteString(format.show(n))
		case pad:
			out.WriteString(strings.Repeat(" ", format.width))
		}
	}
	return out.String()
}

func od(c *command) int {
	skip, most, ok := c.extent('j', 'N')
	if !ok {
		return c.invalid(first(c.value('N'), c.value('j')))
	}
	letter := byte('o')
	for _, flag := range []byte("bcdox") {
		if c.has(flag) {
			letter = flag
		}
	}
	if t := c.value('t'); c.has('t') {
		kinds := map[string]byte{"x1": '1', "o1": 'b', "c": 'c', "u1": 'u', "x2": 'x', "o2": 'o', "u2": 'd'}
		if letter, ok = kinds[t]; !ok {
			return c.refuse("-t " + t)
		}
	}
	format := dumpFormats()[letter]
	address := map[string]string{"": "%07o", "o": "%07o", "x": "%06x", "d": "%07d", "n": ""}
	verb, ok := address[c.value('A')]
	if !ok {
		return c.fail("bad output address radix '%s' (must be [doxn])", c.value('A'))
	}
	place := func(at int64) string {
		if verb == "" {
			return ""
		}
		return fmt.Sprintf(verb, at)
	}
	var last []byte
	starred := false
	end, code := c.input16(skip, most, func(at int64, block []byte) bool {
		if !c.has('v') && len(block) == 16 && bytes.Equal(block, last) {
			if starred {
				return true
			}
			starred = true
			return c.printf("*\n")
		}
		last, starred = block, false
		return c.printf("%s%s\n", place(at), row(format, block, false))
	})
	if verb != "" && end >= 0 {
		c.printf("%s\n", place(end))
	}
	return code
}
