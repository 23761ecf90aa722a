package main

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"path"
	"strings"
	"time"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/types"

	"github.com/kubectl-learn/kubectl-learn/images"
)

// epoch is the time of every file, so that an archive doesn't depend on when it was
// written.
func epoch() time.Time { return time.Unix(0, 0).UTC() }

// layer is the layer that all images share.
type layer struct {
	data []byte
	desc v1.Descriptor
	// diff is the digest of the files before compression.
	diff v1.Hash
}

// newLayer packs the program and the link that makes it env too.
func newLayer(program []byte) (layer, error) {
	var plain, packed bytes.Buffer
	if err := files(&plain, program); err != nil {
		return layer{}, err
	}
	diff, _, err := v1.SHA256(bytes.NewReader(plain.Bytes()))
	if err != nil {
		return layer{}, err
	}
	w, err := gzip.NewWriterLevel(&packed, gzip.BestCompression)
	if err != nil {
		return layer{}, err
	}
	_, err = w.Write(plain.Bytes())
	if err := errors.Join(err, w.Close()); err != nil {
		return layer{}, err
	}
	desc, err := describe(packed.Bytes(), types.OCILayer)
	return layer{packed.Bytes(), desc, diff}, err
}

func files(w io.Writer, program []byte) error {
	t := tar.NewWriter(w)
	link := strings.Repeat("../", strings.Count(path.Dir(images.Env), "/")) + images.Program[1:]
	for _, h := range []tar.Header{
		{Name: "usr/", Typeflag: tar.TypeDir, Mode: 0o755},
		{Name: "usr/bin/", Typeflag: tar.TypeDir, Mode: 0o755},
		{Name: images.Env[1:], Typeflag: tar.TypeSymlink, Mode: 0o777, Linkname: link},
		{Name: "usr/local/", Typeflag: tar.TypeDir, Mode: 0o755},
		{Name: "usr/local/bin/", Typeflag: tar.TypeDir, Mode: 0o755},
		{Name: images.Program[1:], Typeflag: tar.TypeReg, Mode: 0o555, Size: int64(len(program))},
	} {
		h.ModTime, h.Format = epoch(), tar.FormatUSTAR
		if err := t.WriteHeader(&h); err != nil {
			return err
		}
	}
	_, err := t.Write(program)
	return errors.Join(err, t.Close())
}

// describe is how a manifest names a blob.
func describe(data []byte, media types.MediaType) (v1.Descriptor, error) {
	digest, size, err := v1.SHA256(bytes.NewReader(data))
	return v1.Descriptor{MediaType: media, Digest: digest, Size: size}, err
}
