package tools

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// reason is an error as the C library says it.
func reason(err error) string {
	known := []struct {
		err  error
		text string
	}{
		{fs.ErrNotExist, "No such file or directory"},
		{syscall.ENOTEMPTY, "Directory not empty"}, // It is an fs.ErrExist too.
		{fs.ErrExist, "File exists"},
		{syscall.EPERM, "Operation not permitted"},
		{fs.ErrPermission, "Permission denied"},
		{syscall.EROFS, "Read-only file system"},
		{syscall.EISDIR, "Is a directory"},
		{syscall.ENOTDIR, "Not a directory"},
		{syscall.ENOSPC, "No space left on device"},
		{syscall.EBUSY, "Device or resource busy"},
		{syscall.EIO, "Input/output error"},
		{syscall.EFBIG, "File too large"},
		{syscall.EINVAL, "Invalid argument"},
		{syscall.EXDEV, "Invalid cross-device link"},
		{syscall.ENAMETOOLONG, "File name too long"},
		{syscall.ELOOP, "Too many levels of symbolic links"},
	}
	for _, k := range known {
		if errors.Is(err, k.err) {
			return k.text
		}
	}
	if e, ok := errors.AsType[*fs.PathError](err); ok {
		return e.Err.Error()
	}
	return err.Error()
}

// quiet is an end that needs no words: the reader of a pipe went away, or the
// command was killed.
func quiet(err error) bool {
	return errors.Is(err, syscall.EPIPE) || errors.Is(err, io.ErrClosedPipe) || errors.Is(err, context.Canceled) || errors.Is(err, syscall.EINTR) || errors.Is(err, syscall.ENOMEM)
}

// ended is an error that is not the end of the input.
func ended(err error) error {
	if errors.Is(err, io.EOF) {
		return nil
	}
	return err
}

// invalid says that a text is no number.
func (c *command) invalid(text string) int {
	return max(c.fail("invalid number '%s'", text), c.wrong)
}

// scaled reads "10", "4k" or "1M": a number with the suffix of a unit.
func scaled(text string, units string) (int64, bool) {
	unit := int64(1)
	if n := len(text); n > 1 && strings.IndexByte(units, text[n-1]) >= 0 {
		unit, text = map[byte]int64{'c': 1, 'w': 2, 'b': 512, 'k': 1 << 10, 'K': 1 << 10, 'm': 1 << 20, 'M': 1 << 20, 'g': 1 << 30, 'G': 1 << 30, 'T': 1 << 40}[text[n-1]], text[:n-1]
	}
	if text == "" || text[0] == '+' || text[0] == '-' {
		return 0, false
	}
	n, err := strconv.ParseInt(text, 10, 64)
	return n * unit, err == nil && n*unit/unit == n
}

// natural reads a number that is not negative.
func natural(text string) (int, bool) {
	n, err := strconv.ParseUint(text, 10, 31)
	return int(n), err == nil
}

// period reads "5", "0.5", "5s", "5m", "2h" or "1d".
func period(text string) (time.Duration, bool) {
	units := map[byte]time.Duration{'s': time.Second, 'm': time.Minute, 'h': time.Hour, 'd': 24 * time.Hour}
	unit := time.Second
	if n := len(text); n > 0 && units[text[n-1]] != 0 {
		unit, text = units[text[n-1]], text[:n-1]
	}
	if text == "" || strings.Trim(text, "0123456789.") != "" {
		return 0, false
	}
	n, err := strconv.ParseFloat(text, 64)
	if most := float64(1<<62) / float64(unit); n > most {
		return 1 << 62, err == nil
	}
	return time.Duration(n * float64(unit)), err == nil
}

func first(text, otherwise string) string {
	if text == "" {
		return otherwise
	}
	return text
}
