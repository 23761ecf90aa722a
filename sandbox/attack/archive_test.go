package attack

import (
	"archive/tar"
	"bufio"
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"strings"
)

// entry is a member of a hostile archive.
type entry struct {
	Name string `json:"name"`
	// Type is file, dir, link, symlink, char, block, fifo or a byte of its own.
	Type string `json:"type"`
	Link string `json:"link"`
	Body string `json:"body"`
	// Size is how many zeros it holds, and Claim what its header says instead.
	Size  int64 `json:"size"`
	Claim int64 `json:"claim"`
	Mode  int64 `json:"mode"`
	UID   int   `json:"uid"`
	// Times repeats it, with "-N" behind its name.
	Times int `json:"times"`
}

func newReader(raw []byte) *bufio.Reader { return bufio.NewReader(bytes.NewReader(raw)) }

// archive is what an attack feeds to tar.
func archive(d document) ([]byte, error) {
	var packed bytes.Buffer
	var to io.WriteCloser = nothingToClose{&packed}
	if d.Gzip {
		to = gzip.NewWriter(&packed)
	}
	if d.Raw != nil {
		if _, err := to.Write(d.Raw); err != nil {
			return nil, err
		}
	} else if err := pack(to, d.Archive); err != nil {
		return nil, err
	}
	err := to.Close()
	return packed.Bytes(), err
}

type nothingToClose struct{ io.Writer }

func (nothingToClose) Close() error { return nil }

func pack(to io.Writer, entries []entry) error {
	for _, e := range entries {
		name := e.Name
		for i := range max(1, e.Times) {
			if e.Times > 1 {
				e.Name = fmt.Sprintf("%s-%d", name, i)
			}
			if err := pack1(to, e); err != nil {
				return err
			}
		}
	}
	return tar.NewWriter(to).Close()
}

// pack1 writes one member. A writer of its own does not mind a header that lies.
func pack1(to io.Writer, e entry) error {
	types := map[string]byte{
		"": tar.TypeReg, "file": tar.TypeReg, "dir": tar.TypeDir, "link": tar.TypeLink, "symlink": tar.TypeSymlink,
		"char": tar.TypeChar, "block": tar.TypeBlock, "fifo": tar.TypeFifo,
	}
	kind, ok := types[e.Type]
	if !ok {
		kind = e.Type[0]
	}
	size := e.Size
	if e.Body != "" {
		size = int64(len(e.Body))
	}
	header := &tar.Header{Name: e.Name, Typeflag: kind, Linkname: e.Link, Mode: max(e.Mode, 0o644), Uid: e.UID, Size: max(size, e.Claim)}
	if err := tar.NewWriter(to).WriteHeader(header); err != nil {
		return err
	}
	if e.Body != "" {
		_, err := io.WriteString(to, e.Body+strings.Repeat("\x00", int(-size&511)))
		return err
	}
	_, err := io.CopyN(to, zeros{}, (size+511)&^511)
	return err
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) {
	clear(p)
	return len(p), nil
}
