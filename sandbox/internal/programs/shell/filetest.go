package shell

import (
	"io/fs"
	"slices"

	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/container"
)

// files compares two files.
func (c *condition) files(left, op, right string) bool {
	a, errA := c.p.Files.Stat(c.absolute(left))
	b, errB := c.p.Files.Stat(c.absolute(right))
	switch {
	case errA != nil || errB != nil:
		return false
	case op == "-nt":
		return a.ModTime().Unix() > b.ModTime().Unix() // busybox ignores fractions of a second
	case op == "-ot":
		return a.ModTime().Unix() < b.ModTime().Unix()
	}
	return c.real(c.absolute(left)) == c.real(c.absolute(right))
}

// single decides a test of one argument.
func (c *condition) single(op, arg string) (bool, error) {
	switch op {
	case "-z":
		return arg == "", nil
	case "-n":
		return arg != "", nil
	case "-t":
		fd, err := c.number(arg)
		if err != nil {
			return false, err
		}
		f := c.shell.files[int(fd)]
		return f != nil && c.p.TTY && (fd > 0 || f.Terminal()), nil
	case "-L", "-h":
		info, err := c.p.Files.Lstat(c.absolute(arg))
		return err == nil && info.Mode()&fs.ModeSymlink != 0, nil
	}
	info, err := c.p.Files.Stat(c.absolute(arg))
	return err == nil && arg != "" && c.file(op[1], info), nil
}

// file decides a test of a file that is there.
func (c *condition) file(op byte, info fs.FileInfo) bool {
	mode, owner := info.Mode(), container.OwnerOf(info)
	switch op {
	case 'f':
		return mode.IsRegular()
	case 'd':
		return mode.IsDir()
	case 's':
		return info.Size() > 0
	case 'b':
		return mode&fs.ModeDevice != 0 && mode&fs.ModeCharDevice == 0
	case 'c':
		return mode&fs.ModeCharDevice != 0
	case 'p':
		return mode&fs.ModeNamedPipe != 0
	case 'S':
		return mode&fs.ModeSocket != 0
	case 'u':
		return mode&fs.ModeSetuid != 0
	case 'g':
		return mode&fs.ModeSetgid != 0
	case 'k':
		return mode&fs.ModeSticky != 0
	case 'O':
		return owner.UID == c.p.User.UID
	case 'G':
		return owner.GID == c.p.User.GID
	case 'r':
		return c.may(info, 4)
	case 'w':
		return c.may(info, 2)
	case 'x':
		return c.may(info, 1)
	}
	return true
}

// may reports whether the shell's user has a permission on a file. Root may do
// everything except execute a file that no one may.
func (c *condition) may(info fs.FileInfo, what fs.FileMode) bool {
	mode, owner, user := info.Mode().Perm(), container.OwnerOf(info), c.p.User
	switch {
	case user.UID == 0:
		return what != 1 || info.IsDir() || mode&0o111 != 0
	case owner.UID == user.UID:
		mode >>= 6
	case owner.GID == user.GID || slices.Contains(user.Groups, owner.GID):
		mode >>= 3
	}
	return mode&what != 0
}
