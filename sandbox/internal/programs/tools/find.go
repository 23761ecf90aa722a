package tools

import (
	"fmt"
	"io/fs"
	"path"
	"strconv"
	"strings"
)

// seeker is one run of find: what it looks for and what it does with it.
type seeker struct {
	tests    []func(name string, info fs.FileInfo) bool
	act      func(name string) error
	deepest  int
	shallow  int
	failures int
}

// find is "find [PATH]... [-name|-iname|-path GLOB] [-type f|d|l] [-size N]
// [-maxdepth N] [-mindepth N] [-empty] [! TEST] [-print] [-delete] [-exec CMD {} ;]".
func find(c *command) int {
	args := c.rest
	var roots []string
	for len(args) > 0 && !strings.HasPrefix(args[0], "-") && args[0] != "!" && args[0] != "(" {
		roots, args = append(roots, args[0]), args[1:]
	}
	if len(roots) == 0 {
		roots = []string{"."}
	}
	s := &seeker{deepest: 1 << 30}
	s.act = func(name string) error {
		c.printf("%s\n", name)
		return nil
	}
	if err := c.readTests(s, args); err != nil {
		return c.fail("%v", err)
	}
	for _, root := range roots {
		if _, err := c.Files.Lstat(c.path(root)); err != nil {
			s.failures = c.fail("%s: %s", root, reason(err))
			continue
		}
		c.seek(s, root, 0)
	}
	return s.failures
}

func (c *command) readTests(s *seeker, args []string) error {
	not := false
	add := func(test func(string, fs.FileInfo) bool) {
		if not {
			inner := test
			test = func(name string, info fs.FileInfo) bool { return !inner(name, info) }
		}
		not = false
		s.tests = append(s.tests, test)
	}
	for len(args) > 0 {
		test := args[0]
		args = args[1:]
		value := ""
		if strings.Contains(" -name -iname -path -type -size -maxdepth -mindepth ", " "+test+" ") {
			if len(args) == 0 {
				return fmt.Errorf("%s requires an argument", test)
			}
			value, args = args[0], args[1:]
		}
		switch test {
		case "!", "-not":
			not = !not
		case "-a", "-and", "-print":
		case "-name":
			add(func(name string, _ fs.FileInfo) bool { return matches(value, path.Base(name)) })
		case "-iname":
			add(func(name string, _ fs.FileInfo) bool {
				return matches(strings.ToLower(value), strings.ToLower(path.Base(name)))
			})
		case "-path":
			add(func(name string, _ fs.FileInfo) bool { return matches(strings.ReplaceAll(value, "*", "**"), name) })
		case "-type":
			add(func(_ string, info fs.FileInfo) bool {
				return mode(info.Mode())[:1] == strings.Replace(value, "f", "-", 1)
			})
		case "-empty":
			add(func(_ string, info fs.FileInfo) bool { return info.Mode().IsRegular() && info.Size() == 0 })
		case "-size":
			add(sized(value))
		case "-maxdepth", "-mindepth":
			n, err := strconv.Atoi(value)
			if err != nil {
				return fmt.Errorf("invalid number '%s'", value)
			}
			*map[string]*int{"-maxdepth": &s.deepest, "-mindepth": &s.shallow}[test] = n
		case "-delete":
			s.act = func(name string) error { return c.Files.Remove(c.path(name)) }
		case "-exec":
			end := 0
			for end < len(args) && args[end] != ";" && args[end] != "+" {
				end++
			}
			if end == len(args) || end == 0 {
				return fmt.Errorf("%s requires an argument", test)
			}
			line := args[:end]
			args = args[end+1:]
			s.act = func(name string) error {
				words := make([]string, len(line))
				for i, word := range line {
					words[i] = strings.ReplaceAll(word, "{}", name)
				}
				c.spawn(c.ctx, words, strings.NewReader(""))
				return nil
			}
		default:
			return fmt.Errorf("unrecognized: %s", test)
		}
	}
	return nil
}

// matches is a shell's pattern; "**" also matches "/".
func matches(pattern, name string) bool {
	if strings.Contains(pattern, "**") {
		pattern, name = strings.ReplaceAll(pattern, "**", "*"), strings.ReplaceAll(name, "/", "\x01")
		pattern = strings.ReplaceAll(pattern, "/", "\x01")
	}
	ok, err := path.Match(pattern, name)
	return ok && err == nil
}

// sized is -size: "+10k", "-1M", "512c".
func sized(text string) func(string, fs.FileInfo) bool {
	sign, unit := byte(0), int64(512)
	if text != "" && (text[0] == '+' || text[0] == '-') {
		sign, text = text[0], text[1:]
	}
	if n := len(text); n > 0 {
		if u := map[byte]int64{'c': 1, 'k': 1024, 'M': 1 << 20, 'G': 1 << 30, 'b': 512}[text[n-1]]; u != 0 {
			unit, text = u, text[:n-1]
		}
	}
	n, _ := strconv.ParseInt(text, 10, 64)
	return func(_ string, info fs.FileInfo) bool {
		size := (info.Size() + unit - 1) / unit
		switch sign {
		case '+':
			return size > n
		case '-':
			return size < n
		}
		return size == n
	}
}

func (c *command) seek(s *seeker, name string, depth int) {
	info, err := c.Files.Lstat(c.path(name))
	if err != nil || c.ctx.Err() != nil {
		return
	}
	if info.IsDir() && depth < s.deepest {
		defer func() {
			names, err := c.names(c.path(name))
			if err != nil {
				s.failures = c.fail("%s: %s", name, reason(err))
			}
			for _, n := range names {
				c.seek(s, strings.TrimRight(name, "/")+"/"+n, depth+1)
			}
		}()
	}
	if depth < s.shallow {
		return
	}
	for _, test := range s.tests {
		if !test(name, info) {
			return
		}
	}
	if err := s.act(name); err != nil {
		s.failures = c.fail("%s: %s", name, reason(err))
	}
}
