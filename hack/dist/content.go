package main

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// entry is a file of an archive.
type entry struct {
	name string
	mode fs.FileMode
	// from is the file to copy, or "" to use body.
	from string
	body []byte
}

func (e entry) open() (io.ReadCloser, int64, error) {
	if e.from == "" {
		return io.NopCloser(bytes.NewReader(e.body)), int64(len(e.body)), nil
	}
	f, err := os.Open(e.from)
	if err != nil {
		return nil, 0, err
	}
	info, err := f.Stat()
	if err != nil {
		f.Close()
		return nil, 0, err
	}
	return f, info.Size(), nil
}

// artifact is a file of a release.
type artifact struct {
	name, sum string
	size      int64
	platform  platform
}

// completion is what kubectl looks for on the PATH when a learner presses Tab. It is a
// script, not a link, because krew rejects archives with links.
const completion = "#!/bin/sh\n# kubectl runs this to complete the words of \"kubectl learn\".\nexec kubectl learn __complete \"$@\"\n"

// contentOf is the content of an archive, in order: what people read first comes first.
func contentOf(o options, p platform, programs string, modules []module) ([]entry, error) {
	content := []entry{
		{name: "LICENSE", mode: 0o644, from: filepath.Join(o.repo, "LICENSE")},
		{name: "README.md", mode: 0o644, from: filepath.Join(o.repo, "README.md")},
		{name: "THIRD_PARTY", mode: 0o644, body: notices(modules)},
	}
	if p.os != "windows" {
		content = append(content, entry{name: "kubectl_complete-learn", mode: 0o755, body: []byte(completion)})
	}
	for _, source := range sources {
		name := p.exe(source.name)
		content = append(content, entry{name: name, mode: 0o755, from: filepath.Join(programs, name)})
	}
	for _, e := range content {
		if e.from == "" {
			continue
		}
		if info, err := os.Stat(e.from); err != nil {
			return nil, err
		} else if info.Size() == 0 {
			return nil, fmt.Errorf("%s is empty", e.from)
		}
	}
	return content, nil
}

// notices are the licences of everything in the programs, as most of them require.
// Equal texts in a module, such as one licence in many folders, appear once.
func notices(modules []module) []byte {
	var b bytes.Buffer
	fmt.Fprintln(&b, "kubectl-learn is built from these modules. Their licences and notices follow.")
	for _, m := range modules {
		fmt.Fprintf(&b, "  %s %s (%s)\n", m.path, m.version, strings.Join(m.licences, ", "))
	}
	for _, m := range modules {
		seen := map[string]bool{}
		for _, t := range m.texts {
			if seen[t.body] {
				continue
			}
			seen[t.body] = true
			fmt.Fprintf(&b, "\n%s\n%s %s: %s\n\n%s\n", strings.Repeat("-", 78), m.path, m.version, t.name, t.body)
		}
	}
	return b.Bytes()
}

// writeArchive packs a platform's files: the same files give the same bytes.
func writeArchive(o options, p platform, content []entry) (artifact, error) {
	name := p.archive(o.version)
	return create(o, name, p, func(w io.Writer) error {
		if strings.HasSuffix(name, ".zip") {
			return zipTo(w, content, o.changed)
		}
		return tarTo(w, content, o.changed)
	})
}

// create writes a file of the release under another name until it is complete.
func create(o options, name string, p platform, write func(io.Writer) error) (artifact, error) {
	path := filepath.Join(o.out, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return artifact{}, err
	}
	f, err := os.Create(path + ".part")
	if err != nil {
		return artifact{}, err
	}
	defer os.Remove(f.Name())
	defer f.Close()
	sum := sha256.New()
	counted := &counter{w: io.MultiWriter(f, sum)}
	if err := write(counted); err != nil {
		return artifact{}, fmt.Errorf("failed to write %s: %w", name, err)
	}
	if err := f.Close(); err != nil {
		return artifact{}, err
	}
	if err := os.Rename(f.Name(), path); err != nil {
		return artifact{}, err
	}
	return artifact{name, hex.EncodeToString(sum.Sum(nil)), counted.n, p}, nil
}

type counter struct {
	w io.Writer
	n int64
}

func (c *counter) Write(b []byte) (int, error) {
	n, err := c.w.Write(b)
	c.n += int64(n)
	return n, err
}

func tarTo(w io.Writer, content []entry, at time.Time) error {
	zipped := gzip.NewWriter(w)
	archive := tar.NewWriter(zipped)
	for _, e := range content {
		r, size, err := e.open()
		if err != nil {
			return err
		}
		err = archive.WriteHeader(&tar.Header{
			Typeflag: tar.TypeReg, Name: e.name, Size: size, Mode: int64(e.mode), ModTime: at, Format: tar.FormatUSTAR,
		})
		if err == nil {
			_, err = io.Copy(archive, r)
		}
		r.Close()
		if err != nil {
			return fmt.Errorf("%s: %w", e.name, err)
		}
	}
	if err := archive.Close(); err != nil {
		return err
	}
	return zipped.Close()
}

func zipTo(w io.Writer, content []entry, at time.Time) error {
	archive := zip.NewWriter(w)
	for _, e := range content {
		r, _, err := e.open()
		if err != nil {
			return err
		}
		header := &zip.FileHeader{Name: e.name, Method: zip.Deflate, Modified: at}
		header.SetMode(e.mode)
		to, err := archive.CreateHeader(header)
		if err == nil {
			_, err = io.Copy(to, r)
		}
		r.Close()
		if err != nil {
			return fmt.Errorf("%s: %w", e.name, err)
		}
	}
	return archive.Close()
}
