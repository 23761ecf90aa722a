package tools

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"strconv"
	"strings"
	"time"

	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/container"
)

// found is a file that find came by.
type found struct {
	name  string
	depth int
	info  fs.FileInfo
}

// test is one expression of find: it says whether it holds, and may do something.
type test func(f *found) bool

// seeker is one run of find.
type seeker struct {
	*command
	deepest, shallow int
	acts             bool
	depthFirst       bool
	follow           bool
	pruned, quit     bool
	batches          []func() // what -exec … + runs at the end
	code             int
	args             []string
	nested           int
}

// find walks over folders and does with the files what its expressions say.
func find(c *command) int {
	s := &seeker{command: c, deepest: 1 << 30, args: c.rest}
	for len(s.args) > 0 && (s.args[0] == "-L" || s.args[0] == "-H") {
		s.follow = s.args[0] == "-L"
		s.args = s.args[1:]
	}
	var roots []string
	for len(s.args) > 0 && (s.args[0] == "" || s.args[0][0] != '-' && s.args[0] != "!" && s.args[0] != "(") {
		roots, s.args = append(roots, s.args[0]), s.args[1:]
	}
	if len(roots) == 0 {
		roots = []string{"."}
	}
	all, err := s.alternatives()
	if err == nil && len(s.args) > 0 {
		err = fmt.Errorf("unpaired ')'")
	}
	if unknown := (unknownTest)(""); errors.As(err, &unknown) {
		c.fail("unrecognized: %s", string(unknown))
		return c.misuse()
	}
	if err != nil {
		return c.fail("%v", err)
	}
	for _, root := range roots {
		s.seek(all, &found{name: root})
	}
	for _, run := range s.batches {
		run()
	}
	return s.code
}

// unknownTest is the error of an expression that busybox does not know.
type unknownTest string

func (u unknownTest) Error() string { return string(u) }

func (s *seeker) seek(all test, f *found) {
	if s.quit || s.ctx.Err() != nil {
		return
	}
	look := s.lstat
	if s.follow {
		look = s.stat
	}
	info, err := look(f.name)
	if err != nil && s.follow {
		info, err = s.lstat(f.name)
	}
	if err != nil {
		s.code = s.fail("%s: %s", f.name, reason(err))
		return
	}
	f.info = info
	visit := func() {
		s.pruned = false
		if f.depth >= s.shallow && all(f) && !s.acts {
			s.printf("%s\n", f.name)
		}
	}
	if !s.depthFirst {
		visit()
	}
	if info.IsDir() && f.depth < s.deepest && !s.pruned {
		names, err := s.names(s.path(f.name))
		if err != nil {
			s.code = s.fail("%s: %s", f.name, reason(err))
		}
		for _, n := range names {
			s.seek(all, &found{name: strings.TrimRight(f.name, "/") + "/" + n, depth: f.depth + 1})
		}
	}
	if s.depthFirst {
		visit()
	}
}

// mostNested is how deep brackets may be nested.
const mostNested = 100

// alternatives reads expressions up to the end or a ")": those with -o between them.
func (s *seeker) alternatives() (test, error) {
	if s.nested++; s.nested > mostNested {
		return nil, errors.New("brackets nested too deep: not supported by the sandbox")
	}
	defer func() { s.nested-- }()
	var any []test
	for {
		all, err := s.together()
		if err != nil {
			return nil, err
		}
		any = append(any, all)
		if len(s.args) == 0 || s.args[0] != "-o" && s.args[0] != "-or" {
			break
		}
		s.args = s.args[1:]
	}
	return func(f *found) bool {
		for _, t := range any {
			if t(f) {
				return true
			}
		}
		return false
	}, nil
}

// together reads expressions that must all hold.
func (s *seeker) together() (test, error) {
	var all []test
	not := false
	for len(s.args) > 0 {
		word := s.args[0]
		if word == ")" || word == "-o" || word == "-or" {
			break
		}
		s.args = s.args[1:]
		switch word {
		case "!", "-not":
			not = !not
			continue
		case "-a", "-and":
			continue
		}
		t, err := s.expression(word)
		if err != nil {
			return nil, err
		}
		if not {
			inner := t
			t = func(f *found) bool { return !inner(f) }
			not = false
		}
		all = append(all, t)
	}
	return func(f *found) bool {
		for _, t := range all {
			if !t(f) {
				return false
			}
		}
		return true
	}, nil
}

func (s *seeker) expression(word string) (test, error) {
	if word == "(" {
		t, err := s.alternatives()
		if err == nil && (len(s.args) == 0 || s.args[0] != ")") {
			return nil, errors.New("unpaired '('")
		}
		if err == nil {
			s.args = s.args[1:]
		}
		return t, err
	}
	if t, ok := s.plain(word); ok {
		return t, nil
	}
	if word == "-exec" || word == "-ok" {
		return s.exec(word)
	}
	make, ok := s.valued()[word]
	if !ok {
		switch word {
		case "-regex", "-xdev", "-inum", "-samefile", "-context", "-cmin", "-ctime", "-amin", "-atime", "-daystart":
			return nil, fmt.Errorf("%s: not supported by the sandbox", word)
		}
		return nil, unknownTest(word)
	}
	if len(s.args) == 0 {
		return nil, fmt.Errorf("%s requires an argument", word)
	}
	value := s.args[0]
	s.args = s.args[1:]
	return make(value)
}

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
	case "-nouser", "-nogroup":
		return nil, false
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

// run runs a command; one that is not there is said to be so.
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
