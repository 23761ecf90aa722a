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

// archive is tar, which kubectl cp uses too.
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

// enter changes to the folder of -C. That does not affect the archive's own
// name.
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
	// told says that the leading "/" was already mentioned.
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
		_, _ = io.WriteString(to, header.Name+"\n") // without a reader there is nowhere to report it
	}
	if err := p.w.WriteHeader(header); err != nil || file == nil {
		return err
	}
	_, err = io.CopyN(p.w, file, info.Size())
	return err
}

// plain hides the origin of a description from package tar.
type plain struct{ fs.FileInfo }

func (plain) Sys() any { return nil }
