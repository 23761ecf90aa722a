package main

import (
	"archive/tar"
	"bytes"
	"fmt"
	"os"
	"path/filepath"

	"github.com/rogpeppe/go-internal/testscript"
)

// cmdArchive is "archive FILE ARCH": it creates FILE, an archive of one image without
// layers.
func cmdArchive(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: archive file arch")
	}
	index := fmt.Sprintf(`{"manifests": [{"digest": "sha256:aa", "platform": {"architecture": %q}, "annotations": {"io.containerd.image.name": "docker.io/library/web-app:1.0"}}]}`, args[1])
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	for _, file := range [][2]string{{"index.json", index}, {"blobs/sha256/aa", `{"config": {"size": 1234567}}`}} {
		ts.Check(w.WriteHeader(&tar.Header{Name: file[0], Mode: 0o644, Size: int64(len(file[1]))}))
		_, err := w.Write([]byte(file[1]))
		ts.Check(err)
	}
	ts.Check(w.Close())
	at := ts.MkAbs(args[0])
	ts.Check(os.MkdirAll(filepath.Dir(at), 0o755))
	ts.Check(os.WriteFile(at, b.Bytes(), 0o600))
}
