package tools

import (
	"bufio"
	"io"
	"path"
	"regexp"
	"strings"
)

// grep returns 0 when a line matched, 1 when none did and 2 for a fault.
func grep(c *command) int {
	if !c.parse("ivncrRlqEFoehwx") {
		return 2
	}
	if len(c.rest) == 0 {
		c.fail("missing pattern")
		return 2
	}
	re, err := regexp.Compile(c.pattern(c.rest[0]))
	if err != nil {
		c.fail("bad regex '%s': %v", c.rest[0], err)
		return 2
	}
	c.rest = c.rest[1:]
	if c.has('r') || c.has('R') {
		c.rest = c.walk(c.rest)
	}
	found := false
	code := c.each("%s: %s", func(name string, r io.Reader) error {
		prefix := ""
		if (len(c.rest) > 1 || c.has('r') || c.has('R')) && !c.has('h') {
			prefix = name + ":"
		}
		n, err := c.match(re, name, prefix, r)
		found = found || n > 0
		return err
	})
	switch {
	case code != 0:
		return 2
	case found:
		return 0
	}
	return 1
}

// pattern turns the argument into one of package regexp.
func (c *command) pattern(text string) string {
	switch {
	case c.has('F') || c.name == "fgrep":
		text = regexp.QuoteMeta(text)
	case !c.has('E') && c.name != "egrep":
		text = basic(text)
	}
	if c.has('w') {
		text = `\b(?:` + text + `)\b`
	}
	if c.has('x') {
		text = `^(?:` + text + `)$`
	}
	if c.has('i') {
		text = "(?i)" + text
	}
	return text
}

// basic swaps the operators that a basic pattern writes with a backslash.
func basic(text string) string {
	var out strings.Builder
	for i := 0; i < len(text); i++ {
		special := strings.IndexByte("+?|(){}", text[i]) >= 0
		switch {
		case text[i] == '\\' && i+1 < len(text) && strings.IndexByte("+?|(){}", text[i+1]) >= 0:
			i++
			out.WriteByte(text[i])
		case text[i] == '\\' && i+1 < len(text):
			out.WriteString(text[i : i+2])
			i++
		case special:
			out.WriteString(`\` + text[i:i+1])
		default:
			out.WriteByte(text[i])
		}
	}
	return out.String()
}

func (c *command) match(re *regexp.Regexp, name, prefix string, r io.Reader) (n int, err error) {
	lines := bufio.NewReader(r)
	for number := 1; ; number++ {
		line, fault := c.readLine(lines)
		if line == "" {
			err = ended(fault)
			break
		}
		line = strings.TrimSuffix(line, "\n")
		if re.MatchString(line) == c.has('v') {
			continue
		}
		n++
		switch {
		case c.has('q'):
			return n, nil
		case c.has('l'):
			c.printf("%s\n", name)
			return n, nil
		case c.has('c'):
		case c.has('o'):
			for _, part := range re.FindAllString(line, -1) {
				c.printf("%s%s\n", prefix, part)
			}
		case c.has('n'):
			c.printf("%s%d:%s\n", prefix, number, line)
		default:
			c.printf("%s%s\n", prefix, line)
		}
	}
	if c.has('c') {
		c.printf("%s%d\n", prefix, n)
	}
	return n, err
}

// walk returns the files below names.
func (c *command) walk(names []string) (files []string) {
	if len(names) == 0 {
		names = []string{"."}
	}
	for _, name := range names {
		info, err := c.Files.Stat(c.path(name))
		if err != nil || !info.IsDir() {
			files = append(files, name)
			continue
		}
		inner, err := c.names(c.path(name))
		if err != nil {
			c.fail("%s: %s", name, reason(err))
		}
		for _, entry := range inner {
			files = append(files, c.walk([]string{path.Join(name, entry)})...)
		}
	}
	return files
}
