package tools

import (
	"archive/tar"
	"bufio"
	"compress/gzip"
	"errors"
	"io"
	"io/fs"
	"os"
	"path"
	"strconv"
	"strings"
)

func (c *command) unpack(name string) int {
	in := io.Reader(input{c.ctx, c.Stdin})
	if name != "" {
		file, err := c.open(name)
		if err != nil {
			return c.fail("can't open '%s': %s", name, reason(err))
		}
		defer func() { _ = file.Close() }() // it was only read
		in = file
	}
	if code := c.enter(); code >= 0 {
		return code
	}
	reader := bufio.NewReader(in)
	magic, err := reader.Peek(2)
	if err != nil {
		return c.fail("short read")
	}
	if magic[0] == 0x1f && magic[1] == 0x8b {
		zip, err := gzip.NewReader(reader)
		if err != nil {
			return c.fail("invalid tar magic")
		}
		reader = bufio.NewReader(zip)
	}
	code, r := 0, tar.NewReader(reader)
	seen := map[string]bool{}
	for {
		header, err := r.Next()
		switch {
		case errors.Is(err, io.EOF):
			return code | c.unseen(seen)
		case err != nil && quiet(err):
			return 1
		case errors.Is(err, io.ErrUnexpectedEOF):
			return c.fail("short read")
		case err != nil:
			return c.fail("invalid tar magic")
		}
		if wanted := c.wanted(header.Name); len(c.rest) > 0 && wanted == "" {
			continue
		} else if wanted != "" {
			seen[wanted] = true
		}
		if c.any("tv") {
			c.printf("%s\n", c.listed(header))
		}
		if c.has('t') {
			continue
		}
		if err := c.unpackOne(r, header); err != nil {
			if quiet(err) {
				return 1
			}
			code = c.fail("can't open '%s': %s", header.Name, reason(err))
		}
	}
}

// listed is a line of tar t, with -v with all that ls would show.
func (c *command) listed(h *tar.Header) string {
	if !c.has('t') || !c.has('v') {
		return h.Name
	}
	link := ""
	if h.Typeflag == tar.TypeSymlink {
		link = " -> " + h.Linkname
	}
	who := first(h.Uname, strconv.Itoa(h.Uid)) + "/" + first(h.Gname, strconv.Itoa(h.Gid))
	return mode(h.FileInfo().Mode()) + " " + who + " " + padded("9", strconv.Itoa(int(h.Size))) + " " + h.ModTime.UTC().Format("2006-01-02 15:04:05") + " " + h.Name + link
}

// unseen says which of the names that were asked for are not in the archive.
func (c *command) unseen(seen map[string]bool) (code int) {
	for _, name := range c.rest {
		if !seen[name] {
			code = c.fail("%s: not found in archive", name)
		}
	}
	return code
}

// wanted is the name for which a file was asked for.
func (c *command) wanted(name string) string {
	for _, asked := range c.rest {
		n := strings.TrimRight(asked, "/")
		if strings.TrimRight(name, "/") == n || strings.HasPrefix(name, n+"/") {
			return asked
		}
	}
	return ""
}

func (c *command) unpackOne(r io.Reader, header *tar.Header) error {
	full := c.path(path.Clean("/" + header.Name)[1:])
	if c.has('O') {
		_, err := io.Copy(c.Stdout, r)
		return err
	}
	mode := header.FileInfo().Mode()
	if header.Typeflag == tar.TypeDir {
		_, missing := c.Files.Stat(full)
		if _, err := c.mkdir(full, true, 0); err != nil || missing == nil {
			return err
		}
		return c.Files.Chmod(full, mode&^fs.ModeType)
	}
	if _, err := c.mkdir(path.Dir(full), true, 0); err != nil {
		return err
	}
	_ = c.Files.Remove(full) // it may not be there
	switch header.Typeflag {
	case tar.TypeSymlink:
		return c.Files.Symlink(header.Linkname, full)
	case tar.TypeReg:
	default:
		return errors.New("links and devices: not supported by the sandbox")
	}
	file, err := c.Files.OpenFile(full, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, mode.Perm()|0o200)
	if err != nil {
		return err
	}
	_, err = io.Copy(file, r)
	if err := errors.Join(err, file.Close()); err != nil {
		return err
	}
	if err := c.Files.Chmod(full, mode&^fs.ModeType); err != nil {
		return err
	}
	if !c.has('m') {
		return c.Files.Chtimes(full, header.ModTime)
	}
	return nil
}
