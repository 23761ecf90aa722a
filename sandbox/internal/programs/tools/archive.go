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
	"strings"

	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/container"
)

// archive is a tar: "tar c|x|t [-zvmo] [-f FILE] [-C DIR] [FILE]...", by which
// kubectl copies files too.
func archive(c *command) int {
	if len(c.rest) > 0 && !strings.HasPrefix(c.rest[0], "-") {
		c.rest = append([]string{"-" + c.rest[0]}, c.rest[1:]...)
	}
	for i, arg := range c.rest {
		if arg == "--no-same-permissions" || arg == "--no-same-owner" {
			c.rest[i] = "-o"
		}
	}
	if !c.parse("cxtzvmohOpf:C:X:T:") {
		return 1
	}
	if c.has('C') {
		dir := c.path(c.flags['C'])
		if info, err := c.Files.Stat(dir); err != nil || !info.IsDir() {
			return c.fail("can't change directory to '%s': No such file or directory", c.flags['C'])
		}
		c.Dir = dir
	}
	switch {
	case c.has('c'):
		return c.pack()
	case c.has('x'), c.has('t'):
		return c.unpack()
	}
	return c.fail("must specify one of c, x, t")
}

func (c *command) pack() int {
	if len(c.rest) == 0 {
		return c.fail("empty archive")
	}
	out := c.Stdout
	if name := c.flags['f']; name != "" && name != "-" {
		file, err := c.Files.OpenFile(c.path(name), os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o644)
		if err != nil {
			return c.fail("can't open '%s': %s", name, reason(err))
		}
		defer func() { _ = file.Close() }() // each write was checked
		out = file
	}
	buffered := bufio.NewWriter(out)
	closers := []io.Closer{}
	to := io.Writer(buffered)
	if c.has('z') {
		zip := gzip.NewWriter(buffered)
		to, closers = zip, append(closers, zip)
	}
	w := tar.NewWriter(to)
	closers = append([]io.Closer{w}, closers...)
	code := 0
	for _, name := range c.rest {
		if _, err := c.Files.Lstat(c.path(name)); err == nil && strings.HasPrefix(name, "/") {
			c.fail("removing leading '/' from member names")
		}
		err := c.walkTree(name, func(name string, info fs.FileInfo) error { return c.packOne(w, name, info) })
		if err != nil {
			code = c.fail("%s: %s", name, reason(err))
		}
	}
	var err error
	for _, closer := range closers {
		err = errors.Join(err, closer.Close())
	}
	if err = errors.Join(err, buffered.Flush()); err != nil && !quiet(err) {
		return c.fail("%s", reason(err))
	}
	if code != 0 {
		c.fail("error exit delayed from previous errors")
	}
	return code
}

func (c *command) packOne(w *tar.Writer, name string, info fs.FileInfo) error {
	link := ""
	if info.Mode()&fs.ModeSymlink != 0 {
		to, err := c.Files.Readlink(c.path(name))
		if err != nil {
			return err
		}
		link = to
	}
	header, err := tar.FileInfoHeader(plain{info}, link)
	if err != nil {
		return err
	}
	owner := container.OwnerOf(info)
	header.Uid, header.Gid = int(owner.UID), int(owner.GID)
	if header.Name = strings.TrimLeft(path.Clean(name), "/"); info.IsDir() {
		header.Name += "/"
	}
	if c.has('v') {
		_, _ = io.WriteString(c.Stderr, header.Name+"\n") // where stderr is gone there is nobody to tell
	}
	if err := w.WriteHeader(header); err != nil || !info.Mode().IsRegular() {
		return err
	}
	file, err := c.Files.OpenFile(c.path(name), os.O_RDONLY, 0)
	if err != nil {
		return err
	}
	_, err = io.CopyN(w, file, info.Size())
	return errors.Join(err, file.Close())
}

// plain hides from package tar whose description it is.
type plain struct{ fs.FileInfo }

func (plain) Sys() any { return nil }

func (c *command) unpack() int {
	in := io.Reader(input{c.ctx, c.Stdin})
	if name := c.flags['f']; name != "" && name != "-" {
		file, err := c.Files.OpenFile(c.path(name), os.O_RDONLY, 0)
		if err != nil {
			return c.fail("can't open '%s': %s", name, reason(err))
		}
		defer func() { _ = file.Close() }() // it was only read
		in = file
	}
	reader := bufio.NewReader(in)
	if magic, err := reader.Peek(2); err == nil && magic[0] == 0x1f && magic[1] == 0x8b {
		zip, err := gzip.NewReader(reader)
		if err != nil {
			return c.fail("invalid tar magic")
		}
		reader = bufio.NewReader(zip)
	}
	code, r := 0, tar.NewReader(reader)
	for {
		header, err := r.Next()
		switch {
		case errors.Is(err, io.EOF):
			return code
		case quiet(err):
			return 1
		case err != nil:
			return c.fail("invalid tar magic")
		}
		if len(c.rest) > 0 && !wanted(header.Name, c.rest) {
			continue
		}
		if c.has('t') || c.has('v') {
			c.printf("%s\n", header.Name)
		}
		if c.has('t') {
			continue
		}
		if err := c.unpackOne(r, header); err != nil {
			code = c.fail("can't open '%s': %s", header.Name, reason(err))
		}
	}
}

func wanted(name string, names []string) bool {
	for _, n := range names {
		if n = strings.TrimRight(n, "/"); strings.TrimRight(name, "/") == n || strings.HasPrefix(name, n+"/") {
			return true
		}
	}
	return false
}

func (c *command) unpackOne(r io.Reader, header *tar.Header) error {
	full := c.path(path.Clean("/" + header.Name)[1:])
	if c.has('O') {
		_, err := io.Copy(c.Stdout, r)
		return err
	}
	if header.Typeflag == tar.TypeDir {
		return c.mkdir(full, true)
	}
	if err := c.mkdir(path.Dir(full), true); err != nil {
		return err
	}
	_ = c.Files.Remove(full) // it may not be there
	if header.Typeflag == tar.TypeSymlink {
		return c.Files.Symlink(header.Linkname, full)
	}
	file, err := c.Files.OpenFile(full, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, header.FileInfo().Mode().Perm()|0o200)
	if err != nil {
		return err
	}
	_, err = io.Copy(file, r)
	if err := errors.Join(err, file.Close()); err != nil {
		return err
	}
	if !c.has('m') {
		return c.Files.Chtimes(full, header.ModTime)
	}
	return nil
}

// zipped is gzip, gunzip and zcat.
func zipped(c *command) int {
	if !c.parse("cdkft19") {
		return 1
	}
	back := c.has('d') || c.name != "gzip"
	if len(c.rest) == 0 || c.has('c') || c.name == "zcat" {
		return c.each("%s: %s", func(_ string, r io.Reader) error { return squeeze(c.Stdout, r, back) })
	}
	code := 0
	for _, name := range c.rest {
		to := name + ".gz"
		if back {
			to = strings.TrimSuffix(name, ".gz")
		}
		if err := c.zipFile(name, to, back); err != nil {
			code = c.fail("%s: %s", name, reason(err))
		}
	}
	return code
}

func (c *command) zipFile(from, to string, back bool) error {
	in, err := c.open(from)
	if err != nil {
		return err
	}
	out, err := c.Files.OpenFile(c.path(to), os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o644)
	if err != nil {
		return errors.Join(err, in.Close())
	}
	if err := errors.Join(squeeze(out, in, back), out.Close(), in.Close()); err != nil || c.has('k') {
		return err
	}
	return c.Files.Remove(c.path(from))
}

func squeeze(w io.Writer, r io.Reader, back bool) error {
	if back {
		zip, err := gzip.NewReader(r)
		if err != nil {
			return errors.New("invalid magic")
		}
		_, err = io.Copy(w, zip) //nolint:gosec // a learner's own file
		return err
	}
	zip := gzip.NewWriter(w)
	_, err := io.Copy(zip, r)
	return errors.Join(err, zip.Close())
}
