package tools

import (
	"errors"
	"io"
	"io/fs"
	"strings"
	"time"

	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/container"
)

// ending is what tail shows of each file.
type ending struct {
	n int64
	// from says that n is where to begin, counted from 1; bytes that it counts bytes.
	from, bytes bool
}

func tail(c *command) int {
	e := ending{n: 10, bytes: c.has('c')}
	if c.any("nc") {
		text := c.value('n')
		if e.bytes {
			text = c.value('c')
		}
		e.from = strings.HasPrefix(text, "+")
		n, ok := scaled(strings.TrimLeft(text, "+-"), "bkm")
		if !ok {
			return c.invalid(text)
		}
		e.n = n
	}
	every := time.Second
	if text := c.value('s'); c.has('s') {
		d, ok := period(text)
		if !ok {
			return c.invalid(text)
		}
		every = max(d, 10*time.Millisecond)
	}
	names := c.rest
	if len(names) == 0 {
		names = []string{"-"}
	}
	var files []*tailed
	code := 0
	for _, name := range names {
		f := &tailed{name: name}
		if err := f.open(c); err != nil {
			code = c.fail("can't open '%s': %s", name, reason(err))
			if !c.has('F') {
				continue
			}
		}
		files = append(files, f)
		defer f.close()
	}
	if len(files) == 0 {
		return c.fail("no files")
	}
	c.rest = names[:len(files)]
	show := c.title()
	for _, f := range files {
		if f.r == nil {
			continue
		}
		show(f.name)
		if err := c.ending(f.r, e); err != nil && !quiet(err) {
			code = c.fail("read error: %s", reason(err))
		}
	}
	if c.any("fF") && (len(files) > 1 || files[0].name != "-") {
		return c.follow(files, every, show)
	}
	return code
}

// tailed is a file that tail shows. r is nil while the file is missing.
type tailed struct {
	name string
	r    io.ReadCloser
}

func (f *tailed) open(c *command) error {
	r, err := c.open(f.name)
	if err == nil {
		f.r = r
	}
	return err
}

func (f *tailed) close() {
	if f.r != nil {
		_ = f.r.Close() // it was only read
		f.r = nil
	}
}

// ending prints the end of a text. It keeps no more of it than it prints.
func (c *command) ending(r io.Reader, e ending) error {
	switch {
	case e.from && e.bytes:
		if _, err := io.CopyN(io.Discard, r, max(0, e.n-1)); err != nil {
			return ended(err)
		}
		_, err := io.Copy(c.Stdout, r)
		return err
	case e.bytes:
		return c.lastBytes(r, e.n)
	}
	var last []string
	n, start := int64(0), max(1, e.n)
	err := c.eachLine(r, '\n', func(line string, whole bool) bool {
		n++
		if whole {
			line += "\n"
		}
		switch {
		case e.from:
			return n < start || c.printf("%s", line)
		case e.n == 0:
			return true
		}
		if int64(len(last)) == e.n {
			_ = c.hold(-len(last[0])) // it is less than before
			last = last[1:]
		}
		last = append(last, line)
		return c.hold(len(line)) == nil
	})
	if err == nil {
		c.printf("%s", strings.Join(last, ""))
	}
	return err
}

func (c *command) lastBytes(r io.Reader, n int64) error {
	var last []byte
	part := make([]byte, 64<<10)
	for {
		got, err := r.Read(part)
		last = append(last, part[:got]...)
		if extra := int64(len(last)) - n; extra > 0 {
			last = append([]byte(nil), last[extra:]...)
		}
		if full := c.Hold(int64(len(last))); full != nil {
			return full
		}
		if err != nil {
			if err = ended(err); err == nil {
				_, err = c.Stdout.Write(last)
			}
			return err
		}
	}
}

// follow prints what is appended to files until the command ends. With -F it reopens
// a replaced file, and waits for a missing one.
func (c *command) follow(files []*tailed, every time.Duration, show func(string)) int {
	tick := time.NewTicker(min(every, 200*time.Millisecond))
	defer tick.Stop()
	last := files[len(files)-1]
	for {
		select {
		case <-c.ctx.Done():
			return 128 + int(container.SIGTERM)
		case <-tick.C:
		}
		for _, f := range files {
			if c.has('F') {
				c.reopen(f)
			}
			if f.r == nil {
				continue
			}
			text := &lateTitle{c: c, show: func() {
				if f != last {
					show(f.name)
					last = f
				}
			}}
			if _, err := io.Copy(text, f.r); err != nil && quiet(err) {
				return 1
			}
		}
	}
}

// lateTitle prints a title once there is something below it.
type lateTitle struct {
	c    *command
	show func()
}

func (l *lateTitle) Write(p []byte) (int, error) {
	l.show()
	return l.c.Stdout.Write(p)
}

// reopen checks whether a followed file's name now refers to another file.
func (c *command) reopen(f *tailed) {
	if f.name == "-" {
		return
	}
	info, err := c.stat(f.name)
	open, _ := f.r.(container.File)
	switch {
	case err != nil && f.r != nil && errors.Is(err, fs.ErrNotExist):
		c.fail("%s has been renamed or deleted: %s", f.name, reason(err))
		f.close()
	case err != nil:
	case f.r == nil:
		if f.open(c) == nil {
			c.fail("%s has appeared; following end of new file", f.name)
		}
	case open != nil:
		was, err := open.Stat()
		at, serr := open.Seek(0, io.SeekCurrent)
		switch {
		case err == nil && !container.SameFile(was, info):
			c.fail("%s has been replaced; following end of new file", f.name)
			f.close()
			_ = f.open(c) // the next look tries again
		case serr == nil && info.Size() < at:
			_, _ = open.Seek(0, io.SeekStart) // it was made shorter: all of it is new
		}
	}
}
