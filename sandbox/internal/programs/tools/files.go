package tools

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path"
	"strings"
)

func cat(c *command) int {
	if !c.parse("unbevt") {
		return 1
	}
	n := 0
	return c.each("can't open '%s': %s", func(_ string, r io.Reader) error {
		if c.has('n') {
			text, err := c.readWhole(r)
			for line := range strings.Lines(string(text)) {
				n++
				c.printf("%6d\t%s", n, line)
			}
			return err
		}
		_, err := io.Copy(c.Stdout, r)
		return err
	})
}

func touch(c *command) int {
	if !c.parse("c") {
		return 1
	}
	code := 0
	for _, name := range c.rest {
		flags := os.O_WRONLY | os.O_CREATE
		if c.has('c') {
			flags = os.O_WRONLY
		}
		file, err := c.Files.OpenFile(c.path(name), flags, 0o644)
		if err == nil {
			err = file.Close()
		}
		if err != nil && (!c.has('c') || !errors.Is(err, fs.ErrNotExist)) {
			code = c.fail("%s: %s", name, reason(err))
		}
	}
	return code
}

func mkdir(c *command) int {
	if !c.parse("pm:") {
		return 1
	}
	code := 0
	for _, name := range c.rest {
		if err := c.mkdir(c.path(name), c.has('p')); err != nil {
			code = c.fail("can't create directory '%s': %s", name, reason(err))
		}
	}
	return code
}

func (c *command) mkdir(name string, parents bool) error {
	if parents {
		if info, err := c.Files.Stat(name); err == nil && info.IsDir() {
			return nil
		}
		if up := path.Dir(name); up != name {
			if err := c.mkdir(up, true); err != nil {
				return err
			}
		}
	}
	return c.Files.Mkdir(name, 0o755)
}

func rm(c *command) int {
	if !c.parse("rRfi") {
		return 1
	}
	code := 0
	for _, name := range c.rest {
		info, err := c.Files.Stat(c.path(name))
		switch {
		case err == nil && info.IsDir() && !c.has('r') && !c.has('R'):
			code = c.fail("'%s' is a directory", name)
			continue
		case err == nil && info.IsDir():
			err = c.Files.RemoveAll(c.path(name))
		case err == nil:
			err = c.Files.Remove(c.path(name))
		}
		if err != nil && (!c.has('f') || !errors.Is(err, fs.ErrNotExist)) {
			code = c.fail("can't remove '%s': %s", name, reason(err))
		}
	}
	return code
}

// target returns where a source goes: into the last argument when that is a folder.
func (c *command) target(source string) string {
	to := c.path(c.rest[len(c.rest)-1])
	if info, err := c.Files.Stat(to); err == nil && info.IsDir() {
		return path.Join(to, path.Base(source))
	}
	return to
}

func mv(c *command) int {
	if !c.parse("fin") {
		return 1
	}
	if len(c.rest) < 2 {
		return c.fail("missing operand")
	}
	code := 0
	for _, name := range c.rest[:len(c.rest)-1] {
		if err := c.Files.Rename(c.path(name), c.target(name)); err != nil {
			code = c.fail("can't rename '%s': %s", name, reason(err))
		}
	}
	return code
}

func cp(c *command) int {
	if !c.parse("rRafpi") {
		return 1
	}
	if len(c.rest) < 2 {
		return c.fail("missing operand")
	}
	deep := c.has('r') || c.has('R') || c.has('a')
	code := 0
	for _, name := range c.rest[:len(c.rest)-1] {
		info, err := c.Files.Stat(c.path(name))
		switch {
		case err != nil:
			code = c.fail("can't stat '%s': %s", name, reason(err))
			continue
		case info.IsDir() && !deep:
			code = c.fail("omitting directory '%s'", name)
			continue
		}
		if err := c.copy(c.path(name), c.target(name), info); err != nil {
			code = c.fail("can't create '%s': %s", c.target(name), reason(err))
		}
	}
	return code
}

// copy copies a file, or a folder with all that is in it.
func (c *command) copy(from, to string, info fs.FileInfo) error {
	if !info.IsDir() {
		return c.copyFile(from, to, info.Mode().Perm())
	}
	if err := c.mkdir(to, true); err != nil {
		return err
	}
	names, err := c.names(from)
	for _, name := range names {
		inner, err := c.Files.Stat(path.Join(from, name))
		if err != nil {
			return err
		}
		if err := c.copy(path.Join(from, name), path.Join(to, name), inner); err != nil {
			return err
		}
	}
	return err
}

func (c *command) copyFile(from, to string, mode fs.FileMode) (err error) {
	source, err := c.Files.OpenFile(from, os.O_RDONLY, 0)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, source.Close()) }()
	target, err := c.Files.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, mode|0o200)
	if err != nil {
		return err
	}
	_, err = io.Copy(target, source)
	return errors.Join(err, target.Close())
}
