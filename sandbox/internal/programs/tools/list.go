package tools

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/tty"
)

func listApplets() map[string]applet {
	return map[string]applet{
		"ls": {
			run: ls, flags: "1AaCxdLHRFplnshrSXvtw:", others: "icuk", long: "full-time=f group-directories-first=g color?=K",
			usage: "[-1AaCxdLHRFplinshrSXvctu] [-w WIDTH] [FILE]...",
		},
		"stat": {run: stat, flags: "Lc:t", others: "f", usage: "[-ltf] [-c FMT] FILE...", least: 1},
		"find": {run: find, raw: true, usage: "[-HL] [PATH]... [OPTIONS] [ACTIONS]"},
		"du":   {run: du, flags: "asHLcd:lxhmk", usage: "[-aHLdclsxhmk] [FILE]..."},
	}
}

// entry is one line of ls.
type entry struct {
	name, full string
	info       fs.FileInfo
}

// ls lists one name a line, in columns on a terminal.
func ls(c *command) int {
	names := c.rest
	if len(names) == 0 {
		names = []string{"."}
	}
	code := 0
	var dirs, files []entry
	for _, name := range names {
		look := c.stat
		if c.any("ldFns") && !c.any("LH") {
			look = c.lstat
		}
		info, err := look(name)
		switch e := (entry{name, c.path(name), info}); {
		case err != nil:
			code = c.fail("%s: %s", name, reason(err))
		case info.IsDir() && !c.has('d'):
			dirs = append(dirs, e)
		default:
			files = append(files, e)
		}
	}
	c.arrange(files)
	c.arrange(dirs)
	c.entries(files)
	for i, dir := range dirs {
		if i > 0 || len(files) > 0 {
			c.printf("\n")
		}
		code |= c.list(dir.name, len(names) > 1 || c.has('R'))
	}
	return code
}

func (c *command) list(dir string, title bool) (code int) {
	full := c.path(dir)
	names, err := c.names(full)
	if err != nil {
		code = c.fail("can't open '%s': %s", dir, reason(err))
	}
	if title {
		c.printf("%s:\n", dir)
	}
	if c.has('a') {
		names = append([]string{".", ".."}, names...)
	}
	var all []entry
	for _, name := range names {
		if strings.HasPrefix(name, ".") && !c.any("aA") {
			continue
		}
		look := c.Files.Lstat
		if c.has('L') {
			look = c.Files.Stat
		}
		info, err := look(path.Join(full, name))
		switch {
		case err == nil:
			all = append(all, entry{name, path.Join(full, name), info})
		case !errors.Is(err, fs.ErrNotExist) || c.has('L'): // It may be gone in the meantime.
			code = c.fail("%s/%s: %s", dir, name, reason(err))
		}
	}
	if c.any("lsn") {
		blocks := int64(0)
		for _, e := range all {
			blocks += kibibytes(e.info)
		}
		c.printf("total %d\n", blocks)
	}
	c.arrange(all)
	c.entries(all)
	for _, e := range all {
		if c.has('R') && e.info.IsDir() && e.name != "." && e.name != ".." && c.ctx.Err() == nil {
			c.printf("\n")
			code |= c.list(strings.TrimRight(dir, "/")+"/"+e.name, true)
		}
	}
	return code
}

// arrange puts entries in order.
func (c *command) arrange(all []entry) {
	slices.SortStableFunc(all, func(a, b entry) int {
		order := 0
		switch {
		case c.has('S'):
			order = cmp.Compare(sizeOf(b.info), sizeOf(a.info))
		case c.has('t'):
			order = b.info.ModTime().Compare(a.info.ModTime())
		case c.has('X'):
			order = strings.Compare(path.Ext(a.name), path.Ext(b.name))
		case c.has('v'):
			order = compareVersions(a.name, b.name)
		}
		order = cmp.Or(order, strings.Compare(a.name, b.name))
		if c.has('r') {
			order = -order
		}
		if c.has('g') && a.info.IsDir() != b.info.IsDir() {
			return cmp.Compare(truth(b.info.IsDir()), truth(a.info.IsDir()))
		}
		return order
	})
}

func truth(b bool) int {
	if b {
		return 1
	}
	return 0
}

func (c *command) entries(all []entry) {
	if c.any("lnf") {
		for _, e := range all {
			c.printf("%s%s\n", c.blocks(e), c.detailed(e))
		}
		return
	}
	names, width := make([]string, len(all)), 0
	for i, e := range all {
		names[i] = c.blocks(e) + c.shown(e)
		width = max(width, len(names[i]))
	}
	if !c.any("Cx") && !c.TTY || c.has('1') {
		for _, name := range names {
			c.printf("%s\n", name)
		}
		return
	}
	size, _ := c.size()
	across := size.Columns
	if n, ok := natural(c.value('w')); ok && n > 0 {
		across = n
	}
	c.columns(names, width+2, max(1, across/(width+2)))
}

// size is that of the terminal.
func (c *command) size() (tty.Size, bool) {
	if c.Size == nil {
		return tty.Size{Columns: 80, Rows: 24}, false
	}
	return c.Size(), true
}

func (c *command) columns(names []string, width, across int) {
	rows := (len(names) + across - 1) / across
	for row := range rows {
		var line strings.Builder
		for column := range across {
			i := column*rows + row
			if c.has('x') {
				i = row*across + column
			}
			if i < len(names) {
				_, _ = fmt.Fprintf(&line, "%-*s", width, names[i]) // never fails
			}
		}
		c.printf("%s\n", strings.TrimRight(line.String(), " "))
	}
}
