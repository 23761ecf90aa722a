package tools

import (
	"archive/tar"
	"bufio"
	"compress/gzip"
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path"
	"strconv"
	"strings"

	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/container"
)

func archiveApplets() map[string]applet {
	const tarUsage = "c|x|t [-ZzJjahmvokO] [-f TARFILE] [-C DIR] [FILE]..."
	zip := applet{run: zipped, flags: "cdkft123456789", usage: "[-cfkdt] [FILE]..."}
	unzip := applet{run: zipped, flags: "cfkt", usage: "[-cfkt] [FILE]..."}
	return map[string]applet{
		"tar": {
			run: archive, flags: "cxtzvmohOpkf:C:", others: "ZJjaTX", usage: tarUsage, before: dashFirst,
			long: "create=c extract=x list=t gzip=z verbose=v file:=f directory:=C to-stdout=O no-same-permissions=o no-same-owner=o same-permissions=p numeric-owner=o touch=m",
		},
		"gzip": zip, "gunzip": unzip, "zcat": unzip,
	}
}

// dashFirst reads tar's first argument as options.
func dashFirst(args []string) []string {
	if len(args) > 0 && args[0] != "" && args[0][0] != '-' {
		return append([]string{"-" + args[0]}, args[1:]...)
	}
	return args
}

// archive is a tar, by which kubectl copies files too.
func archive(c *command) int {
	if truth(c.has('c'))+truth(c.has('x'))+truth(c.has('t')) != 1 {
		return c.misuse()
	}
	name := c.value('f')
	if name == "-" {
		name = ""
	}
	if c.has('c') {
		return c.pack(name)
	}
	return c.unpack(name)
}

// enter goes to the folder of -C. The archive's own name is none of it.
func (c *command) enter() int {
	dir := c.value('C')
	if !c.has('C') {
		return -1
	}
	if info, err := c.stat(dir); err != nil || !info.IsDir() {
		return c.fail("can't change directory to '%s': No such file or directory", dir)
	}
	c.Dir = c.path(dir)
	return -1
}

// packer is one run of tar c.
type packer struct {
	*command
	w *tar.Writer
	// told says that the leading "/" was spoken of.
	told bool
	code int
}

func (c *command) pack(name string) int {
	if len(c.rest) == 0 {
		return c.fail("empty archive")
	}
	out := c.Stdout
	if name != "" {
		file, err := c.create(name, os.O_TRUNC, 0o666)
		if err != nil {
			return c.fail("can't open '%s': %s", name, reason(err))
		}
		defer func() { _ = file.Close() }() // each write was checked
		out = file
	}
	if code := c.enter(); code >= 0 {
		return code
	}
	buffered := bufio.NewWriter(out)
	to, closers := io.Writer(buffered), []io.Closer{}
	if c.has('z') {
		zip := gzip.NewWriter(buffered)
		to, closers = zip, append(closers, zip)
	}
	p := &packer{command: c, w: tar.NewWriter(to)}
	var err error
	for _, name := range c.rest {
		if err = errors.Join(err, p.add(name)); err != nil {
			break
		}
	}
	for _, closer := range append([]io.Closer{p.w}, closers...) {
		err = errors.Join(err, closer.Close())
	}
	if err = errors.Join(err, buffered.Flush()); err != nil {
		if !quiet(err) {
			c.fail("%s", reason(err))
		}
		return 1
	}
	if p.code != 0 {
		c.fail("error exit delayed from previous errors")
	}
	return p.code
}

// add packs a file, and what is below it. The error is one of writing.
func (p *packer) add(name string) error {
	look := p.lstat
	if p.has('h') {
		look = p.stat
	}
	info, err := look(name)
	if err != nil {
		p.code = p.fail("%s: %s", name, reason(err))
		return nil
	}
	if strings.HasPrefix(name, "/") && !p.told {
		p.told = true
		p.fail("removing leading '/' from member names")
	}
	if err := p.addOne(name, info); err != nil || !info.IsDir() {
		return err
	}
	names, err := p.names(p.path(name))
	if err != nil {
		p.code = p.fail("%s: %s", name, reason(err))
	}
	for _, n := range names {
		if err := p.add(strings.TrimRight(name, "/") + "/" + n); err != nil {
			return err
		}
	}
	return nil
}

func (p *packer) addOne(name string, info fs.FileInfo) error {
	link := ""
	if isLink(info) {
		to, err := p.Files.Readlink(p.path(name))
		if err != nil {
			p.code = p.fail("%s: %s", name, reason(err))
			return nil
		}
		link = to
	}
	header, err := tar.FileInfoHeader(plain{info}, link)
	if err != nil {
		p.code = p.fail("%s: %s", name, reason(err))
		return nil
	}
	owner := container.OwnerOf(info)
	header.Uid, header.Gid = int(owner.UID), int(owner.GID)
	if header.Name = strings.TrimLeft(path.Clean(name), "/"); header.Name == "" {
		header.Name = "."
	}
	if info.IsDir() {
		header.Name += "/"
	}
	var file io.ReadCloser
	if info.Mode().IsRegular() {
		if file, err = p.open(name); err != nil {
			p.code = p.fail("%s: %s", name, reason(err))
			return nil
		}
		defer func() { _ = file.Close() }() // it was only read
	}
	if p.has('v') {
		to := p.Stdout
		if f := p.value('f'); f == "" || f == "-" {
			to = p.Stderr
		}
		_, _ = io.WriteString(to, header.Name+"\n") // where nobody listens there is nobody to tell
	}
	if err := p.w.WriteHeader(header); err != nil || file == nil {
		return err
	}
	_, err = io.CopyN(p.w, file, info.Size())
	return err
}

// plain hides from package tar whose description it is.
type plain struct{ fs.FileInfo }

func (plain) Sys() any { return nil }

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
		_ = c.Files.Remove(c.path(to)) // what failed is said
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
