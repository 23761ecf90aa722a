package tools

import (
	"errors"
	"io/fs"
	"os"
	"path"
	"strconv"
	"strings"
	"time"

	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/container"
)

func ln(c *command) int {
	if !c.parse("sfn") {
		return 1
	}
	if len(c.rest) < 2 {
		return c.fail("missing operand")
	}
	if !c.has('s') {
		return c.fail("%s: hard links are not supported by the sandbox", c.rest[0])
	}
	code := 0
	for _, target := range c.rest[:len(c.rest)-1] {
		name := c.target(target)
		if c.has('f') {
			_ = c.Files.Remove(name) // it may not be there
		}
		if err := c.Files.Symlink(target, name); err != nil {
			code = c.fail("%s: %s", c.rest[len(c.rest)-1], reason(err))
		}
	}
	return code
}

func readlink(c *command) int {
	if !c.parse("fn") {
		return 1
	}
	code := 0
	for _, name := range c.rest {
		to, err := c.Files.Readlink(c.path(name))
		if c.has('f') {
			to, err = c.real(name)
		}
		if err != nil {
			code = 1
			continue
		}
		c.printf("%s\n", to)
	}
	return code
}

// real follows the links of a path's last part.
func (c *command) real(name string) (string, error) {
	full := c.path(name)
	for range 40 {
		to, err := c.Files.Readlink(full)
		if err != nil {
			_, err = c.Files.Stat(path.Dir(full))
			return full, err
		}
		if !path.IsAbs(to) {
			to = path.Join(path.Dir(full), to)
		}
		full = to
	}
	return "", fs.ErrInvalid
}

func realpath(c *command) int {
	code := 0
	for _, name := range c.rest {
		full, err := c.real(name)
		if err == nil {
			_, err = c.Files.Stat(full)
		}
		if err != nil {
			code = c.fail("%s: %s", name, reason(err))
			continue
		}
		c.printf("%s\n", full)
	}
	return code
}

// walkTree calls visit for a file and all below it, a folder before what is in it.
func (c *command) walkTree(name string, visit func(name string, info fs.FileInfo) error) error {
	info, err := c.Files.Lstat(c.path(name))
	if err != nil {
		return err
	}
	if err := visit(name, info); err != nil || !info.IsDir() {
		return err
	}
	names, err := c.names(c.path(name))
	for _, n := range names {
		if err := c.walkTree(strings.TrimRight(name, "/")+"/"+n, visit); err != nil {
			return err
		}
	}
	return err
}

// onTree does something to the files that are named, with -R to all below.
func (c *command) onTree(change func(full string, info fs.FileInfo) error) int {
	code := 0
	for _, name := range c.rest[1:] {
		visit := func(name string, info fs.FileInfo) error {
			if err := change(c.path(name), info); err != nil {
				code = c.fail("%s: %s", name, reason(err))
			}
			return nil
		}
		info, err := c.Files.Stat(c.path(name))
		switch {
		case err == nil && c.has('R'):
			err = c.walkTree(name, visit)
		case err == nil:
			err = visit(name, info)
		}
		if err != nil {
			code = c.fail("%s: %s", name, reason(err))
		}
	}
	return code
}

func chmod(c *command) int {
	mode := ""
	if len(c.rest) > 0 && strings.HasPrefix(c.rest[0], "-") && len(c.rest[0]) > 1 && strings.Contains("rwxX", c.rest[0][1:2]) {
		mode, c.rest = c.rest[0], c.rest[1:]
	}
	if !c.parse("R") {
		return 1
	}
	if mode != "" {
		c.rest = append([]string{mode}, c.rest...)
	}
	if len(c.rest) < 2 {
		return c.fail("missing operand")
	}
	if _, ok := newMode(c.rest[0], 0, false); !ok {
		return c.fail("invalid mode '%s'", c.rest[0])
	}
	return c.onTree(func(full string, info fs.FileInfo) error {
		m, _ := newMode(c.rest[0], info.Mode(), info.IsDir())
		return c.Files.Chmod(full, m)
	})
}

// newMode applies "755", "+x" or "u+rw,go-w" to a file's permissions.
func newMode(text string, old fs.FileMode, dir bool) (fs.FileMode, bool) {
	if n, err := strconv.ParseUint(text, 8, 32); err == nil && n <= 0o7777 {
		m := fs.FileMode(n & 0o777)
		for bit, flag := range map[uint64]fs.FileMode{0o4000: fs.ModeSetuid, 0o2000: fs.ModeSetgid, 0o1000: fs.ModeSticky} {
			if n&bit != 0 {
				m |= flag
			}
		}
		return m, true
	}
	m := old &^ fs.ModeType
	for clause := range strings.SplitSeq(text, ",") {
		at := strings.IndexAny(clause, "+-=")
		if at < 0 {
			return 0, false
		}
		var who, what fs.FileMode
		for _, r := range clause[:at] {
			mask, ok := map[rune]fs.FileMode{'u': 0o700, 'g': 0o070, 'o': 0o007, 'a': 0o777}[r]
			if !ok {
				return 0, false
			}
			who |= mask
		}
		if at == 0 {
			who = 0o777
		}
		for _, r := range clause[at+1:] {
			bits, ok := map[rune]fs.FileMode{'r': 0o444, 'w': 0o222, 'x': 0o111, 'X': 0, 's': 0, 't': 0}[r]
			if !ok {
				return 0, false
			}
			if r == 'X' && (dir || old&0o111 != 0) {
				bits = 0o111
			}
			what |= bits
		}
		switch clause[at] {
		case '+':
			m |= who & what
		case '-':
			m &^= who & what
		default:
			m = m&^who | who&what
		}
	}
	return m, true
}

func chown(c *command) int {
	if !c.parse("Rh") {
		return 1
	}
	if len(c.rest) < 2 {
		return c.fail("missing operand")
	}
	user, group, both := strings.Cut(strings.Replace(c.rest[0], ".", ":", 1), ":")
	if c.name == "chgrp" {
		user, group, both = "", c.rest[0], true
	}
	uid, ok := c.lookUp("/etc/passwd", user)
	if !ok {
		return c.fail("unknown user %s", user)
	}
	gid, ok := c.lookUp("/etc/group", group)
	if !ok {
		return c.fail("unknown group %s", group)
	}
	return c.onTree(func(full string, info fs.FileInfo) error {
		owner := container.OwnerOf(info)
		if user != "" {
			owner.UID = uid
		}
		if both && group != "" {
			owner.GID = gid
		}
		return c.Files.Chown(full, owner)
	})
}

// lookUp finds a number by a name in /etc/passwd or /etc/group.
func (c *command) lookUp(file, name string) (int64, bool) {
	if n, err := strconv.ParseInt(name, 10, 64); err == nil || name == "" {
		return n, true
	}
	text, err := c.readFile(file)
	if err != nil {
		return 0, false
	}
	for line := range strings.Lines(string(text)) {
		if f := strings.Split(line, ":"); len(f) > 2 && f[0] == name {
			n, err := strconv.ParseInt(f[2], 10, 64)
			return n, err == nil
		}
	}
	return 0, false
}

func rmdir(c *command) int {
	if !c.parse("p") {
		return 1
	}
	code := 0
	for _, name := range c.rest {
		info, err := c.Files.Lstat(c.path(name))
		if err == nil && !info.IsDir() {
			code = c.fail("'%s': Not a directory", name)
			continue
		}
		if err == nil {
			err = c.Files.Remove(c.path(name))
		}
		if err != nil {
			code = c.fail("'%s': %s", name, reason(err))
		}
	}
	return code
}

func mktemp(c *command) int {
	if !c.parse("dqtup:") {
		return 1
	}
	name := "/tmp/tmp." + strconv.FormatInt(time.Now().UnixNano(), 36)[5:]
	if len(c.rest) > 0 {
		name = strings.ReplaceAll(c.rest[0], "XXXXXX", strconv.FormatInt(time.Now().UnixNano(), 36)[6:])
	}
	var err error
	if c.has('d') {
		err = c.Files.Mkdir(c.path(name), 0o700)
	} else {
		var file container.File
		file, err = c.Files.OpenFile(c.path(name), os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
		if err == nil {
			err = file.Close()
		}
	}
	if err != nil {
		return c.fail("%s: %s", name, reason(err))
	}
	c.printf("%s\n", name)
	return 0
}

func stat(c *command) int {
	if !c.parse("Lc:t") {
		return 1
	}
	code := 0
	for _, name := range c.rest {
		look := c.Files.Lstat
		if c.has('L') {
			look = c.Files.Stat
		}
		info, err := look(c.path(name))
		if err != nil {
			code = c.fail("can't stat '%s': %s", name, reason(err))
			continue
		}
		c.printf("%s", c.describe(name, info))
	}
	return code
}

func (c *command) describe(name string, info fs.FileInfo) string {
	owner, when := container.OwnerOf(info), info.ModTime().UTC().Format("2006-01-02 15:04:05.000000000 -0700")
	kind := "regular file"
	switch {
	case info.IsDir():
		kind = "directory"
	case info.Mode()&fs.ModeSymlink != 0:
		kind = "symbolic link"
	case info.Mode()&fs.ModeCharDevice != 0:
		kind = "character special file"
	case info.Size() == 0:
		kind = "regular empty file"
	}
	pad := func(n int64) string {
		return strings.Repeat(" ", max(0, 5-len(strconv.FormatInt(n, 10)))) + strconv.FormatInt(n, 10)
	}
	return strings.NewReplacer(
		"NAME", name, "SIZE", strconv.FormatInt(info.Size(), 10), "KIND", kind,
		"OCTAL", strconv.FormatUint(uint64(octal(info.Mode())), 8), "MODE", mode(info.Mode()),
		"UID", pad(owner.UID), "GID", pad(owner.GID), "USER", right(c.userName(owner.UID), 8), "GROUP", right(c.groupName(owner.GID), 8), "WHEN", when,
	).Replace("  File: NAME\n  Size: SIZE      \tBlocks: 8          IO Block: 4096   KIND\nAccess: (0OCTAL/MODE)  Uid: (UID/USER)   Gid: (GID/GROUP)\nAccess: WHEN\nModify: WHEN\nChange: WHEN\n")
}

func right(text string, width int) string {
	return strings.Repeat(" ", max(0, width-len(text))) + text
}

// octal is a mode as chmod writes it.
func octal(m fs.FileMode) uint32 {
	n := uint32(m.Perm())
	for flag, bit := range map[fs.FileMode]uint32{fs.ModeSetuid: 0o4000, fs.ModeSetgid: 0o2000, fs.ModeSticky: 0o1000} {
		if m&flag != 0 {
			n |= bit
		}
	}
	return n
}

// du tells sizes of folders in units of 1 KiB.
func du(c *command) int {
	if !c.parse("shakmcxd:") {
		return 1
	}
	names, code := c.rest, 0
	if len(names) == 0 {
		names = []string{"."}
	}
	for _, name := range names {
		if _, err := c.usage(name, true); err != nil {
			code = c.fail("%s: %s", name, reason(err))
		}
	}
	return code
}

func (c *command) usage(name string, top bool) (int64, error) {
	info, err := c.Files.Lstat(c.path(name))
	if err != nil {
		return 0, err
	}
	total := (info.Size() + 4095) / 4096 * 4
	if info.IsDir() {
		total = 4
		names, err := c.names(c.path(name))
		if err != nil && !errors.Is(err, fs.ErrPermission) {
			return 0, err
		}
		for _, n := range names {
			size, err := c.usage(strings.TrimRight(name, "/")+"/"+n, false)
			if err != nil {
				return 0, err
			}
			total += size
		}
	}
	if top || !c.has('s') && (info.IsDir() || c.has('a')) {
		text := strconv.FormatInt(total, 10)
		if c.has('h') {
			text = human(total * 1024)
		}
		c.printf("%s\t%s\n", text, name)
	}
	return total, nil
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
