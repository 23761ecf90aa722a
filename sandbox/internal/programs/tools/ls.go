package tools

import (
	"fmt"
	"io/fs"
	"path"
	"strings"
)

// ls lists one name a line, as busybox does where it is not on a terminal.
func ls(c *command) int {
	if !c.parse("la1AhRdF") {
		return 1
	}
	names := c.rest
	if len(names) == 0 {
		names = []string{"."}
	}
	code := 0
	var dirs []string
	for _, name := range names {
		info, err := c.Files.Stat(c.path(name))
		switch {
		case err != nil:
			code = c.fail("%s: %s", name, reason(err))
		case info.IsDir() && !c.has('d'):
			dirs = append(dirs, name)
		default:
			c.entry(name, info)
		}
	}
	for i, name := range dirs {
		if len(names) > 1 {
			c.printf("%s%s:\n", strings.Repeat("\n", min(i, 1)), name)
		}
		if err := c.list(c.path(name)); err != nil {
			code = c.fail("can't open '%s': %s", name, reason(err))
		}
	}
	return code
}

func (c *command) list(dir string) error {
	names, err := c.names(dir)
	if err != nil {
		return err
	}
	if c.has('a') {
		names = append([]string{".", ".."}, names...)
	}
	if c.has('l') {
		c.printf("total %d\n", 4*len(names))
	}
	for _, name := range names {
		if strings.HasPrefix(name, ".") && !c.has('a') && !c.has('A') {
			continue
		}
		info, err := c.Files.Stat(path.Join(dir, name))
		if err != nil {
			return err
		}
		c.entry(name, info)
	}
	return nil
}

func (c *command) entry(name string, info fs.FileInfo) {
	if !c.has('l') {
		c.printf("%s\n", name)
		return
	}
	size := fmt.Sprint(info.Size())
	if c.has('h') && info.Size() >= 1024 {
		size = fmt.Sprintf("%.1fK", float64(info.Size())/1024)
	}
	links := 1
	if info.IsDir() {
		links = 2
	}
	c.printf("%s %4d root     root     %9s %s %s\n", mode(info.Mode()), links, size, info.ModTime().UTC().Format("Jan _2 15:04"), name)
}

// mode shows the bits as "drwxr-xr-x".
func mode(m fs.FileMode) string {
	text := []byte(m.Perm().String())
	switch {
	case m.IsDir():
		text[0] = 'd'
	case m&fs.ModeSymlink != 0:
		text[0] = 'l'
	}
	return string(text)
}
