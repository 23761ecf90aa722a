package tools

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"
)

// found is a file that find visits.
type found struct {
	name  string
	depth int
	info  fs.FileInfo
}

// test is one expression of find: it reports whether it holds, and may do
// something.
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

// find walks folders and applies its expressions to the files.
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
	if unknown := unknownTestError(""); errors.As(err, &unknown) {
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

// unknownTestError is the error of an expression that busybox does not know.
type unknownTestError string

func (u unknownTestError) Error() string { return string(u) }

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
		case "-nouser", "-nogroup", "-regex", "-xdev", "-inum", "-samefile", "-context", "-cmin", "-ctime", "-amin", "-atime", "-daystart":
			return nil, fmt.Errorf("%s: not supported by the sandbox", word)
		}
		return nil, unknownTestError(word)
	}
	if len(s.args) == 0 {
		return nil, fmt.Errorf("%s requires an argument", word)
	}
	value := s.args[0]
	s.args = s.args[1:]
	return make(value)
}
