package tools

import (
	"errors"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"path"
	"slices"
	"strconv"
	"strings"
)

// sedding is one run of sed over one stream of lines.
type sedding struct {
	*command
	script []*edit
	out    io.Writer
	source *sedSource
	files  map[string]io.WriteCloser
	// space is the pattern space, held the hold space; whole says that the line that
	// was read had an end.
	space, held string
	whole       bool
	n           int
	after       []string
	substituted bool
	// open says that what was printed last had no end of line.
	open bool
	quit bool
	err  error
}

func sed(c *command) int {
	if c.has('V') {
		c.printf("This is not GNU sed version 4.0\n")
		return 0
	}
	var parts []string
	parts = append(parts, c.given['e']...)
	for _, name := range c.given['f'] {
		text, err := c.readFile(name)
		if err != nil {
			return c.fail("%s: %s", name, reason(err))
		}
		parts = append(parts, strings.TrimSuffix(string(text), "\n"))
	}
	if !c.any("ef") {
		if len(c.rest) == 0 {
			return c.misuse()
		}
		parts, c.rest = []string{c.rest[0]}, c.rest[1:]
	}
	s := &sedding{command: c, out: c.Stdout, files: map[string]io.WriteCloser{}}
	defer s.closeFiles()
	script, err := readScript(s, strings.Join(parts, "\n"))
	if err != nil {
		return c.fail("%v", err)
	}
	s.script = script
	if c.has('i') {
		return s.inPlace()
	}
	names := c.rest
	if len(names) == 0 {
		names = []string{"-"}
	}
	code := s.run(names)
	if s.err != nil && !quiet(s.err) {
		return c.fail("%s", reason(s.err))
	}
	return code | truth(s.err != nil)
}

func (s *sedding) closeFiles() {
	for _, file := range s.files {
		_ = file.Close() // each write was checked
	}
}

// file is one that "w" writes to.
func (s *sedding) file(name string) (io.Writer, error) {
	if file, ok := s.files[name]; ok {
		return file, nil
	}
	file, err := s.create(name, os.O_TRUNC, 0o666)
	if err == nil {
		s.files[name] = file
	}
	return file, err
}

// inPlace edits each file by writing another, which then takes its place.
func (s *sedding) inPlace() (code int) {
	for _, name := range s.rest {
		info, err := s.stat(name)
		if err != nil || !info.Mode().IsRegular() {
			if err == nil {
				err = errors.New("not a regular file")
			}
			code = s.fail("%s: %s", name, reason(err))
			continue
		}
		other := name + randomName(6)
		file, err := s.Files.OpenFile(s.path(other), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
		if err != nil {
			return s.fail("can't create temp file '%s': %s", other, reason(err))
		}
		s.out, s.open, s.n, s.quit, s.held = file, false, 0, false, ""
		code |= s.run([]string{name})
		if err := errors.Join(s.err, file.Close(), s.Files.Chmod(s.path(other), info.Mode()&^fs.ModeType)); err != nil {
			_ = s.Files.Remove(s.path(other)) // the failure was already printed
			if quiet(err) {
				return 1
			}
			return s.fail("%s: %s", name, reason(err))
		}
		if suffix := s.value('i'); suffix != "" {
			backup := name + suffix
			if strings.Contains(suffix, "*") {
				backup = path.Join(path.Dir(name), strings.ReplaceAll(suffix, "*", path.Base(name)))
			}
			_ = s.Files.Rename(s.path(name), s.path(backup)) // the next one says it
		}
		if err := s.Files.Rename(s.path(other), s.path(name)); err != nil {
			_ = s.Files.Remove(s.path(other)) // as above
			return s.fail("can't move '%s' to '%s': %s", other, name, reason(err))
		}
	}
	return code
}

// randomName is the end of a temporary file's name.
func randomName(n int) string {
	const letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
	name := make([]byte, n)
	for i := range name {
		name[i] = letters[rand.IntN(len(letters))] //nolint:gosec // a name, no secret
	}
	return string(name)
}

// run runs the script over files.
func (s *sedding) run(names []string) int {
	s.source = &sedSource{s: s, names: slices.Clone(names)}
	for _, e := range s.script {
		e.active = false
	}
	again := false
	for s.err == nil && !s.quit && s.ctx.Err() == nil && (again || s.read(false)) {
		s.substituted = false
		again = s.cycle()
	}
	return s.source.code
}

// finish ends a cycle: it prints the pattern space and what was put after it.
func (s *sedding) finish(print bool) {
	if print && !s.has('n') {
		s.print(nil, s.space, s.whole)
	}
	for _, text := range s.after {
		s.print(nil, strings.TrimSuffix(text, "\n"), strings.HasSuffix(text, "\n"))
	}
	s.after = nil
}

// cycle runs the script over one line. It reports that the next cycle begins with
// what is left of this one.
func (s *sedding) cycle() (again bool) {
	for at := 0; at < len(s.script) && s.err == nil; at++ {
		e := s.script[at]
		if !e.applies(s) {
			if e.do == '{' {
				at = e.jump
			}
			continue
		}
		switch e.do {
		case 'b', 't', 'T':
			if e.do == 'b' || s.substituted == (e.do == 't') {
				at = e.jump
				if s.ctx.Err() != nil {
					return false
				}
			}
			if e.do != 'b' {
				s.substituted = false
			}
		case 'd', 'c':
			if e.do == 'c' && (e.to == nil || !e.active) {
				s.print(nil, e.text, true)
			}
			s.finish(false)
			return false
		case 'D':
			_, rest, more := strings.Cut(s.space, "\n")
			s.finish(false)
			s.set(rest)
			return more
		case 'n':
			if s.last() {
				s.finish(true)
				s.quit = true
				return false
			}
			s.finish(true)
			s.read(false)
		case 'N':
			if s.last() {
				s.finish(true)
				s.quit = true
				return false
			}
			s.read(true)
		case 'q':
			s.finish(true)
			s.quit = true
			return false
		default:
			s.do(e)
		}
	}
	s.finish(true)
	return false
}

// do is a command that only changes or prints something.
func (s *sedding) do(e *edit) {
	switch e.do {
	case 'p':
		s.print(nil, s.space, s.whole)
	case 'P':
		line, _, _ := strings.Cut(s.space, "\n")
		s.print(nil, line, true)
	case '=':
		s.print(nil, strconv.Itoa(s.n), true)
	case 'a':
		s.after = append(s.after, e.text+"\n")
	case 'i':
		s.print(nil, e.text, true)
	case 'r':
		if text, err := s.readFile(e.text); err == nil {
			s.after = append(s.after, string(text))
		}
	case 'w':
		s.print(e.file, s.space, true)
	case 'g':
		s.set(s.held)
	case 'G':
		s.set(s.space + "\n" + s.held)
	case 'h':
		s.held = s.space
	case 'H':
		s.held += "\n" + s.space
	case 'x':
		s.space, s.held = s.held, s.space
	case 'y':
		s.set(e.translate(s.space))
	case 's':
		changed, hit := e.substitute(s, s.space)
		if !hit {
			break
		}
		s.substituted = true
		s.set(changed)
		if e.print {
			s.print(nil, s.space, s.whole)
		}
		if e.file != nil {
			s.print(e.file, s.space, true)
		}
	}
	s.keep()
}
