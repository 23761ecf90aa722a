package tools

import (
	"fmt"
	"io/fs"
	"strconv"
	"time"

	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/container"
)

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

func (c *command) detailed(e entry) string {
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
