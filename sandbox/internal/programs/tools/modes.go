package tools

import (
	"io/fs"
	"strconv"
	"strings"
	"syscall"

	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/container"
)

func modeApplets() map[string]applet {
	const owners = "[-RhLHPcvf]... "
	return map[string]applet{
		"chmod": {run: chmod, flags: "Rvcf", usage: "[-Rcvf] MODE[,MODE]... FILE...", least: 2, before: modeFirst},
		"chown": {run: chown, flags: "RhLHPcvf", long: "recursive=R verbose=v changes=c no-dereference=h", usage: owners + "USER[:[GRP]] FILE...", least: 2},
		"chgrp": {run: chown, flags: "RhLHPcvf", long: "recursive=R verbose=v changes=c no-dereference=h", usage: owners + "GROUP FILE...", least: 2},
	}
}

// modeFirst keeps a mode such as "-x" from being read as an option.
func modeFirst(args []string) []string {
	for i, arg := range args {
		if len(arg) > 1 && arg[0] == '-' && strings.IndexByte("rwxXst", arg[1]) >= 0 {
			out := append([]string{}, args[:i]...)
			return append(append(out, "--", arg), args[i+1:]...)
		}
		if arg == "" || arg[0] != '-' {
			break
		}
	}
	return args
}

// onTree applies a change to the named files, and with -R to everything below.
func (c *command) onTree(change func(name string, info fs.FileInfo) error) (code int) {
	var visit func(name string, info fs.FileInfo)
	visit = func(name string, info fs.FileInfo) {
		if err := change(name, info); err != nil {
			if code = 1; !quiet(err) {
				c.fail("%s: %s", name, reason(err))
			}
		}
		if !c.has('R') || !info.IsDir() {
			return
		}
		names, err := c.names(c.path(name))
		if err != nil {
			code = c.fail("%s: %s", name, reason(err))
		}
		for _, n := range names {
			inner := strings.TrimRight(name, "/") + "/" + n
			info, err := c.lstat(inner)
			if err == nil && !isLink(info) {
				visit(inner, info)
			}
		}
	}
	for _, name := range c.rest[1:] {
		look := c.stat
		if c.has('h') || c.has('R') && c.name != "chmod" {
			look = c.lstat
		}
		info, err := look(name)
		if err == nil && c.has('R') && c.name == "chmod" {
			link, _ := c.lstat(name) // it was there a moment ago
			if link != nil && isLink(link) {
				if err := change(name, info); err != nil {
					code = c.fail("%s: %s", name, reason(err))
				}
				continue
			}
		}
		if err != nil {
			code = c.fail("%s: %s", name, reason(err))
			continue
		}
		visit(name, info)
	}
	return code
}

func chmod(c *command) int {
	if _, ok := newMode(c.rest[0], 0, false); !ok {
		return c.fail("invalid mode '%s'", c.rest[0])
	}
	return c.onTree(func(name string, info fs.FileInfo) error {
		m, _ := newMode(c.rest[0], info.Mode(), info.IsDir())
		if err := c.Files.Chmod(c.path(name), m); err != nil {
			return err
		}
		if c.has('v') || c.has('c') && octal(m) != octal(info.Mode()) {
			c.printf("mode of '%s' changed to %04o (%s)\n", name, octal(m), mode(m)[1:])
		}
		return nil
	})
}

// newMode applies "755", "+x" or "u+rw,go-w" to a file's permissions.
func newMode(text string, old fs.FileMode, dir bool) (fs.FileMode, bool) {
	if text != "" && strings.Trim(text, "01234567") == "" {
		n, err := strconv.ParseUint(text, 8, 32)
		return modeOf(uint32(n)), err == nil && n <= 0o7777
	}
	m := octal(old)
	for clause := range strings.SplitSeq(text, ",") {
		at := strings.IndexAny(clause, "+-=")
		if at < 0 {
			return 0, false
		}
		var who uint32
		for _, r := range clause[:at] {
			mask, ok := map[rune]uint32{'u': 0o4700, 'g': 0o2070, 'o': 0o007, 'a': 0o7777}[r]
			if !ok {
				return 0, false
			}
			who |= mask
		}
		masked := uint32(0)
		if at == 0 {
			who, masked = 0o7777, 0o022 // The mask of new files.
		}
		for rest := clause[at:]; rest != ""; {
			op := rest[0]
			end := strings.IndexAny(rest[1:], "+-=") + 1
			if end == 0 {
				end = len(rest)
			}
			what, ok := bits(rest[1:end], m, dir)
			if !ok {
				return 0, false
			}
			m = apply(m, op, who, what, masked)
			rest = rest[end:]
		}
	}
	return modeOf(m), true
}

// apply is one "+x" of a mode.
func apply(m uint32, op byte, who, what, masked uint32) uint32 {
	switch op {
	case '+':
		return m | who&what&^masked
	case '-':
		return m &^ (who & what &^ masked)
	}
	return m&^(who&0o777) | who&what&^masked
}

// bits are those that the letters of a mode stand for, for all.
func bits(letters string, old uint32, dir bool) (what uint32, ok bool) {
	for _, r := range letters {
		switch r {
		case 'r':
			what |= 0o444
		case 'w':
			what |= 0o222
		case 'x':
			what |= 0o111
		case 'X':
			if dir || old&0o111 != 0 {
				what |= 0o111
			}
		case 's':
			what |= 0o6000
		case 't':
			what |= 0o1000
		case 'u', 'g', 'o':
			part := old >> map[rune]uint{'u': 6, 'g': 3, 'o': 0}[r] & 7
			what |= part<<6 | part<<3 | part
		default:
			return 0, false
		}
	}
	return what, true
}

// octal is a mode as chmod writes it.
func octal(m fs.FileMode) uint32 {
	n := uint32(m.Perm())
	for flag, bit := range specialBits() {
		if m&flag != 0 {
			n |= bit
		}
	}
	return n
}

func modeOf(n uint32) fs.FileMode {
	m := fs.FileMode(n & 0o777)
	for flag, bit := range specialBits() {
		if n&bit != 0 {
			m |= flag
		}
	}
	return m
}

func specialBits() map[fs.FileMode]uint32 {
	return map[fs.FileMode]uint32{fs.ModeSetuid: 0o4000, fs.ModeSetgid: 0o2000, fs.ModeSticky: 0o1000}
}

func chown(c *command) int {
	user, group, colon := strings.Cut(c.rest[0], ":")
	if !colon {
		user, group, colon = strings.Cut(c.rest[0], ".")
	}
	if c.name == "chgrp" {
		user, group, colon = "", c.rest[0], true
	}
	accounts := c.accounts()
	uid, knownUser := number(user, accounts.UserID)
	gid, knownGroup := number(group, accounts.GroupID)
	switch {
	case c.name == "chgrp" && !knownGroup:
		return c.fail("unknown group %s", group)
	case !colon && !knownUser:
		return c.fail("unknown user %s", user)
	case !knownUser || !knownGroup:
		return c.fail("unknown user/group %s", c.rest[0])
	}
	return c.onTree(func(name string, info fs.FileInfo) error {
		if isLink(info) {
			return nil // The owner of a link doesn't matter.
		}
		owner := container.OwnerOf(info)
		wanted := owner
		if user != "" {
			wanted.UID = uid
		}
		if colon && group != "" {
			wanted.GID = gid
		} else if colon && user != "" {
			wanted.GID = accounts.User(uid).GID
		}
		if err := c.give(name, owner, wanted); err != nil {
			return err
		}
		if c.has('v') || c.has('c') && wanted != owner {
			c.printf("changed ownership of '%s' to %d:%d\n", name, wanted.UID, wanted.GID)
		}
		return nil
	})
}

// give changes a file's owner. A user other than root may set what is already set.
func (c *command) give(name string, owner, wanted container.Owner) error {
	if c.User.UID != 0 {
		if owner == wanted && owner.UID == c.User.UID {
			return nil
		}
		return syscall.EPERM
	}
	return c.Files.Chown(c.path(name), wanted)
}

// number is what a name or a number stands for.
func number(name string, find func(string) (int64, bool)) (int64, bool) {
	if name == "" {
		return 0, true
	}
	if id, ok := find(name); ok {
		return id, true
	}
	n, err := strconv.ParseInt(name, 10, 64)
	return n, err == nil && n >= 0 && n < 1<<32
}
