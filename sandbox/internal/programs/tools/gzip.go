package tools

import (
	"compress/gzip"
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"strings"
)

// zipped is gzip, gunzip and zcat.
func zipped(c *command) int {
	back, code := c.has('d') || c.name != "gzip", 0
	names := c.rest
	if len(names) == 0 {
		names = []string{"-"}
	}
	for _, name := range names {
		if err := c.zip(name, back); err != nil {
			if code = truth(!errors.Is(err, io.ErrUnexpectedEOF)); !quiet(err) {
				c.fail("%s", reason(err))
			}
		}
	}
	return code
}

// zip packs or unpacks one file: into another one, unless stdout is asked for.
func (c *command) zip(name string, back bool) error {
	in, err := c.open(name)
	if err != nil {
		return errors.New(name + ": " + reason(err))
	}
	defer func() { _ = in.Close() }() // it was only read
	to := name + ".gz"
	if back {
		to = strings.TrimSuffix(name, ".gz")
		if tgz, ok := strings.CutSuffix(name, ".tgz"); ok {
			to = tgz + ".tar"
		}
	}
	switch {
	case c.has('t'):
		return c.squeeze(io.Discard, in, back)
	case name == "-" || c.has('c') || c.name == "zcat":
		return c.squeeze(c.Stdout, in, back)
	case to == name:
		return errors.New(name + ": unknown suffix - ignored")
	}
	if _, err := c.stat(to); err == nil && !c.has('f') {
		return errors.New("can't open '" + to + "': " + reason(fs.ErrExist))
	}
	out, err := c.create(to, os.O_TRUNC, 0o666)
	if err != nil {
		return errors.New("can't open '" + to + "': " + reason(err))
	}
	if err := errors.Join(c.squeeze(out, in, back), out.Close()); err != nil {
		_ = c.Files.Remove(c.path(to)) // the failure was already printed
		return err
	}
	if info, err := c.stat(name); err == nil {
		_ = c.Files.Chmod(c.path(to), info.Mode()&^fs.ModeType) // it was made a moment ago
	}
	if c.has('k') {
		return nil
	}
	return c.Files.Remove(c.path(name))
}

func (c *command) squeeze(w io.Writer, r io.Reader, back bool) error {
	if back {
		zip, err := gzip.NewReader(r)
		switch {
		case err != nil && c.name == "zcat":
			return errors.New("no gzip/bzip2/xz magic")
		case err != nil:
			return errors.New("invalid magic")
		}
		_, err = io.Copy(w, zip) //nolint:gosec // a container's files and memory are bounded
		if errors.Is(err, io.ErrUnexpectedEOF) {
			c.fail("unexpected end of file")
			return errors.Join(err, context.Canceled)
		}
		return err
	}
	zip := gzip.NewWriter(w)
	_, err := io.Copy(zip, r)
	return errors.Join(err, zip.Close())
}
