package tools

import (
	"errors"
	"fmt"
	"io/fs"
	"strconv"
	"strings"

	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/container"
)

// usualStat is what stat shows without a format.
const usualStat = "  File: %N\n  Size: %-10s\tBlocks: %-10b IO Block: %-6o %F\nAccess: (%04a/%10.10A)  Uid: (%5u/%8U)   Gid: (%5g/%8G)\nAccess: %x\nModify: %y\nChange: %z\n"

func stat(c *command) int {
	format := usualStat
	switch {
	case c.has('c'):
		format = c.value('c') + "\n"
	case c.has('t'):
		format = "%n %s %b %f %u %g %X %Y %Z %o\n"
	}
	code := 0
	for _, name := range c.rest {
		look := c.lstat
		if c.has('L') {
			look = c.stat
		}
		info, err := look(name)
		if err != nil {
			code = c.fail("can't stat '%s': %s", name, reason(err))
			continue
		}
		text, bad := c.describe(format, name, info)
		if bad != 0 {
			return c.refuse("%" + string(rune(bad)))
		}
		c.printf("%s", text)
	}
	return code
}

// describe fills in a format. It returns the letter of a field that the sandbox's
// files do not have.
func (c *command) describe(format, name string, info fs.FileInfo) (text string, bad byte) {
	var out strings.Builder
	for i := 0; i < len(format); i++ {
		if format[i] != '%' {
			out.WriteByte(format[i])
			continue
		}
		end := i + 1
		for end < len(format) && strings.IndexByte("0123456789.-#", format[end]) >= 0 {
			end++
		}
		if end == len(format) || format[end] == '\n' {
			out.WriteString("%")
			i = end
			continue
		}
		flags := format[i+1 : end]
		i = end
		switch letter := format[end]; letter {
		case '%':
			out.WriteByte('%')
		case 'd', 'D', 'i', 'w', 'W', 'm', 'C':
			return "", letter
		default:
			out.WriteString(padded(flags, c.field(letter, name, info)))
		}
	}
	return out.String(), 0
}

// padded is a field with the width that a format says.
func padded(flags, text string) string {
	width, most, cut := strings.Cut(strings.TrimLeft(flags, "-0#"), ".")
	if n, err := strconv.Atoi(most); cut && err == nil && n < len(text) {
		text = text[:n]
	}
	n, _ := strconv.Atoi(width)
	n = min(n, 1<<10)
	switch {
	case strings.HasPrefix(flags, "-"):
		return fmt.Sprintf("%-*s", n, text)
	case strings.HasPrefix(flags, "0"):
		return strings.Repeat("0", max(0, n-len(text))) + text
	}
	return fmt.Sprintf("%*s", n, text)
}

func (c *command) field(letter byte, name string, info fs.FileInfo) string {
	owner, when := container.OwnerOf(info), info.ModTime().UTC()
	decimal := func(n int64) string { return strconv.FormatInt(n, 10) }
	switch letter {
	case 'n':
		return name
	case 'N':
		if to, err := c.Files.Readlink(c.path(name)); err == nil && isLink(info) {
			return "'" + name + "' -> '" + to + "'"
		}
		return name
	case 's':
		return decimal(sizeOf(info))
	case 'b':
		return decimal(2 * kibibytes(info))
	case 'B':
		return "512"
	case 'o':
		return "4096"
	case 'h':
		return strconv.Itoa(c.links(entry{name, c.path(name), info}))
	case 'a':
		return strconv.FormatUint(uint64(octal(info.Mode())), 8)
	case 'A':
		return mode(info.Mode())
	case 'f':
		return strconv.FormatUint(uint64(octal(info.Mode())|kindBits(info.Mode())), 16)
	case 'F':
		return kind(info)
	case 't', 'T':
		return "0"
	case 'u':
		return decimal(owner.UID)
	case 'U':
		return first(c.accounts().UserName(owner.UID), "UNKNOWN")
	case 'g':
		return decimal(owner.GID)
	case 'G':
		return first(c.accounts().GroupName(owner.GID), "UNKNOWN")
	case 'x', 'y', 'z':
		return when.Format("2006-01-02 15:04:05.000000000 -0700")
	case 'X', 'Y', 'Z':
		return decimal(when.Unix())
	}
	return string(rune(letter))
}

// kind is what sort of file it is, in words.
func kind(info fs.FileInfo) string {
	switch m := info.Mode(); {
	case m.IsDir():
		return "directory"
	case isLink(info):
		return "symbolic link"
	case m&fs.ModeCharDevice != 0:
		return "character special file"
	case m&fs.ModeNamedPipe != 0:
		return "fifo"
	case info.Size() == 0:
		return "regular empty file"
	}
	return "regular file"
}

// kindBits are those of st_mode that say what sort of file it is.
func kindBits(m fs.FileMode) uint32 {
	switch {
	case m.IsDir():
		return 0o040000
	case m&fs.ModeSymlink != 0:
		return 0o120000
	case m&fs.ModeCharDevice != 0:
		return 0o020000
	case m&fs.ModeNamedPipe != 0:
		return 0o010000
	}
	return 0o100000
}

// du prints sizes of folders in units of 1 KiB.
func du(c *command) int {
	names, code := c.rest, 0
	if len(names) == 0 {
		names = []string{"."}
	}
	deepest := 1 << 30
	if c.has('d') {
		n, ok := natural(c.value('d'))
		if !ok {
			return c.invalid(c.value('d'))
		}
		deepest = n
	}
	if c.has('s') {
		deepest = 0
	}
	total := int64(0)
	for _, name := range names {
		size, err := c.sizeBelow(name, 0, deepest)
		if err != nil {
			code = 1
		}
		total += size
	}
	if c.has('c') {
		c.showUsage(total, "total")
	}
	return code
}

// sizeBelow is the size of a file or folder with all below it.
func (c *command) sizeBelow(name string, depth, deepest int) (total int64, err error) {
	look := c.lstat
	if c.has('L') || c.has('H') && depth == 0 {
		look = c.stat
	}
	info, err := look(name)
	if err != nil {
		c.fail("%s: %s", name, reason(err))
		return 0, err
	}
	total = kibibytes(info)
	if info.IsDir() {
		names, ferr := c.names(c.path(name))
		if ferr != nil {
			c.fail("can't open '%s': %s", name, reason(ferr))
			err = ferr
		}
		for _, n := range names {
			if c.ctx.Err() != nil {
				return total, c.ctx.Err()
			}
			size, ierr := c.sizeBelow(strings.TrimRight(name, "/")+"/"+n, depth+1, deepest)
			total += size
			err = errors.Join(err, ierr)
		}
	}
	if depth <= deepest && (depth == 0 || info.IsDir() || c.has('a')) {
		c.showUsage(total, name)
	}
	return total, err
}

func (c *command) showUsage(total int64, name string) {
	text := strconv.FormatInt(total, 10)
	switch {
	case c.has('h'):
		text = human(total * 1024)
	case c.has('m'):
		text = strconv.FormatInt((total+512)/1024, 10)
	}
	c.printf("%s\t%s\n", text, name)
}
