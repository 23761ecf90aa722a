package tools

import (
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/container"
	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/tty"
)

// ls lists one name a line, in columns on a terminal.
func ls(c *command) int {
	c.rest = slices.DeleteFunc(slices.Clone(c.rest), func(arg string) bool { return strings.HasPrefix(arg, "--color") })
	if !c.parse("la1AhRdFntrSCpisLH") {
		return 1
	}
	names := c.rest
	if len(names) == 0 {
		names = []string{"."}
	}
	code := 0
	var dirs []string
	var files []entry
	for _, name := range names {
		info, err := c.Files.Stat(c.path(name))
		if long := c.has('l') || c.has('n'); err != nil || long && !c.has('L') && !strings.HasSuffix(name, "/") {
			link, lerr := c.Files.Lstat(c.path(name))
			if lerr == nil && (err != nil || link.Mode()&fs.ModeSymlink != 0) {
				info, err = link, nil
			}
		}
		switch {
		case err != nil:
			code = c.fail("%s: %s", name, reason(err))
		case info.IsDir() && !c.has('d'):
			dirs = append(dirs, name)
		default:
			files = append(files, entry{name, c.path(name), info})
		}
	}
	c.entries(files)
	for i, name := range dirs {
		if i > 0 || len(files) > 0 {
			c.printf("\n")
		}
		if err := c.list(name, len(names) > 1 || c.has('R')); err != nil {
			code = c.fail("can't open '%s': %s", name, reason(err))
		}
	}
	return code
}

// entry is one line of ls.
type entry struct {
	name, full string
	info       fs.FileInfo
}

func (c *command) list(dir string, title bool) error {
	full := c.path(dir)
	names, err := c.names(full)
	if err != nil {
		return err
	}
	if title {
		c.printf("%s:\n", dir)
	}
	if c.has('a') {
		names = append([]string{".", ".."}, names...)
	}
	var all []entry
	for _, name := range names {
		if strings.HasPrefix(name, ".") && !c.has('a') && !c.has('A') {
			continue
		}
		look := c.Files.Lstat
		if c.has('L') {
			look = c.Files.Stat
		}
		info, err := look(path.Join(full, name))
		if err != nil {
			continue // It went away meanwhile.
		}
		all = append(all, entry{name, path.Join(full, name), info})
	}
	if c.has('l') || c.has('n') {
		blocks := int64(0)
		for _, e := range all {
			blocks += blocksOf(e.info)
		}
		c.printf("total %d\n", blocks)
	}
	c.entries(all)
	for _, e := range all {
		if c.has('R') && e.info.IsDir() && e.name != "." && e.name != ".." {
			c.printf("\n")
			if err := c.list(strings.TrimRight(dir, "/")+"/"+e.name, true); err != nil {
				return err
			}
		}
	}
	return nil
}

// blocksOf is how many KiB a file takes on a usual file system.
func blocksOf(info fs.FileInfo) int64 {
	switch {
	case info.IsDir():
		return 4
	case info.Mode()&fs.ModeSymlink != 0:
		return 0
	}
	return (info.Size() + 4095) / 4096 * 4
}

func (c *command) entries(all []entry) {
	switch {
	case c.has('t'):
		slices.SortStableFunc(all, func(a, b entry) int { return b.info.ModTime().Compare(a.info.ModTime()) })
	case c.has('S'):
		slices.SortStableFunc(all, func(a, b entry) int { return int(b.info.Size() - a.info.Size()) })
	}
	if c.has('r') {
		slices.Reverse(all)
	}
	if c.has('l') || c.has('n') {
		for _, e := range all {
			c.long(e)
		}
		return
	}
	names := make([]string, len(all))
	for i, e := range all {
		names[i] = e.name
		if e.info.IsDir() && (c.has('F') || c.has('p')) {
			names[i] += "/"
		}
	}
	if c.TTY && !c.has('1') {
		c.columns(names)
		return
	}
	for _, name := range names {
		c.printf("%s\n", name)
	}
}

// size is that of the terminal.
func (c *command) size() (tty.Size, bool) {
	if c.Size == nil {
		return tty.Size{Columns: 80, Rows: 24}, false
	}
	return c.Size(), true
}

func (c *command) columns(names []string) {
	widest := 1
	for _, name := range names {
		widest = max(widest, len(name))
	}
	size, _ := c.size()
	across := max(1, size.Columns/(widest+2))
	rows := (len(names) + across - 1) / across
	for row := range rows {
		var line strings.Builder
		for i := row; i < len(names); i += rows {
			_, _ = fmt.Fprintf(&line, "%-*s", widest+2, names[i]) // never fails
		}
		c.printf("%s\n", strings.TrimRight(line.String(), " "))
	}
}

func (c *command) long(e entry) {
	info := e.info
	size := fmt.Sprint(info.Size())
	links := 1
	if info.IsDir() {
		size, links = "4096", 2
	}
	if c.has('h') {
		size = human(max(info.Size(), int64(links-1)*4096))
	}
	owner := container.OwnerOf(info)
	user, group := c.userName(owner.UID), c.groupName(owner.GID)
	if c.has('n') {
		user, group = fmt.Sprint(owner.UID), fmt.Sprint(owner.GID)
	}
	when := info.ModTime().UTC().Format("Jan _2 15:04")
	if age := time.Since(info.ModTime()); age > 182*24*time.Hour {
		when = info.ModTime().UTC().Format("Jan _2  2006")
	}
	name := e.name
	if to, err := c.Files.Readlink(e.full); err == nil && info.Mode()&fs.ModeSymlink != 0 {
		name += " -> " + to
	}
	c.printf("%s %4d %-8.8s %-8.8s %9s %s %s\n", mode(info.Mode()), links, user, group, size, when, name)
}

// mode shows the bits as "drwxr-xr-x".
func mode(m fs.FileMode) string {
	text := []byte(m.Perm().String())
	switch {
	case m.IsDir():
		text[0] = 'd'
	case m&fs.ModeSymlink != 0:
		text[0] = 'l'
	case m&fs.ModeCharDevice != 0:
		text[0] = 'c'
	}
	special := []struct {
		flag fs.FileMode
		at   int
		mark byte
	}{{fs.ModeSetuid, 3, 's'}, {fs.ModeSetgid, 6, 's'}, {fs.ModeSticky, 9, 't'}}
	for _, s := range special {
		switch {
		case m&s.flag == 0:
		case text[s.at] == 'x':
			text[s.at] = s.mark
		default:
			text[s.at] = s.mark - 'a' + 'A'
		}
	}
	return string(text)
}
