package main

import (
	"archive/tar"
	"encoding/json"
	"errors"
	"io"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/types"

	"github.com/kubectl-learn/kubectl-learn/images"
)

// saved is an image in manifest.json, where an older "docker load" finds it:
// https://github.com/moby/docker-image-spec/blob/main/v1.2.md.
type saved struct {
	Config   string
	RepoTags []string
	Layers   []string
}

// archive writes all images as "docker save" has done since Docker 25: an OCI image
// layout that also has a manifest.json, so that containerd, Docker with and without
// containerd's store, and podman can all load it. The small files come first, so that a
// reader can list the images without reading the layer.
func archive(w io.Writer, program []byte, arch string) error {
	l, err := newLayer(program)
	if err != nil {
		return err
	}
	index := v1.IndexManifest{SchemaVersion: 2, MediaType: types.OCIImageIndex}
	var all []built
	var docker []saved
	for _, i := range images.All() {
		b, err := newImage(i, l, arch)
		if err != nil {
			return err
		}
		all = append(all, b)
		index.Manifests = append(index.Manifests, b.desc)
		docker = append(docker, saved{blob(b.configDesc), []string{b.ref}, []string{blob(l.desc)}})
	}
	t := &writer{tar: tar.NewWriter(w)}
	t.json("oci-layout", map[string]string{"imageLayoutVersion": "1.0.0"})
	t.json("index.json", index)
	t.json("manifest.json", docker)
	t.folder("blobs/")
	t.folder("blobs/sha256/")
	for _, b := range all {
		t.file(blob(b.desc), b.manifest)
		t.file(blob(b.configDesc), b.config)
	}
	t.file(blob(l.desc), l.data)
	return errors.Join(t.err, t.tar.Close())
}

func blob(d v1.Descriptor) string { return "blobs/" + d.Digest.Algorithm + "/" + d.Digest.Hex }

// writer keeps the first error and writes nothing after it.
type writer struct {
	tar *tar.Writer
	err error
}

func (w *writer) json(name string, v any) {
	data, err := json.Marshal(v)
	if w.err == nil {
		w.err = err
	}
	w.file(name, data)
}

func (w *writer) folder(name string) {
	w.header(tar.Header{Name: name, Typeflag: tar.TypeDir, Mode: 0o755})
}

func (w *writer) file(name string, data []byte) {
	w.header(tar.Header{Name: name, Typeflag: tar.TypeReg, Mode: 0o644, Size: int64(len(data))})
	if w.err == nil {
		_, w.err = w.tar.Write(data)
	}
}

func (w *writer) header(h tar.Header) {
	h.ModTime, h.Format = epoch(), tar.FormatUSTAR
	if w.err == nil {
		w.err = w.tar.WriteHeader(&h)
	}
}
