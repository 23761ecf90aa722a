package imageload

import (
	"archive/tar"
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kubectl-learn/kubectl-learn/images"
)

const (
	index = `{"manifests": [
		{"digest": "sha256:aa", "annotations": {"io.containerd.image.name": "docker.io/library/web-app:1.0"}, "platform": {"architecture": "arm64"}},
		{"digest": "sha256:bb", "annotations": {"io.containerd.image.name": "docker.io/library/pay:v1"}, "platform": {"architecture": "arm64"}}]}`
	manifest = `{"config": {"size": 10}, "layers": [{"size": 1000}, {"size": 500}]}`
)

// put writes a tar of these files.
func put(t *testing.T, file string, files map[string]string) {
	t.Helper()
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	for name, text := range files {
		if err := w.WriteHeader(&tar.Header{Name: name, Mode: 0o644, Size: int64(len(text))}); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write([]byte(text)); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestOpen(t *testing.T) {
	whole := map[string]string{
		"index.json": index, "blobs/sha256/aa": manifest, "blobs/sha256/bb": manifest,
		"blobs/sha256/cc": strings.Repeat("layer", 1<<20),
	}
	name := images.ArchiveName("arm64")
	for _, tt := range []struct{ title, at, from, plugin string }{
		{"beside the plugin", "bin/" + name, "", "bin/kubectl-learn"},
		{"beside the plugin's folder", "dist/images/" + name, "", "bin/kubectl-learn"},
		{"in the working folder", "dist/images/" + name, "", "elsewhere/deep/kubectl-learn"},
		{"in a folder that is named", "some/" + name, "some", "bin/kubectl-learn"},
		{"by its name", "some/other.tar", "some/other.tar", "bin/kubectl-learn"},
	} {
		t.Run(tt.title, func(t *testing.T) {
			t.Chdir(t.TempDir())
			put(t, tt.at, whole)
			got, err := Open(tt.from, tt.plugin, "arm64")
			if err != nil {
				t.Fatal(err)
			}
			file, err := filepath.Abs(tt.at)
			if err != nil {
				t.Fatal(err)
			}
			want := Archive{File: file, Arch: "arm64", Sizes: map[string]int64{"docker.io/library/web-app:1.0": 1510, "docker.io/library/pay:v1": 1510}}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestNoArchive(t *testing.T) {
	t.Chdir(t.TempDir())
	put(t, "here/"+images.ArchiveName("amd64"), map[string]string{"index.json": index})
	for from, want := range map[string]string{"": "dist/images/", "here": "here/" + images.ArchiveName("arm64"), "nowhere.tar": "nowhere.tar"} {
		_, err := Open(from, "bin/kubectl-learn", "arm64")
		missing, ok := errors.AsType[*NoArchiveError](err)
		if !ok || !strings.Contains(filepath.ToSlash(strings.Join(missing.Looked, " ")), want) {
			t.Errorf("from %q: %v, want %q", from, err, want)
		}
	}
}

func TestNotAnArchive(t *testing.T) {
	t.Chdir(t.TempDir())
	put(t, "no-index.tar", map[string]string{"README": "hello"})
	put(t, "broken-index.tar", map[string]string{"index.json": "{"})
	put(t, "no-manifest.tar", map[string]string{"index.json": index})
	if err := os.WriteFile("text.tar", []byte(strings.Repeat("no tar at all\n", 100)), 0o600); err != nil {
		t.Fatal(err)
	}
	for file, want := range map[string]string{
		"no-index.tar":     "it has no index.json",
		"broken-index.tar": "failed to read its index.json",
		"no-manifest.tar":  "it has no blobs/sha256/aa",
		"text.tar":         "invalid tar header",
	} {
		_, err := Open(file, "bin/kubectl-learn", "arm64")
		if _, ok := errors.AsType[*NotArchiveError](err); !ok || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", file, err, want)
		}
	}
}
