package main

import (
	"archive/tar"
	"bytes"
	"crypto/sha256"
	"debug/elf"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/layout"
	"github.com/google/go-containerregistry/pkg/v1/tarball"
	"github.com/google/go-containerregistry/pkg/v1/validate"

	"github.com/kubectl-learn/kubectl-learn/images"
)

// pack writes an archive of a program to a file.
func pack(t *testing.T, program, arch string) string {
	t.Helper()
	var b bytes.Buffer
	if err := archive(&b, []byte(program), arch); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "images.tar")
	if err := os.WriteFile(file, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// unpack unpacks a tar into a folder.
func unpack(t *testing.T, file string) string {
	t.Helper()
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	dir := t.TempDir()
	for r := tar.NewReader(f); ; {
		h, err := r.Next()
		if errors.Is(err, io.EOF) {
			return dir
		}
		if err != nil {
			t.Fatal(err)
		}
		at := filepath.Join(dir, h.Name)
		if h.Typeflag == tar.TypeDir {
			err = os.Mkdir(at, 0o755)
		} else {
			var data []byte
			if data, err = io.ReadAll(r); err == nil {
				err = os.WriteFile(at, data, 0o600)
			}
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}

// A reader of OCI layouts, such as containerd, finds all images complete.
func TestArchiveIsAnOCILayout(t *testing.T) {
	index, err := layout.ImageIndexFromPath(unpack(t, pack(t, "program", "arm64")))
	if err != nil {
		t.Fatal(err)
	}
	if err := validate.Index(index); err != nil {
		t.Error(err)
	}
	manifest, err := index.IndexManifest()
	if err != nil {
		t.Fatal(err)
	}
	var got, want []string
	layers := map[v1.Hash]bool{}
	for _, d := range manifest.Manifests {
		got = append(got, d.Annotations["io.containerd.image.name"]+" "+d.Platform.String())
		image, err := index.Image(d.Digest)
		if err != nil {
			t.Fatal(err)
		}
		all, err := image.Manifest()
		if err != nil {
			t.Fatal(err)
		}
		for _, l := range all.Layers {
			layers[l.Digest] = true
		}
	}
	for _, i := range images.All() {
		want = append(want, "docker.io/library/"+i.Name+":"+i.Tag+" linux/arm64")
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if len(layers) != 1 {
		t.Errorf("%d layers, want one for all", len(layers))
	}
}

// A reader of manifest.json, such as Docker without containerd, finds them too, with
// how to run them.
func TestArchiveIsADockerArchive(t *testing.T) {
	file := pack(t, "program", "amd64")
	for _, i := range images.All() {
		tag, err := name.NewTag(i.Ref())
		if err != nil {
			t.Fatal(err)
		}
		image, err := tarball.ImageFromPath(file, &tag)
		if err != nil {
			t.Errorf("%s: %v", i.Ref(), err)
			continue
		}
		if err := validate.Image(image); err != nil {
			t.Errorf("%s: %v", i.Ref(), err)
		}
		config, err := image.ConfigFile()
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(i.Entrypoint(), config.Config.Entrypoint); diff != "" || config.Config.User != "65532:65532" || config.Architecture != "amd64" {
			t.Errorf("%s: user %q, architecture %q\n%s", i.Ref(), config.Config.User, config.Architecture, diff)
		}
		if diff := cmp.Diff(i.Environ(), config.Config.Env); diff != "" {
			t.Errorf("%s: %s", i.Ref(), diff)
		}
	}
}

// There is the program, the link that makes it env too, and nothing else.
func TestLayer(t *testing.T) {
	var b bytes.Buffer
	if err := files(&b, []byte("program")); err != nil {
		t.Fatal(err)
	}
	var got []string
	for r := tar.NewReader(&b); ; {
		h, err := r.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, strings.TrimSpace(h.FileInfo().Mode().String()+" "+h.Name+" "+h.Linkname))
	}
	want := []string{
		"drwxr-xr-x usr/", "drwxr-xr-x usr/bin/", "Lrwxrwxrwx usr/bin/env ../../usr/local/bin/demo",
		"drwxr-xr-x usr/local/", "drwxr-xr-x usr/local/bin/", "-r-xr-xr-x usr/local/bin/demo",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// The same source gives the same bytes, whenever and in whatever folder; the
// program is static, and with it an image is small.
func TestReproducible(t *testing.T) {
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	var sums [][32]byte
	for range 2 {
		file := filepath.Join(t.TempDir(), "images.tar")
		t.Setenv("TMPDIR", t.TempDir())
		if err := write(root, "amd64", file); err != nil {
			t.Fatal(err)
		}
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		sums = append(sums, sha256.Sum256(data))
	}
	if sums[0] != sums[1] {
		t.Error("two runs gave two archives")
	}
	program, err := build(root, "amd64")
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(program, []byte(root)) {
		t.Errorf("the program names %s, where it was built", root)
	}
	if most := 12 << 20; len(program) > most {
		t.Errorf("the program has %d bytes, more than %d", len(program), most)
	}
	binary, err := elf.NewFile(bytes.NewReader(program))
	if err != nil {
		t.Fatal(err)
	}
	if libraries, err := binary.ImportedLibraries(); err != nil || len(libraries) > 0 {
		t.Errorf("the program wants %v, %v", libraries, err)
	}
}
