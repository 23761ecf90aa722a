package tools

import (
	"bytes"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"
)

func lineApplets() map[string]applet {
	return map[string]applet{
		"sort":  {run: sortLines, flags: "ngMucszbrdfiVo:k:t:", others: "STm", usage: sortUsage, wrong: 2},
		"uniq":  {run: uniq, flags: "cduizf:s:w:", usage: "[-cduiz] [-f,s,w N] [FILE [OUTFILE]]"},
		"rev":   {run: rev, usage: "[FILE]..."},
		"tac":   {run: tac, usage: "[FILE]..."},
		"grep":  grepApplet(),
		"egrep": grepApplet(),
		"fgrep": grepApplet(),
		"sed": {
			run: sed, flags: "i::rEne:f:", long: "expression:=e quiet=n silent=n in-place?=i regexp-extended=r version=V",
			usage: "[-i[SFX]] [-nrE] [-f FILE]... [-e CMD]... [FILE]...\nor: sed [-i[SFX]] [-nrE] CMD [FILE]...",
		},
	}
}

// uniq shows each of the lines that repeat once.
func uniq(c *command) int {
	numbers := map[byte]int{}
	for _, flag := range []byte("fsw") {
		if c.has(flag) {
			n, ok := natural(c.value(flag))
			if !ok {
				return c.invalid(c.value(flag))
			}
			numbers[flag] = n
		}
	}
	out := c.Stdout
	if len(c.rest) > 0 {
		if _, err := c.stat(c.rest[0]); err != nil && c.rest[0] != "-" {
			return c.fail("can't open '%s': %s", c.rest[0], reason(err))
		}
	}
	if len(c.rest) > 2 {
		return c.misuse()
	}
	if len(c.rest) == 2 && c.rest[1] != "-" {
		file, err := c.create(c.rest[1], os.O_TRUNC, 0o666)
		if err != nil {
			return c.fail("can't open '%s': %s", c.rest[1], reason(err))
		}
		defer func() { _ = file.Close() }() // each write was checked
		out = file
	}
	c.rest = c.rest[:min(1, len(c.rest))]
	count, last, lastKey := 0, "", ""
	end := byte('\n' * truth(!c.has('z')))
	show := func() bool {
		if count == 0 || c.has('d') && count == 1 || c.has('u') && count > 1 {
			return true
		}
		_, err := io.WriteString(out, c.counted(count)+last+string(rune(end)))
		return err == nil
	}
	code := c.each("can't open '%s': %s", func(_ string, r io.Reader) error {
		return notFolder(c.eachLine(r, end, func(line string, _ bool) bool {
			key := uniqKey(line, numbers)
			if c.has('i') {
				key = strings.ToLower(key)
			}
			if count > 0 && key == lastKey {
				count++
				return true
			}
			if !show() {
				return false
			}
			count, last, lastKey = 1, line, key
			return c.Hold(int64(2*len(line))) == nil
		}))
	})
	show()
	return code
}

func (c *command) counted(n int) string {
	if !c.has('c') {
		return ""
	}
	return padded("7", strconv.Itoa(n)) + " "
}

// uniqKey is the part of a line that is compared.
func uniqKey(line string, numbers map[byte]int) string {
	for range numbers['f'] {
		line = strings.TrimLeft(line, " \t")
		line = strings.TrimLeftFunc(line, func(r rune) bool { return r != ' ' && r != '\t' })
	}
	line = line[min(numbers['s'], len(line)):]
	if w, ok := numbers['w']; ok {
		line = line[:min(w, len(line))]
	}
	return line
}

func rev(c *command) int {
	return c.each("%s: %s", func(_ string, r io.Reader) error {
		return notFolder(c.eachLine(r, '\n', func(line string, whole bool) bool {
			runes := []rune(line)
			if strings.ToValidUTF8(line, "") != line {
				runes = nil
				for _, b := range []byte(line) {
					runes = append(runes, rune(b))
				}
			}
			slices.Reverse(runes)
			return c.printf("%s", string(runes)+strings.Repeat("\n", truth(whole)))
		}))
	})
}

func tac(c *command) int {
	code := 0
	names := c.rest
	if len(names) == 0 {
		names = []string{"-"}
	}
	for _, name := range names {
		text, err := c.readFile(name)
		if err = notFolder(err); err != nil {
			if code = 1; !quiet(err) {
				c.fail("%s: %s", name, reason(err))
			}
			continue
		}
		for end := len(text); end > 0; {
			at := bytes.LastIndexByte(text[:end-1], '\n') + 1
			if !c.printf("%s", text[at:end]) {
				return 1
			}
			end = at
		}
	}
	return code
}
