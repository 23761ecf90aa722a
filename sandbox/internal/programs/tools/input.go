package tools

import (
	"bufio"
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"strings"
	"syscall"
)

// hold adds n bytes that the command keeps to its container's memory. If the
// container may not hold that much, the command is killed.
func (c *command) hold(n int) error {
	c.kept += int64(n)
	return c.Hold(c.kept)
}

// line reads up to the end of a line, which it keeps no longer than until the next.
func (c *command) line(r *bufio.Reader, end byte) (string, error) {
	var line []byte
	for {
		part, err := r.ReadSlice(end)
		line = append(line, part...)
		if !errors.Is(err, bufio.ErrBufferFull) {
			return string(line), err
		}
		if full := c.Hold(c.kept + int64(len(line))); full != nil {
			return "", full
		}
	}
}

// eachLine calls use for each line without its end; it continues until use returns
// false. whole says that the line had an end.
func (c *command) eachLine(r io.Reader, end byte, use func(line string, whole bool) bool) error {
	reader := bufio.NewReader(r)
	for {
		line, err := c.line(reader, end)
		whole := err == nil
		if whole {
			line = line[:len(line)-1]
		}
		if (whole || line != "") && !use(line, whole) || err != nil {
			return ended(err)
		}
	}
}

// readAll reads to the end and keeps it all.
func (c *command) readAll(r io.Reader) ([]byte, error) {
	text, err := c.ReadAll(r, c.kept)
	c.kept += int64(len(text))
	return text, err
}

// split is strings.Split, whose list of parts counts as memory too.
func (c *command) split(text, between string) ([]string, error) {
	if full := c.hold(16 * strings.Count(text, between)); full != nil {
		return nil, full
	}
	return strings.Split(text, between), nil
}

// longLine is how long a line is whose matches count as memory.
const longLine = 1 << 20

// matchable counts what it takes to list all that a pattern may match in a line.
func (c *command) matchable(line string) error {
	if len(line) < longLine {
		return nil
	}
	return c.Hold(c.kept + 64*int64(len(line)))
}

// readFile reads a whole file; "-" is stdin.
func (c *command) readFile(name string) ([]byte, error) {
	r, err := c.open(name)
	if err != nil {
		return nil, err
	}
	text, err := c.readAll(r)
	return text, errors.Join(err, r.Close())
}

// open opens a file to read; "-" is stdin.
func (c *command) open(name string) (io.ReadCloser, error) {
	switch name {
	case "-", "/dev/stdin":
		return io.NopCloser(input{c.ctx, c.Stdin}), nil
	case "":
		return nil, fs.ErrNotExist
	}
	return c.Files.OpenFile(c.path(name), os.O_RDONLY, 0)
}

// each opens the files one after another, or stdin if there are none. For files
// that cannot be opened it prints the given message and sets the exit code to 1.
func (c *command) each(words string, use func(name string, r io.Reader) error) (code int) {
	names := c.rest
	if len(names) == 0 {
		names = []string{"-"}
	}
	for _, name := range names {
		r, err := c.open(name)
		if err != nil {
			code = c.fail(words, name, reason(err))
			continue
		}
		if err := errors.Join(use(name, r), r.Close()); err != nil {
			code = 1
			if !quiet(err) {
				c.fail("%s: %s", name, reason(err))
			}
		}
	}
	return code
}

// lines reads all lines of all files and keeps them.
func (c *command) lines(end byte) (lines []string, code int) {
	code = c.each("%s: %s", func(_ string, r io.Reader) error {
		var full error
		err := c.eachLine(r, end, func(line string, _ bool) bool {
			lines = append(lines, line)
			full = c.hold(len(line) + 16)
			return full == nil
		})
		if full != nil {
			return full
		}
		return notFolder(err)
	})
	return lines, code
}

// notFolder drops the error for reading a folder: some of busybox's commands
// treat one as empty without a message.
func notFolder(err error) error {
	if errors.Is(err, syscall.EISDIR) {
		return nil
	}
	return err
}

// write makes a file of a text.
func (c *command) write(name, text string) error {
	file, err := c.create(name, os.O_TRUNC, 0o644)
	if err != nil {
		return err
	}
	_, err = io.WriteString(file, text)
	return errors.Join(err, file.Close())
}

// create opens a file to write, and makes it when it is not there.
func (c *command) create(name string, flag int, mode fs.FileMode) (io.WriteCloser, error) {
	if name == "/dev/stdout" || name == "/dev/stderr" {
		to := map[string]io.Writer{"/dev/stdout": c.Stdout, "/dev/stderr": c.Stderr}[name]
		return nopCloser{to}, nil
	}
	return c.Files.OpenFile(c.path(name), os.O_WRONLY|os.O_CREATE|flag, mode)
}

type nopCloser struct{ io.Writer }

func (nopCloser) Close() error { return nil }

// input is a stream whose reading ends with the context.
type input struct {
	ctx context.Context
	r   io.Reader
}

func (in input) Read(p []byte) (int, error) {
	type result struct {
		data []byte
		err  error
	}
	done := make(chan result, 1)
	go func() {
		buf := make([]byte, len(p))
		n, err := in.r.Read(buf)
		done <- result{buf[:n], err}
	}()
	select {
	case r := <-done:
		return copy(p, r.data), r.err
	case <-in.ctx.Done():
		return 0, in.ctx.Err()
	}
}

// names returns the names in a folder, in order.
func (c *command) names(dir string) ([]string, error) {
	entries, err := c.Files.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	names := make([]string, len(entries))
	for i, entry := range entries {
		names[i] = entry.Name()
	}
	return names, nil
}
