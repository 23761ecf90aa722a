package tools

import (
	"errors"
	"io/fs"
	"path"
	"strings"
	"syscall"
)

func linkApplets() map[string]applet {
	return map[string]applet{
		"ln":       {run: ln, flags: "sfnvT", others: "btS", long: "symbolic=s force=f verbose=v", usage: "[-sfnbtv] [-S SUF] TARGET... LINK|DIR", least: 1},
		"link":     {run: func(c *command) int { return c.refuse("hard links") }, usage: "FILE LINK", least: 2, most: 2},
		"readlink": {run: readlink, flags: "fnv", usage: "[-fnv] FILE", least: 1, most: 1},
		"realpath": {run: realpath, raw: true, usage: "FILE..."},
	}
}

// ln makes symbolic links. The sandbox's files have no hard links.
func ln(c *command) int {
	if !c.has('s') {
		return c.refuse("hard links")
	}
	last := c.rest[len(c.rest)-1]
	targets := c.rest[:len(c.rest)-1]
	if len(targets) == 0 {
		targets, last = c.rest, path.Base(last)
	}
	info, err := c.stat(last)
	folder := err == nil && info.IsDir()
	if link, lerr := c.lstat(last); c.has('n') && lerr == nil && isLink(link) {
		folder = false
	}
	if c.has('T') && folder {
		return c.fail("'%s' is a directory", last)
	}
	code := 0
	for _, target := range targets {
		name := last
		if folder {
			name = strings.TrimRight(last, "/") + "/" + path.Base(target)
		}
		if c.has('f') {
			_ = c.Files.Remove(c.path(name)) // it may not be there
		}
		if err := c.Files.Symlink(target, c.path(name)); err != nil {
			code = c.fail("%s: %s", name, reason(err))
		} else if c.has('v') {
			c.printf("'%s' -> '%s'\n", name, target)
		}
	}
	return code
}

func readlink(c *command) int {
	name, end := c.rest[0], "\n"
	if c.has('n') {
		end = ""
	}
	if c.has('f') {
		to, err := c.real(name)
		if err != nil {
			return 1
		}
		c.printf("%s%s", to, end)
		return 0
	}
	info, err := c.lstat(name)
	if err == nil && !isLink(info) {
		err = errors.New("not a symlink")
	}
	if err != nil {
		if c.has('v') {
			c.fail("%s: cannot read link: %s", name, reason(err))
		}
		return 1
	}
	to, err := c.Files.Readlink(c.path(name))
	if err != nil {
		return 1
	}
	c.printf("%s%s", to, end)
	return 0
}

func realpath(c *command) int {
	if len(c.rest) == 0 {
		return c.misuse()
	}
	code := 0
	for _, name := range c.rest {
		full, err := c.real(name)
		if err != nil {
			code = c.fail("%s: %s", name, reason(err))
			continue
		}
		c.printf("%s\n", full)
	}
	return code
}

// mostLinks is how many symbolic links a path may lead through, as on Linux.
const mostLinks = 40

// real is a path without symbolic links. Its last part may be missing.
func (c *command) real(name string) (string, error) {
	if name == "" {
		return "", fs.ErrNotExist
	}
	done, rest := "/", strings.Split(strings.Trim(c.path(name), "/"), "/")
	for links := 0; len(rest) > 0; {
		next := path.Join(done, rest[0])
		rest = rest[1:]
		info, err := c.Files.Lstat(next)
		switch {
		case errors.Is(err, fs.ErrNotExist) && len(rest) == 0:
			return next, c.known(name, next)
		case err != nil:
			return "", err
		case !isLink(info):
			done = next
			continue
		}
		to, err := c.Files.Readlink(next)
		if links++; err != nil || links > mostLinks {
			return "", syscall.ELOOP
		}
		if path.IsAbs(to) {
			done = "/"
		}
		rest = append(strings.Split(strings.Trim(path.Clean(to), "/"), "/"), rest...)
	}
	return done, nil
}

// known fails for a path that is named itself and is not there: only what a link
// leads to may be missing, and for readlink -f what is named with its folder.
func (c *command) known(name, full string) error {
	if (c.name == "realpath" || !strings.Contains(name, "/")) && c.path(name) == full {
		return fs.ErrNotExist
	}
	return nil
}
