package tools

import (
	"bufio"
	"errors"
	"io"
	"io/fs"
	"os"
	"path"
	"strings"
	"syscall"
	"time"
)

func fileApplets() map[string]applet {
	return map[string]applet{
		"touch":  {run: touch, flags: "cahmd:r:t:", usage: "[-cham] [-d DATE] [-t DATE] [-r FILE] FILE...", least: 1},
		"mkdir":  {run: mkdir, flags: "pvm:", others: "Z", long: "parents=p mode:=m verbose=v", usage: "[-m MODE] [-p] DIRECTORY...", least: 1},
		"rmdir":  {run: rmdir, flags: "pv", long: "parents=p ignore-fail-on-non-empty=i verbose=v", usage: "[-p] DIRECTORY...", least: 1},
		"rm":     {run: rm, flags: "fiRrv", long: "force=f recursive=r interactive=i verbose=v", usage: "[-irf] FILE..."},
		"unlink": {run: unlink, usage: "FILE", least: 1, most: 1},
		"cp": {
			run: cp, flags: "pdRfilsLHarPvuTt:n", long: "archive=a force=f interactive=i link=l dereference=L no-dereference=P recursive=R symbolic-link=s verbose=v update=u no-target-directory=T target-directory:=t no-clobber=n parents=Q", others: "Q",
			usage: "[-arPLHpfinlsTu] SOURCE DEST\nor: cp [-arPLHpfinlsu] SOURCE... { -t DIRECTORY | DIRECTORY }",
		},
		"mv": {
			run: mv, flags: "finTt:v", long: "interactive=i force=f no-clobber=n no-target-directory=T target-directory:=t verbose=v",
			usage: "[-finT] SOURCE DEST\nor: mv [-fin] SOURCE... { -t DIRECTORY | DIRECTORY }",
		},
	}
}

// slashed is a name that must lead to a folder.
func slashed(name string) bool { return strings.HasSuffix(name, "/") && strings.Trim(name, "/") != "" }

// stat describes what a name leads to.
func (c *command) stat(name string) (fs.FileInfo, error) {
	if name == "" {
		return nil, fs.ErrNotExist
	}
	info, err := c.Files.Stat(c.path(name))
	if err == nil && slashed(name) && !info.IsDir() {
		return nil, syscall.ENOTDIR
	}
	return info, err
}

// lstat describes a symbolic link itself, when the name does not end in "/".
func (c *command) lstat(name string) (fs.FileInfo, error) {
	if name == "" || slashed(name) {
		return c.stat(name)
	}
	return c.Files.Lstat(c.path(name))
}

func isLink(info fs.FileInfo) bool { return info.Mode()&fs.ModeSymlink != 0 }

func touch(c *command) int {
	when, code := time.Now(), 0
	if name := c.value('r'); c.has('r') {
		info, err := c.stat(name)
		if err != nil {
			return c.fail("can't stat '%s': %s", name, reason(err))
		}
		when = info.ModTime()
	}
	for _, flag := range []byte("dt") {
		if text := c.value(flag); c.has(flag) {
			t, ok := c.readTime(text, flag == 't')
			if !ok {
				return c.fail("invalid date '%s'", text)
			}
			when = t
		}
	}
	for _, name := range c.rest {
		err := c.touch(name, when)
		if err != nil && (!c.has('c') || !errors.Is(err, fs.ErrNotExist)) {
			code = c.fail("%s: %s", name, reason(err))
		}
	}
	return code
}

func (c *command) touch(name string, when time.Time) error {
	info, err := c.stat(name)
	if errors.Is(err, fs.ErrNotExist) && !c.has('c') {
		file, err := c.Files.OpenFile(c.path(name), os.O_WRONLY|os.O_CREATE, 0o666)
		if err != nil {
			return err
		}
		if err := file.Close(); err != nil || !c.any("drt") {
			return err
		}
	} else if err != nil {
		return err
	}
	if c.has('a') && !c.has('m') {
		return nil // Access times are not visible.
	}
	err = c.Files.Chtimes(c.path(name), when)
	if errors.Is(err, syscall.EPERM) && !c.any("drt") && info != nil {
		// Users who may write to a file may set its time to now.
		file, ferr := c.Files.OpenFile(c.path(name), os.O_WRONLY, 0)
		if ferr != nil {
			return syscall.EACCES
		}
		return file.Close()
	}
	return err
}

func mkdir(c *command) int {
	mode, code := fs.FileMode(0), 0
	if c.has('m') {
		m, ok := newMode(c.value('m'), fs.ModeDir|0o777, true)
		if !ok {
			return c.fail("invalid mode '%s'", c.value('m'))
		}
		mode = m
	}
	for _, name := range c.rest {
		if failed, err := c.mkdir(name, c.has('p'), mode); err != nil {
			code = c.fail("can't create directory '%s': %s", failed, reason(err))
		} else if c.has('v') {
			c.printf("created directory: '%s'\n", name)
		}
	}
	return code
}

// mkdir makes a folder and its missing parents. It returns the one at which it
// failed.
func (c *command) mkdir(name string, parents bool, mode fs.FileMode) (string, error) {
	if name == "" {
		return name, fs.ErrNotExist
	}
	if parents {
		info, err := c.stat(name)
		switch {
		case err == nil && info.IsDir():
			return "", nil
		case errors.Is(err, syscall.ENAMETOOLONG), errors.Is(err, syscall.EIO):
			// The path, or a dead process: going up through it would take a long time.
			return name, err
		}
		if up := path.Dir(strings.TrimRight(name, "/")); up != "." && up != "/" {
			info, err := c.stat(up)
			if err == nil && !info.IsDir() {
				return up + "/", syscall.ENOTDIR
			}
			if failed, err := c.mkdir(up, true, 0); err != nil {
				return failed, err
			}
		}
	}
	if err := c.Files.Mkdir(c.path(name), 0o755); err != nil || mode == 0 {
		return name, err
	}
	return name, c.Files.Chmod(c.path(name), mode)
}

func rmdir(c *command) int {
	code := 0
	for _, name := range c.rest {
		for at := name; ; at = path.Dir(at) {
			if err := c.rmdir(at); err != nil {
				if !c.has('i') || !errors.Is(err, syscall.ENOTEMPTY) {
					code = c.fail("'%s': %s", at, reason(err))
				}
				break
			}
			if up := path.Dir(at); !c.has('p') || up == "." || up == "/" {
				break
			}
		}
	}
	return code
}

func (c *command) rmdir(name string) error {
	if base := path.Base(name); base == "." && !slashed(name) {
		return syscall.EINVAL
	}
	info, err := c.lstat(name)
	switch {
	case err != nil:
		return err
	case !info.IsDir():
		return syscall.ENOTDIR
	}
	return c.Files.Remove(c.path(name))
}

func unlink(c *command) int {
	info, err := c.lstat(c.rest[0])
	if err == nil && info.IsDir() {
		err = syscall.EISDIR
	}
	if err == nil {
		err = c.Files.Remove(c.path(c.rest[0]))
	}
	if err != nil {
		return c.fail("can't remove file '%s': %s", c.rest[0], reason(err))
	}
	return 0
}

// rm removes files; for a symbolic link, it removes the link and keeps the
// target.
func rm(c *command) int {
	if len(c.rest) == 0 && !c.has('f') {
		return c.misuse()
	}
	code := 0
	for _, name := range c.rest {
		if base := name[strings.LastIndexByte(name, '/')+1:]; base == "." || base == ".." {
			code = c.fail("can't remove '.' or '..'")
			continue
		}
		if trimmed := strings.TrimRight(name, "/"); trimmed != "" {
			name = trimmed
		}
		if !c.remove(name) {
			code = 1
		}
	}
	return code
}

func (c *command) remove(name string) bool {
	info, err := c.lstat(name)
	switch {
	case errors.Is(err, fs.ErrNotExist) && c.has('f'):
		return true
	case errors.Is(err, fs.ErrNotExist):
		return c.fail("can't remove '%s': %s", name, reason(err)) == 0
	case err != nil:
		return c.fail("can't stat '%s': %s", name, reason(err)) == 0
	case info.IsDir() && !c.any("rR"):
		return c.fail("'%s' is a directory", name) == 0
	case info.IsDir():
		return c.removeAll(name)
	case c.has('i') && !c.ask("remove '%s'? ", name):
		return true
	}
	if err := c.Files.Remove(c.path(name)); err != nil {
		return c.fail("can't remove '%s': %s", name, reason(err)) == 0
	}
	if c.has('v') {
		c.printf("removed '%s'\n", name)
	}
	return true
}

func (c *command) removeAll(name string) bool {
	if c.has('i') && !c.ask("descend into directory '%s'? ", name) {
		return true
	}
	names, err := c.names(c.path(name))
	if err != nil {
		return false // Busybox does not say why.
	}
	ok := true
	for _, n := range names {
		ok = c.ctx.Err() == nil && c.remove(strings.TrimRight(name, "/")+"/"+n) && ok
	}
	if c.has('i') && !c.ask("remove directory '%s'? ", name) {
		return ok
	}
	if err := c.Files.Remove(c.path(name)); err != nil {
		return c.fail("can't remove '%s': %s", name, reason(err)) == 0
	}
	if c.has('v') {
		c.printf("removed directory: '%s'\n", name)
	}
	return ok
}

// ask asks on stderr, and takes an answer that begins with y for yes.
func (c *command) ask(format string, args ...any) bool {
	c.complain(c.name+": "+format, args...)
	answer, err := bufio.NewReader(input{c.ctx, io.LimitReader(c.Stdin, 1<<10)}).ReadString('\n')
	return (err == nil || errors.Is(err, io.EOF)) && strings.HasPrefix(strings.ToLower(answer), "y")
}
