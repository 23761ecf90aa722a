package tools

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"unicode/utf8"
)

func readApplets() map[string]applet {
	return map[string]applet{
		"cat":  {run: cat, flags: "nbvteAu", usage: "[-nbvteA] [FILE]..."},
		"head": {run: head, flags: "n:c:qv", long: "lines:=n bytes:=c", usage: "[OPTIONS] [FILE]...", before: countFirst},
		"tail": {run: tail, flags: "n:c:qvfFs:", long: "lines:=n bytes:=c follow=f", usage: "[OPTIONS] [FILE]...", before: countFirst},
		"tee":  {run: tee, flags: "ai", usage: "[-ai] [FILE]..."},
		"more": {run: more, usage: "[FILE]..."},
		"less": {run: more, flags: "EFIMmNSRh~", usage: "[-EFIMmNSRh~] [FILE]..."},
		"wc":   {run: wc, flags: "cmlwL", usage: "[-cmlwL] [FILE]..."},
		"yes":  {run: yes, raw: true, usage: "[STRING]"},
	}
}

// countFirst reads a first argument such as "-5" or "+5" as -n.
func countFirst(args []string) []string {
	if len(args) == 0 || len(args[0]) < 2 || args[0][0] != '-' && args[0][0] != '+' || args[0][1] < '0' || args[0][1] > '9' {
		return args
	}
	return append([]string{"-n", strings.TrimPrefix(args[0], "-")}, args[1:]...)
}

func cat(c *command) int {
	n := 0
	return c.each("can't open '%s': %s", func(_ string, r io.Reader) error {
		if !c.any("nbvteA") {
			_, err := io.Copy(c.Stdout, r)
			return c.readError(err)
		}
		return c.readError(c.eachLine(r, '\n', func(line string, whole bool) bool {
			number := ""
			if c.has('n') && !c.has('b') || c.has('b') && line != "" {
				n++
				number = fmt.Sprintf("%6d\t", n)
			}
			if c.any("vteA") {
				line = visible(line, c.any("tA"))
			}
			if whole && c.any("eA") {
				line += "$"
			}
			end := "\n"
			if !whole && !c.any("nb") {
				end = ""
			}
			return c.printf("%s%s%s", number, line, end)
		}))
	})
}

// readError names no file, as busybox does where it copies.
func (c *command) readError(err error) error {
	if err != nil && !quiet(err) {
		c.fail("read error: %s", reason(err))
		return errors.Join(syscall.EINTR, nil) // It was already printed.
	}
	return err
}

// visible shows what cannot be printed, as cat -v does.
func visible(line string, tabs bool) string {
	var out strings.Builder
	for _, b := range []byte(line) {
		if b >= 0x80 {
			out.WriteString("M-")
			b -= 0x80
		}
		switch {
		case b == '\t' && !tabs:
			out.WriteByte(b)
		case b < ' ':
			out.WriteString("^" + string(rune(b+'@')))
		case b == 0x7f:
			out.WriteString("^?")
		default:
			out.WriteByte(b)
		}
	}
	return out.String()
}

// title returns a function that prints the title line above each file's text.
func (c *command) title() func(name string) {
	first := true
	return func(name string) {
		if c.has('q') || len(c.rest) < 2 && !c.has('v') {
			return
		}
		if !first {
			c.printf("\n")
		}
		first = false
		if name == "-" {
			name = "standard input"
		}
		c.printf("==> %s <==\n", name)
	}
}

func head(c *command) int {
	limit, bytes := int64(10), c.has('c')
	text := first(c.value('c'), c.value('n'))
	if text != "" || c.any("nc") {
		n, ok := scaled(strings.TrimPrefix(text, "-"), "bkm")
		if !ok {
			return c.invalid(text)
		}
		limit = n
	}
	title := c.title()
	return c.each("%s: %s", func(name string, r io.Reader) error {
		title(name)
		var err error
		switch {
		case strings.HasPrefix(text, "-"):
			err = c.allBut(r, limit, bytes)
		case bytes:
			_, err = io.CopyN(c.Stdout, r, limit)
		default:
			n := int64(0)
			if limit > 0 {
				err = c.eachLine(r, '\n', func(line string, whole bool) bool {
					n++
					return c.printf("%s", line+strings.Repeat("\n", truth(whole))) && n < limit
				})
			}
		}
		if errors.Is(err, syscall.EISDIR) {
			return syscall.EIO
		}
		return ended(err)
	})
}

// allBut prints all but the last lines or bytes.
func (c *command) allBut(r io.Reader, limit int64, bytes bool) error {
	text, err := c.readAll(r)
	if err != nil {
		return err
	}
	if bytes {
		_, err := c.Stdout.Write(text[:max(0, int64(len(text))-limit)])
		return err
	}
	lines := int64(strings.Count(string(text), "\n"))
	if len(text) > 0 && text[len(text)-1] != '\n' {
		lines++
	}
	rest := text
	for range lines - limit {
		at := slices.Index(rest, '\n') + 1
		if at == 0 {
			at = len(rest)
		}
		rest = rest[at:]
	}
	_, err = c.Stdout.Write(text[:len(text)-len(rest)])
	return err
}

func tee(c *command) int {
	mode := os.O_TRUNC
	if c.has('a') {
		mode = os.O_APPEND
	}
	type sink struct {
		io.Writer
		name string
	}
	outs, code := []sink{{c.Stdout, "standard output"}}, 0
	for _, name := range c.rest {
		file, err := c.create(name, mode, 0o666)
		if err != nil {
			code = c.fail("%s: %s", name, reason(err))
			continue
		}
		outs = append(outs, sink{file, name})
		defer func() { _ = file.Close() }() // each write was checked
	}
	in, buf := input{c.ctx, c.Stdin}, make([]byte, 32<<10)
	for {
		n, err := in.Read(buf)
		for i, out := range outs {
			if out.Writer == nil {
				continue
			}
			if _, werr := out.Write(buf[:n]); werr != nil {
				outs[i].Writer, code = nil, 1
				if i == 0 && quiet(werr) {
					return 1
				}
				c.fail("%s: I/O error", out.name)
			}
		}
		if err != nil {
			return code
		}
	}
}

// more shows text as it is; it asks for no key.
func more(c *command) int {
	return c.each("can't open '%s': %s", func(_ string, r io.Reader) error {
		_, err := io.Copy(c.Stdout, bufio.NewReader(r))
		return err
	})
}

func yes(c *command) int {
	line := strings.Join(c.rest, " ") + "\n"
	if len(c.rest) == 0 {
		line = "y\n"
	}
	if len(line) < 4<<10 {
		line = strings.Repeat(line, 4<<10/len(line))
	}
	for c.ctx.Err() == nil && c.printf("%s", line) {
		continue
	}
	return 1
}

// counts are what wc counts: lines, words, characters, bytes, and the longest line.
type counts [5]int

func wc(c *command) int {
	var total counts
	several := len(c.rest) > 1
	code := c.each("%s: %s", func(name string, r io.Reader) error {
		var n counts
		err := n.read(r)
		c.showCounts(n, name, several)
		for i := range total[:4] {
			total[i] += n[i]
		}
		total[4] = max(total[4], n[4])
		return err
	})
	if several {
		c.showCounts(total, "total", true)
	}
	return code
}

func (n *counts) read(r io.Reader) error {
	reader, inWord, column := bufio.NewReader(r), false, 0
	for {
		b, err := reader.ReadByte()
		if err != nil {
			n[4] = max(n[4], column)
			return ended(err)
		}
		n[3]++
		if b < utf8.RuneSelf || utf8.RuneStart(b) {
			n[2]++
		}
		space := b == ' ' || b >= '\t' && b <= '\r'
		if !space && b > ' ' && b != 0x7f && !inWord {
			inWord = true
			n[1]++
		}
		inWord = inWord && !space
		switch {
		case b == '\n':
			n[0]++
			n[4], column = max(n[4], column), 0
		case b == '\t':
			column = column/8*8 + 8
		case b >= ' ' && b < 0x7f:
			column++
		}
	}
}

func (c *command) showCounts(n counts, name string, several bool) {
	chosen := []byte("lwmcL")
	all := !c.any("lwmcL")
	var out []string
	for i, flag := range chosen {
		if c.has(flag) || all && (flag == 'l' || flag == 'w' || flag == 'c') {
			out = append(out, strconv.Itoa(n[i]))
		}
	}
	if len(out) > 1 || several {
		for i, text := range out {
			out[i] = fmt.Sprintf("%9s", text)
		}
	}
	if name != "-" || len(c.rest) > 0 {
		out = append(out, name)
	}
	c.printf("%s\n", strings.Join(out, " "))
}
