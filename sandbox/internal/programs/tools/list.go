package tools

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/container"
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
		case !errors.Is(err, fs.ErrNotExist) || c.has('L'): // It may have gone meanwhile.
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

// folderSize is what a folder's size is on a usual file system.
const folderSize = 4096

func sizeOf(info fs.FileInfo) int64 {
	if info.IsDir() {
		return folderSize
	}
	return info.Size()
}

// kibibytes is how much room a file takes on a usual file system.
func kibibytes(info fs.FileInfo) int64 {
	switch {
	case isLink(info):
		return 0
	case !info.IsDir() && !info.Mode().IsRegular():
		return 0
	}
	return (sizeOf(info) + 4095) / 4096 * 4
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
			c.printf("%s%s\n", c.blocks(e), c.longLine(e))
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

func (c *command) blocks(e entry) string {
	if !c.has('s') {
		return ""
	}
	return fmt.Sprintf("%6d ", kibibytes(e.info))
}

// shown is an entry's name with its colour and mark.
func (c *command) shown(e entry) string {
	name, m := e.name, e.info.Mode()
	executable := m.IsRegular() && m&0o111 != 0
	if how := c.value('K'); c.has('K') && (how == "" || how == "always") {
		code := "0;0"
		switch {
		case m.IsDir():
			code = "1;34"
		case isLink(e.info):
			code = "1;36"
		case executable:
			code = "1;32"
		}
		name = "\x1b[" + code + "m" + name + "\x1b[m"
	}
	switch {
	case m.IsDir() && c.any("Fp"):
		name += "/"
	case c.has('F') && isLink(e.info):
		name += "@"
	case c.has('F') && executable:
		name += "*"
	}
	return name
}

func (c *command) longLine(e entry) string {
	info := e.info
	size := fmt.Sprintf("%9d", sizeOf(info))
	if c.has('h') {
		size = fmt.Sprintf("%7s", human(sizeOf(info)))
	}
	owner := container.OwnerOf(info)
	whose := fmt.Sprintf("%-8.8s %-8.8s", c.userName(owner.UID), c.groupName(owner.GID))
	if c.has('n') {
		whose = fmt.Sprintf("%-8d %-8d", owner.UID, owner.GID)
	}
	when := info.ModTime().UTC()
	date := when.Format("Jan _2 15:04")
	switch age := time.Since(when); {
	case c.has('f'):
		date = when.Format("2006-01-02 15:04:05 -0700")
	case age > 365*12*time.Hour || age < -15*time.Minute:
		date = when.Format("Jan _2  2006")
	}
	name := c.shown(e)
	if to, err := c.Files.Readlink(e.full); err == nil && isLink(info) {
		name += " -> " + to
	}
	return fmt.Sprintf("%s %4d %s %s %s %s", mode(info.Mode()), c.links(e), whose, size, date, name)
}

// links is how many names a file has: a folder has one in each folder below it too.
func (c *command) links(e entry) int {
	if !e.info.IsDir() {
		return 1
	}
	n := 2
	entries, _ := c.Files.ReadDir(e.full) // what may not be read shows none
	for _, inner := range entries {
		if inner.IsDir() {
			n++
		}
	}
	return n
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

// human shows a size as "1.5K", as busybox does.
func human(n int64) string {
	size, unit := float64(n), 0
	for size >= 1024 && unit < 4 {
		size /= 1024
		unit++
	}
	if unit == 0 {
		return strconv.FormatInt(n, 10)
	}
	return strconv.FormatFloat(size, 'f', 1, 64) + " KMGT"[unit:unit+1]
}
