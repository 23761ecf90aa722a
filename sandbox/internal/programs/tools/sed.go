package tools

import (
	"fmt"
	"io"
	"os"
	"regexp"
	"strconv"
	"strings"
)

// edit is one command of a sed script.
type edit struct {
	from, to *address
	not      bool
	do       byte
	re       *regexp.Regexp
	text     string
	global   bool
	print    bool
	active   bool
}

// address is a line's number, "$" or a pattern.
type address struct {
	line int
	last bool
	re   *regexp.Regexp
}

func (a *address) on(n int, last bool, line string) bool {
	switch {
	case a.last:
		return last
	case a.re != nil:
		return a.re.MatchString(line)
	}
	return a.line == n
}

// sed does s, d, p, q, =, y, a, i and c, with addresses; of the rest it says
// that it does not.
func sed(c *command) int {
	for i, arg := range c.rest {
		if strings.HasPrefix(arg, "-i") && arg != "-i" {
			c.rest[i] = "-i" // A suffix for a copy is not kept.
		}
	}
	if !c.parse("nrEie:f:") {
		return 1
	}
	script := c.flags['e']
	if !c.has('e') {
		if len(c.rest) == 0 {
			return c.fail("no command")
		}
		script, c.rest = c.rest[0], c.rest[1:]
	}
	edits, err := c.readEdits(script)
	if err != nil {
		return c.fail("%v", err)
	}
	if !c.has('i') {
		return c.each("%s: %s", func(_ string, r io.Reader) error {
			text, err := c.readWhole(r)
			c.printf("%s", c.edit(edits, string(text)))
			return err
		})
	}
	code := 0
	for _, name := range c.rest {
		text, err := c.readFile(name)
		if err == nil {
			err = c.writeFile(name, c.edit(edits, string(text)))
		}
		if err != nil {
			code = c.fail("%s: %s", name, reason(err))
		}
	}
	return code
}

func (c *command) writeFile(name, text string) error {
	file, err := c.Files.OpenFile(c.path(name), os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o644)
	if err != nil {
		return err
	}
	if _, err := io.WriteString(file, text); err != nil {
		_ = file.Close() // the write's error tells more
		return err
	}
	return file.Close()
}

func (c *command) readEdits(script string) (edits []*edit, err error) {
	rest := script
	for {
		rest = strings.TrimLeft(rest, "; \t\n")
		if rest == "" {
			return edits, nil
		}
		e := &edit{}
		if e.from, rest, err = c.readAddress(rest); err != nil {
			return nil, err
		}
		if e.from != nil && strings.HasPrefix(rest, ",") {
			if e.to, rest, err = c.readAddress(rest[1:]); err != nil {
				return nil, err
			}
		}
		if rest = strings.TrimLeft(rest, " "); strings.HasPrefix(rest, "!") {
			e.not, rest = true, strings.TrimLeft(rest[1:], " ")
		}
		if rest == "" {
			return nil, fmt.Errorf("missing command")
		}
		e.do, rest = rest[0], rest[1:]
		if rest, err = c.readEdit(e, rest); err != nil {
			return nil, err
		}
		edits = append(edits, e)
	}
}

func (c *command) readAddress(text string) (*address, string, error) {
	switch {
	case strings.HasPrefix(text, "$"):
		return &address{last: true}, text[1:], nil
	case strings.HasPrefix(text, "/"):
		parts, rest, ok := split(text, 1)
		if !ok {
			return nil, "", fmt.Errorf("unmatched '/'")
		}
		re, err := c.compile(parts[0])
		return &address{re: re}, rest, err
	}
	digits := len(text) - len(strings.TrimLeft(text, "0123456789"))
	if digits == 0 {
		return nil, text, nil
	}
	n, err := strconv.Atoi(text[:digits])
	return &address{line: n}, text[digits:], err
}

func (c *command) compile(pattern string) (*regexp.Regexp, error) {
	if !c.has('r') && !c.has('E') {
		pattern = basic(pattern)
	}
	re, err := regexp.Compile(pattern)
	if err != nil {
		return nil, fmt.Errorf("bad regex '%s'", pattern)
	}
	return re, nil
}

// split takes parts between delimiters: "/a/b/g" gives a and b, and g is left.
func split(text string, count int) (parts []string, rest string, ok bool) {
	if text == "" {
		return nil, "", false
	}
	mark := text[0]
	var part strings.Builder
	for i := 1; i < len(text); i++ {
		switch {
		case text[i] == '\\' && i+1 < len(text) && text[i+1] == mark:
			i++
			part.WriteByte(mark)
		case text[i] == '\\' && i+1 < len(text):
			part.WriteString(text[i : i+2])
			i++
		case text[i] == mark:
			parts = append(parts, part.String())
			part.Reset()
			if len(parts) == count {
				return parts, text[i+1:], true
			}
		default:
			part.WriteByte(text[i])
		}
	}
	return nil, "", false
}

func (c *command) readEdit(e *edit, rest string) (string, error) {
	switch e.do {
	case 'd', 'p', 'q', '=':
		return rest, nil
	case 'a', 'i', 'c':
		text, after, _ := strings.Cut(strings.TrimLeft(strings.TrimPrefix(rest, "\\"), " \n"), "\n")
		e.text = text
		return after, nil
	case 's', 'y':
		parts, after, ok := split(rest, 2)
		if !ok {
			return "", fmt.Errorf("unmatched '%.1s'", rest)
		}
		if e.do == 'y' {
			e.text = parts[0] + "\x00" + parts[1]
			return after, nil
		}
		flags := after[:len(after)-len(strings.TrimLeft(after, "gpiI"))]
		pattern := parts[0]
		if strings.ContainsAny(flags, "iI") {
			pattern = "(?i)" + pattern
		}
		re, err := c.compile(pattern)
		if err != nil {
			return "", err
		}
		e.re, e.text = re, template(parts[1])
		e.global, e.print = strings.Contains(flags, "g"), strings.Contains(flags, "p")
		return after[len(flags):], nil
	}
	return "", fmt.Errorf("the command '%c' is not supported by the sandbox", e.do)
}

// template turns sed's & and \1 into those of package regexp.
func template(text string) string {
	var out strings.Builder
	for i := 0; i < len(text); i++ {
		switch {
		case text[i] == '$':
			out.WriteString("$$")
		case text[i] == '&':
			out.WriteString("${0}")
		case text[i] == '\\' && i+1 < len(text):
			i++
			switch {
			case text[i] >= '0' && text[i] <= '9':
				out.WriteString("${" + text[i:i+1] + "}")
			case text[i] == 'n':
				out.WriteByte('\n')
			case text[i] == 't':
				out.WriteByte('\t')
			default:
				out.WriteByte(text[i])
			}
		default:
			out.WriteByte(text[i])
		}
	}
	return out.String()
}

func (e *edit) applies(n int, last bool, line string) bool {
	on := e.from == nil
	switch {
	case e.from == nil:
	case e.to == nil:
		on = e.from.on(n, last, line)
	case e.active:
		on = true
		e.active = !e.to.on(n, last, line) && (e.to.re != nil || e.to.last || n < e.to.line)
	case e.from.on(n, last, line):
		on = true
		e.active = e.to.re != nil || e.to.last && !last || e.to.line > n
	}
	return on != e.not
}

// edit runs a script over a text.
func (c *command) edit(edits []*edit, text string) string {
	var out strings.Builder
	lines := strings.SplitAfter(text, "\n")
	if lines[len(lines)-1] == "" {
		lines = lines[:len(lines)-1]
	}
	for i, whole := range lines {
		line, end := strings.CutSuffix(whole, "\n")
		newline := map[bool]string{true: "\n"}[end]
		keep, quit, after := true, false, ""
		for _, e := range edits {
			if !keep || quit || !e.applies(i+1, i == len(lines)-1, line) {
				continue
			}
			switch e.do {
			case 'd':
				keep = false
			case 'p':
				out.WriteString(line + newline)
			case '=':
				out.WriteString(strconv.Itoa(i+1) + "\n")
			case 'q':
				quit = true
			case 'a':
				after += e.text + "\n"
			case 'i':
				out.WriteString(e.text + "\n")
			case 'c':
				out.WriteString(e.text + "\n")
				keep = false
			case 'y':
				line = e.translate(line)
			case 's':
				changed, hit := e.substitute(line)
				if line = changed; hit && e.print {
					out.WriteString(line + newline)
				}
			}
		}
		if keep && !c.has('n') {
			out.WriteString(line + newline)
		}
		out.WriteString(after)
		if quit {
			break
		}
	}
	return out.String()
}

func (e *edit) translate(line string) string {
	from, to, _ := strings.Cut(e.text, "\x00")
	return strings.Map(func(r rune) rune {
		if at := strings.IndexRune(from, r); at >= 0 && at < len(to) {
			return rune(to[at])
		}
		return r
	}, line)
}

func (e *edit) substitute(line string) (string, bool) {
	at := e.re.FindStringSubmatchIndex(line)
	if at == nil {
		return line, false
	}
	if e.global {
		return e.re.ReplaceAllString(line, e.text), true
	}
	return line[:at[0]] + string(e.re.ExpandString(nil, e.text, line, at)) + line[at[1]:], true
}
