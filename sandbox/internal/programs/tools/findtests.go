package tools

import (
	"fmt"
	"path"
	"strconv"
	"strings"
	"time"

	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/container"
)

// plain are the expressions without a value.
func (s *seeker) plain(word string) (test, bool) {
	always := func(do func(f *found)) (test, bool) {
		return func(f *found) bool { do(f); return true }, true
	}
	switch word {
	case "-print":
		s.acts = true
		return always(func(f *found) { s.printf("%s\n", f.name) })
	case "-print0":
		s.acts = true
		return always(func(f *found) { s.printf("%s\x00", f.name) })
	case "-delete":
		s.acts, s.depthFirst = true, true
		return always(func(f *found) {
			if err := s.Files.Remove(s.path(f.name)); err != nil && f.name != "." {
				s.code = s.fail("%s: %s", f.name, reason(err))
			}
		})
	case "-prune":
		return always(func(*found) { s.pruned = true })
	case "-quit":
		s.acts = true
		return always(func(*found) { s.quit, s.pruned = true, true })
	case "-depth":
		s.depthFirst = true
		return always(func(*found) {})
	case "-follow":
		s.follow = true
		return always(func(*found) {})
	case "-true":
		return always(func(*found) {})
	case "-false":
		return func(*found) bool { return false }, true
	case "-empty":
		return func(f *found) bool {
			if f.info.IsDir() {
				names, err := s.names(s.path(f.name))
				return err == nil && len(names) == 0
			}
			return f.info.Mode().IsRegular() && f.info.Size() == 0
		}, true
	case "-executable":
		return func(f *found) bool { return f.info.Mode()&0o111 != 0 }, true
	}
	return nil, false
}

// exec reads a command up to ";" or "+".
func (s *seeker) exec(word string) (test, error) {
	end := 0
	for end < len(s.args) && s.args[end] != ";" && (s.args[end] != "+" || end == 0 || s.args[end-1] != "{}") {
		end++
	}
	if end == len(s.args) || end == 0 {
		return nil, fmt.Errorf("%s requires an argument", word)
	}
	line, batch := s.args[:end], s.args[end] == "+"
	s.args = s.args[end+1:]
	s.acts = true
	if batch {
		var names []string
		s.batches = append(s.batches, func() {
			if len(names) == 0 {
				return
			}
			if s.run(append(append([]string(nil), line[:len(line)-1]...), names...)) != 0 {
				s.code = 1
			}
		})
		return func(f *found) bool {
			names = append(names, f.name)
			return s.hold(len(f.name)+16) == nil
		}, nil
	}
	return func(f *found) bool {
		words := make([]string, len(line))
		for i, w := range line {
			words[i] = strings.ReplaceAll(w, "{}", f.name)
		}
		if word == "-ok" && !s.ask("%s ?", strings.Join(words, " ")) {
			return false
		}
		return s.run(words) == 0
	}, nil
}

// run runs a command and reports a missing one.
func (s *seeker) run(words []string) int {
	if _, ok := s.program(words[0]); !ok {
		s.fail("%s: No such file or directory", words[0])
		return 127
	}
	return s.spawn(s.ctx, words, strings.NewReader(""))
}

// valued are the expressions with a value.
func (s *seeker) valued() map[string]func(value string) (test, error) {
	bound := func(keep func(n int)) func(string) (test, error) {
		return func(value string) (test, error) {
			n, ok := natural(value)
			if !ok {
				return nil, fmt.Errorf("invalid number '%s'", value)
			}
			keep(n)
			return func(*found) bool { return true }, nil
		}
	}
	ago := func(unit time.Duration) func(string) (test, error) {
		return func(value string) (test, error) {
			return compared(value, func(f *found) int64 { return int64(time.Since(f.info.ModTime()) / unit) })
		}
	}
	return map[string]func(string) (test, error){
		"-maxdepth": bound(func(n int) { s.deepest = n }),
		"-mindepth": bound(func(n int) { s.shallow = n }),
		"-name":     func(v string) (test, error) { return func(f *found) bool { return wild(v, path.Base(f.name)) }, nil },
		"-iname": func(v string) (test, error) {
			v = strings.ToLower(v)
			return func(f *found) bool { return wild(v, strings.ToLower(path.Base(f.name))) }, nil
		},
		"-path": func(v string) (test, error) { return func(f *found) bool { return wild(v, f.name) }, nil },
		"-type": func(v string) (test, error) {
			if len(v) != 1 || !strings.Contains("fdlpscb", v) {
				return nil, fmt.Errorf("invalid argument '%s' to '-type'", v)
			}
			want := strings.Replace(v, "f", "-", 1)
			return func(f *found) bool { return mode(f.info.Mode())[:1] == want }, nil
		},
		"-size":  sized,
		"-perm":  permitted,
		"-mtime": ago(24 * time.Hour),
		"-mmin":  ago(time.Minute),
		"-links": func(v string) (test, error) {
			return compared(v, func(f *found) int64 { return int64(s.links(entry{f.name, s.path(f.name), f.info})) })
		},
		"-newer": func(v string) (test, error) {
			info, err := s.stat(v)
			if err != nil {
				return nil, fmt.Errorf("%s: %s", v, reason(err))
			}
			return func(f *found) bool { return f.info.ModTime().After(info.ModTime()) }, nil
		},
		"-user": func(v string) (test, error) {
			id, ok := number(v, s.accounts().UserID)
			if !ok {
				return nil, fmt.Errorf("unknown user %s", v)
			}
			return func(f *found) bool { return container.OwnerOf(f.info).UID == id }, nil
		},
		"-group": func(v string) (test, error) {
			id, ok := number(v, s.accounts().GroupID)
			if !ok {
				return nil, fmt.Errorf("unknown group %s", v)
			}
			return func(f *found) bool { return container.OwnerOf(f.info).GID == id }, nil
		},
	}
}

func compared(text string, of func(*found) int64) (test, error) { return comparedBy(text, 1, of) }

// comparedBy is a number of units with "+" for more and "-" for less before it.
func comparedBy(text string, unit int64, of func(*found) int64) (test, error) {
	sign, digits := byte(0), text
	if text != "" && (text[0] == '+' || text[0] == '-') {
		sign, digits = text[0], text[1:]
	}
	n, err := strconv.ParseInt(digits, 10, 64)
	if err != nil {
		return nil, fmt.Errorf("invalid number '%s'", digits)
	}
	n *= unit
	return func(f *found) bool {
		switch sign {
		case '+':
			return of(f) > n
		case '-':
			return of(f) < n
		}
		return of(f) == n
	}, nil
}

// sized is -size: "+10k", "-1M", "512c".
func sized(text string) (test, error) {
	unit := int64(512)
	number := text
	if n := len(text); n > 0 {
		if u := map[byte]int64{'c': 1, 'w': 2, 'b': 512, 'k': 1 << 10, 'M': 1 << 20, 'G': 1 << 30}[text[n-1]]; u != 0 {
			unit, number = u, text[:n-1]
		}
	}
	return comparedBy(number, unit, func(f *found) int64 { return sizeOf(f.info) })
}

// permitted is -perm: "644", "-111" for all of these bits, "/111" for any.
func permitted(text string) (test, error) {
	sign, rest := byte(0), text
	if text != "" && (text[0] == '-' || text[0] == '/' || text[0] == '+') {
		sign, rest = text[0], text[1:]
	}
	m, ok := newMode(rest, 0, false)
	if !ok {
		return nil, fmt.Errorf("invalid mode '%s'", rest)
	}
	want := octal(m)
	return func(f *found) bool {
		have := octal(f.info.Mode())
		switch sign {
		case '-':
			return have&want == want
		case '/', '+':
			return have&want != 0 || want == 0
		}
		return have == want
	}, nil
}

// wild is a shell's pattern, whose "*" matches "/" too.
func wild(pattern, name string) bool {
	ok, err := path.Match(strings.ReplaceAll(pattern, "/", "\x01"), strings.ReplaceAll(name, "/", "\x01"))
	return ok && err == nil
}
