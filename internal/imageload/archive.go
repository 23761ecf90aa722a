package imageload

import (
	"archive/tar"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/kubectl-learn/kubectl-learn/images"
	"github.com/kubectl-learn/kubectl-learn/internal/home"
	"github.com/kubectl-learn/kubectl-learn/pkg/lang"
)

// NoArchiveError says that the image archive was not found.
type NoArchiveError struct{ Looked []string }

func (e *NoArchiveError) Error() string {
	return "failed to find the image archive; looked for " + strings.Join(e.Looked, ", ")
}

// NotArchiveError says that a file is not an image archive.
type NotArchiveError struct {
	File string
	Err  error
}

func (e *NotArchiveError) Error() string {
	return fmt.Sprintf("%s is not an image archive: %v", e.File, e.Err)
}

// Unwrap returns what is wrong with it.
func (e *NotArchiveError) Unwrap() error { return e.Err }

// Archive is the content of an image archive.
type Archive struct {
	// File is its absolute path.
	File string
	// Arch is the architecture that its images are for.
	Arch string
	// Sizes are the compressed sizes of the images in bytes, by the names that nodes
	// use. Images share layers, so the sum is more than the archive.
	Sizes map[string]int64
}

// Open finds the archive for an architecture and reads what is in it. If from is a
// file, that is the archive; if from is a folder, the archive is in it. Without from,
// Open looks next to the plugin and in dist/images, where "make images" puts it: in the
// folder above the plugin's and in the working folder. It fails with *NoArchiveError or
// *NotArchiveError.
func Open(from, plugin, arch string) (Archive, error) {
	name := images.ArchiveName(arch)
	var places []string
	for _, beside := range home.Beside(plugin) {
		places = append(places, filepath.Join(beside, name), filepath.Join(beside, "..", "dist", "images", name))
	}
	places = append(places, filepath.Join("dist", "images", name))
	if from != "" {
		places = []string{from}
		if info, err := os.Stat(from); err == nil && info.IsDir() {
			places = []string{filepath.Join(from, name)}
		}
	}
	for i, place := range places {
		if abs, err := filepath.Abs(place); err == nil {
			places[i] = abs
		}
		if info, err := os.Stat(places[i]); err == nil && !info.IsDir() {
			return read(places[i])
		}
	}
	return Archive{}, &NoArchiveError{Looked: places}
}

// descriptor is part of an OCI descriptor:
// https://github.com/opencontainers/image-spec/blob/main/descriptor.md.
type descriptor struct {
	Digest      string            `json:"digest"`
	Size        int64             `json:"size"`
	Annotations map[string]string `json:"annotations"`
	Platform    struct {
		Architecture string `json:"architecture"`
	} `json:"platform"`
}

func read(file string) (Archive, error) {
	small, err := smallFiles(file)
	if err != nil {
		return Archive{}, &NotArchiveError{File: file, Err: err}
	}
	a := Archive{File: file, Sizes: map[string]int64{}}
	var index struct {
		Manifests []descriptor `json:"manifests"`
	}
	if err := decode(small, "index.json", &index); err != nil {
		return Archive{}, &NotArchiveError{File: file, Err: err}
	}
	for _, m := range index.Manifests {
		var manifest struct {
			Config descriptor   `json:"config"`
			Layers []descriptor `json:"layers"`
		}
		if err := decode(small, "blobs/"+strings.Replace(m.Digest, ":", "/", 1), &manifest); err != nil {
			return Archive{}, &NotArchiveError{File: file, Err: err}
		}
		size := manifest.Config.Size
		for _, l := range manifest.Layers {
			size += l.Size
		}
		a.Arch = m.Platform.Architecture
		a.Sizes[m.Annotations["io.containerd.image.name"]] = size
	}
	return a, nil
}

func decode(files map[string][]byte, name string, into any) error {
	data, ok := files[name]
	if !ok {
		return lang.Errorf("it has no %s", "里面没有 %s", name)
	}
	if err := json.Unmarshal(data, into); err != nil {
		return lang.Errorf("failed to read its %s: %w", "无法读取里面的 %s：%w", name, err)
	}
	return nil
}

// smallFiles reads the files of a tar that are small enough to be manifests; layers are
// larger.
func smallFiles(file string) (_ map[string][]byte, err error) {
	const most = 1 << 20
	f, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	out := map[string][]byte{}
	for r := tar.NewReader(f); ; {
		header, err := r.Next()
		if errors.Is(err, io.EOF) {
			return out, nil
		}
		if err != nil {
			return nil, err
		}
		if header.Typeflag != tar.TypeReg || header.Size > most {
			continue
		}
		if out[header.Name], err = io.ReadAll(r); err != nil {
			return nil, err
		}
	}
}
