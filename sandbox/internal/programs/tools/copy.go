package tools

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path"
	"strings"
	"syscall"

	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/container"
)

// targets are the destinations of each source of cp and mv.
func (c *command) targets() (sources []string, to func(source string) string, code int) {
	dir, sources := c.value('t'), c.rest
	if !c.has('t') {
		if len(c.rest) < 2 {
			return nil, nil, c.misuse()
		}
		dir, sources = c.rest[len(c.rest)-1], c.rest[:len(c.rest)-1]
	} else if len(c.rest) == 0 {
		return nil, nil, c.misuse()
	}
	info, err := c.stat(dir)
	folder := err == nil && info.IsDir()
	switch {
	case c.has('T') && len(sources) > 1:
		return nil, nil, c.misuse()
	case c.has('T') && folder:
		return nil, nil, c.fail("'%s' is a directory", dir)
	case len(sources) == 1 && !folder && !c.has('t') && !c.intoFile(sources[0], err == nil):
		return sources, func(string) string { return dir }, -1
	}
	return sources, func(source string) string {
		base := path.Base(source)
		if base == "." || base == ".." || base == "/" {
			return dir
		}
		return strings.TrimRight(dir, "/") + "/" + base
	}, -1
}

// intoFile reports whether a folder would be copied over a file: cp then looks for
// it inside that file, and reports that.
func (c *command) intoFile(source string, there bool) bool {
	info, err := c.stat(source)
	return c.name == "cp" && there && err == nil && info.IsDir()
}

func mv(c *command) int {
	sources, target, code := c.targets()
	if code >= 0 {
		return code
	}
	code = 0
	if to := c.rest[len(c.rest)-1]; slashed(to) && !c.has('t') {
		if info, err := c.Files.Stat(c.path(to)); err == nil && !info.IsDir() {
			return c.fail("can't stat '%s': Path has non-directory component", to)
		}
	}
	for _, name := range sources {
		code |= c.move(name, target(name))
	}
	return code
}

func (c *command) move(name, to string) int {
	if _, err := c.stat(to); err == nil {
		if c.has('n') || c.has('i') && !c.ask("overwrite '%s'? ", to) {
			return 0
		}
	}
	from, err := c.lstat(name)
	if err == nil {
		err = c.rename(name, to, from)
	}
	if err != nil {
		return c.fail("can't rename '%s': %s", name, reason(err))
	}
	if c.has('v') {
		c.printf("'%s' -> '%s'\n", name, to)
	}
	return 0
}

// rename moves a file; from one file system to another it copies it and removes it
// here.
func (c *command) rename(name, to string, from fs.FileInfo) error {
	source, target := c.path(name), c.path(to)
	there, missing := c.lstat(to)
	switch {
	case from.IsDir() && (target == source || strings.HasPrefix(target, source+"/")):
		return syscall.EINVAL
	case missing == nil && from.IsDir() && !there.IsDir():
		return syscall.ENOTDIR
	case missing == nil && !from.IsDir() && there.IsDir():
		return syscall.EISDIR
	}
	err := c.Files.Rename(source, target)
	if !errors.Is(err, syscall.EXDEV) {
		return err
	}
	if missing == nil && there.IsDir() {
		if names, err := c.names(target); err == nil && len(names) > 0 {
			return syscall.ENOTEMPTY
		}
	}
	given := c.given
	c.given = map[byte][]string{'a': {""}}
	copied := c.copy(name, to, copying{})
	c.given = map[byte][]string{'r': {""}, 'f': {""}}
	removed := copied == 0 && c.remove(name)
	c.given = given
	if !removed {
		return errors.Join(syscall.EXDEV)
	}
	return nil
}

// copying is one run of cp: the folders that it made.
type copying map[string]bool

func cp(c *command) int {
	if c.has('l') {
		return c.refuse("-l, hard links")
	}
	sources, target, code := c.targets()
	if code >= 0 {
		return code
	}
	code = 0
	for _, name := range sources {
		code |= c.copy(name, target(name), copying{})
	}
	return code
}

// keepLinks reports whether cp copies symbolic links as links.
func (c *command) keepLinks() bool { return c.any("aPd") || c.any("rR") && !c.any("LH") }

func (c *command) copy(from, to string, made copying) int {
	look := c.stat
	if c.keepLinks() {
		look = c.lstat
	}
	info, err := look(from)
	if err != nil {
		return c.fail("can't stat '%s': %s", from, reason(err))
	}
	there, err := c.stat(to)
	switch {
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		return c.fail("can't stat '%s': %s", to, reason(err))
	case err == nil && !info.IsDir() && c.path(from) == c.path(to):
		return c.fail("'%s' and '%s' are the same file", from, to)
	case info.IsDir() && !c.any("arR"):
		return c.fail("omitting directory '%s'", from)
	case info.IsDir():
		return c.copyFolder(from, to, info, made)
	case err == nil && (c.has('n') || c.has('u') && !info.ModTime().After(there.ModTime())):
		return 0
	case err == nil && c.has('i') && !c.ask("overwrite '%s'? ", to):
		return 0
	}
	switch {
	case isLink(info):
		err = c.copyLink(from, to)
	case c.has('s'):
		if err = c.Files.Symlink(from, c.path(to)); err != nil {
			return c.fail("can't create symlink '%s' to '%s': %s", to, from, reason(err))
		}
	default:
		err = c.copyFile(from, to, info)
	}
	if err != nil {
		return 1
	}
	if c.has('v') {
		c.printf("'%s' -> '%s'\n", from, to)
	}
	return 0
}

func (c *command) copyFolder(from, to string, info fs.FileInfo, made copying) int {
	if made[c.path(from)] {
		return c.fail("recursion detected, omitting directory '%s'", from)
	}
	there, err := c.stat(to)
	switch {
	case err == nil && !there.IsDir():
		return c.fail("target '%s' is not a directory", to)
	case err != nil:
		if err := c.Files.Mkdir(c.path(to), 0o755); err != nil {
			return c.fail("can't create directory '%s': %s", to, reason(err))
		}
		defer func() { c.keep(to, info) }()
	}
	made[c.path(to)] = true
	names, err := c.names(c.path(from))
	code := 0
	if err != nil {
		code = 1 // Busybox does not say why.
	}
	for _, n := range names {
		if c.ctx.Err() != nil {
			return 1
		}
		code |= c.copy(strings.TrimRight(from, "/")+"/"+n, strings.TrimRight(to, "/")+"/"+n, made)
	}
	return code
}

// keep gives a copy the mode of its source, and with -p and -a its owner and time.
func (c *command) keep(to string, info fs.FileInfo) {
	_ = c.Files.Chmod(c.path(to), info.Mode()&^fs.ModeType) // it was made a moment ago
	if c.any("ap") {
		_ = c.Files.Chown(c.path(to), container.OwnerOf(info)) // only root may, as cp has it
		_ = c.Files.Chtimes(c.path(to), info.ModTime())        // as above
	}
}

func (c *command) copyLink(from, to string) error {
	target, err := c.Files.Readlink(c.path(from))
	if err == nil {
		_ = c.Files.Remove(c.path(to)) // it may not exist
		err = c.Files.Symlink(target, c.path(to))
	}
	if err != nil {
		c.fail("can't create symlink '%s' to '%s': %s", to, target, reason(err))
	}
	return err
}

func (c *command) copyFile(from, to string, info fs.FileInfo) error {
	source, err := c.open(from)
	if err != nil {
		c.fail("can't open '%s': %s", from, reason(err))
		return err
	}
	defer func() { _ = source.Close() }() // it was only read
	if _, err := c.Files.Stat(c.path(to)); slashed(to) && err != nil {
		c.fail("can't create '%s': %s", to, reason(syscall.EISDIR))
		return syscall.EISDIR
	}
	_, missing := c.stat(to)
	target, err := c.create(to, os.O_TRUNC, info.Mode().Perm()|0o200)
	if err != nil && c.has('f') && c.Files.Remove(c.path(to)) == nil {
		target, err = c.create(to, os.O_TRUNC, info.Mode().Perm()|0o200)
	}
	if err != nil {
		c.fail("can't create '%s': %s", to, reason(err))
		return err
	}
	_, err = io.Copy(target, source)
	if err = errors.Join(err, target.Close()); err != nil {
		if !quiet(err) {
			c.fail("error writing to '%s': %s", to, reason(err))
		}
		return err
	}
	if missing != nil || c.any("ap") {
		c.keep(to, info)
	}
	return nil
}
