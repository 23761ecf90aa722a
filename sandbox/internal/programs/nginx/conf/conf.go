// Package conf parses nginx configuration by nginx's own rules and reports
// errors in nginx's own words (src/core/ngx_conf_file.c is the source of both):
// words, quotes, escapes, comments, blocks, includes, and which directive is
// allowed where and with how many arguments. Package nginx interprets the
// result.
package conf

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
	"syscall"
)

// Directive is one statement with the block that it opens, if any.
type Directive struct {
	Name string
	Args []string
	// File and Line say where the statement ends its words, as nginx counts.
	File string
	Line int
	// Block holds the statements inside; EndLine is where it closes.
	Block   []*Directive
	EndLine int
}

// Error is an error at a position in the configuration.
type Error struct {
	Msg  string
	File string
	Line int
}

func (e *Error) Error() string {
	if e.File == "" {
		return e.Msg
	}
	return fmt.Sprintf("%s in %s:%d", e.Msg, e.File, e.Line)
}

// Faultf returns an error at the directive.
func (d *Directive) Faultf(format string, args ...any) error {
	return &Error{Msg: fmt.Sprintf(format, args...), File: d.File, Line: d.Line}
}

// EndFaultf returns an error where the directive's block closes.
func (d *Directive) EndFaultf(format string, args ...any) error {
	return &Error{Msg: fmt.Sprintf(format, args...), File: d.File, Line: d.EndLine}
}

// Files is the file system for the reader. Names are absolute.
type Files interface {
	ReadFile(name string) ([]byte, error)
	ReadDir(name string) ([]fs.DirEntry, error)
}

// maxIncludes stops files that include themselves.
const maxIncludes = 512

// maxDepth is how deep blocks may be nested: a goroutine's stack that overflows
// ends the whole process.
const maxDepth = 1000

// Config is a parsed configuration.
type Config struct {
	Directives []*Directive
	// Sources are the files in the order of their reading, for "nginx -T".
	Sources []Source
}

// Source is one file of the configuration.
type Source struct {
	Name string
	Text []byte
}

// Parse reads a file and what it includes. Relative names are below the
// file's own folder. The error is the first one found, an *Error.
func Parse(files Files, name string) (*Config, error) {
	r := &reader{files: files, dir: path.Dir(name)}
	directives, err := r.file(name, Main, map[string]bool{}, nil)
	return &Config{Directives: directives, Sources: r.sources}, err
}

// ParseGlobal reads the directives of nginx's option -g.
func ParseGlobal(files Files, text string) ([]*Directive, error) {
	r := &reader{files: files, dir: "/etc/nginx"}
	l := &lexer{file: "command line", text: []byte(text), line: 1}
	list, err := r.statements(l, Main, false, map[string]bool{})
	if e, ok := errors.AsType[*Error](err); ok {
		return nil, &Error{Msg: strings.Replace(e.Msg, `end of file, expecting ";" or "}"`, `end of parameter, expecting ";"`, 1) + " in command line"}
	}
	return list, err
}

// reader holds what is common to all files of one configuration.
type reader struct {
	files    Files
	dir      string
	includes int
	depth    int
	sources  []Source
}

// file reads one whole file in a context. By is the include directive that
// named it.
func (r *reader) file(name string, in Context, seen map[string]bool, by *Directive) ([]*Directive, error) {
	place := Error{}
	if by != nil {
		place = Error{File: by.File, Line: by.Line}
	}
	if r.includes++; r.includes > maxIncludes {
		place.Msg = fmt.Sprintf("open() %q failed (24: No file descriptors available)", name)
		return nil, &place
	}
	text, err := r.files.ReadFile(name)
	if err != nil {
		place.Msg = fmt.Sprintf("open() %q failed (%s)", name, Reason(err))
		return nil, &place
	}
	r.sources = append(r.sources, Source{name, text})
	return r.statements(&lexer{file: name, text: text, line: 1}, in, false, seen)
}

// Reason is an error of a file as the operating system says it.
func Reason(err error) string {
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return "2: No such file or directory"
	case errors.Is(err, syscall.EROFS):
		return "30: Read-only file system"
	case errors.Is(err, fs.ErrPermission):
		return "13: Permission denied"
	}
	if e, ok := errors.AsType[*fs.PathError](err); ok {
		return e.Err.Error()
	}
	return err.Error()
}

// statements reads up to the end of the file, or of the block that it is in.
// Seen holds the names that already appeared in this context.
func (r *reader) statements(l *lexer, in Context, block bool, seen map[string]bool) (list []*Directive, err error) {
	for {
		words, end, err := l.next()
		if err != nil {
			return nil, err
		}
		switch {
		case end == endOfFile && block:
			return nil, l.faultf(`unexpected end of file, expecting "}"`)
		case end == closing && !block:
			return nil, l.faultf(`unexpected "}"`)
		case end == endOfFile, end == closing:
			return list, nil
		}
		d := &Directive{Name: words[0], Args: words[1:], File: l.file, Line: l.line}
		more, err := r.statement(l, d, in, end, seen)
		if err != nil {
			return nil, err
		}
		list = append(list, more...)
	}
}

// statement checks one directive and reads its block or the files it includes.
func (r *reader) statement(l *lexer, d *Directive, in Context, end ending, seen map[string]bool) ([]*Directive, error) {
	if d.Name == "include" && len(d.Args) == 1 && end == terminated {
		return r.include(d, in, seen)
	}
	rule, err := check(d, in, end)
	if err != nil {
		return nil, err
	}
	if rule.Once && seen[d.Name] {
		return nil, d.Faultf("%q directive is duplicate", d.Name)
	}
	seen[d.Name] = true
	if rule.Block == None {
		return []*Directive{d}, nil
	}
	if r.depth++; r.depth > maxDepth {
		return nil, d.Faultf("blocks that are nested deeper than %d are not supported by the sandbox's nginx", maxDepth)
	}
	d.Block, err = r.statements(l, rule.Block, true, map[string]bool{})
	r.depth--
	d.EndLine = l.line
	return []*Directive{d}, err
}

// include reads the files that match a name or a pattern, ordered by name; a
// pattern may match none.
func (r *reader) include(d *Directive, in Context, seen map[string]bool) (list []*Directive, err error) {
	name := d.Args[0]
	if !path.IsAbs(name) {
		name = path.Join(r.dir, name)
	}
	names := []string{name}
	if strings.ContainsAny(name, "*?[") {
		names = r.glob(name)
	}
	for _, name := range names {
		more, err := r.file(name, in, seen, d)
		if err != nil {
			return nil, err
		}
		list = append(list, more...)
	}
	return list, nil
}

func (r *reader) glob(pattern string) (names []string) {
	dirs := []string{path.Dir(pattern)}
	if strings.ContainsAny(dirs[0], "*?[") && dirs[0] != pattern {
		dirs = r.glob(dirs[0])
	}
	for _, dir := range dirs {
		entries, err := r.files.ReadDir(dir)
		if err != nil {
			continue
		}
		for _, entry := range entries {
			if ok, err := path.Match(path.Base(pattern), entry.Name()); ok && err == nil && !strings.HasPrefix(entry.Name(), ".") {
				names = append(names, path.Join(dir, entry.Name()))
			}
		}
	}
	slices.Sort(names)
	return names
}
