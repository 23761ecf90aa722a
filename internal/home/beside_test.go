package home

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestBesideFollowsLinks(t *testing.T) {
	root, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	store, bin := filepath.Join(root, "store"), filepath.Join(root, "bin")
	for _, dir := range []string{store, bin} {
		if err := os.Mkdir(dir, 0o700); err != nil {
			t.Fatal(err)
		}
	}
	file, link := filepath.Join(store, "plugin"), filepath.Join(bin, "plugin")
	if err := os.WriteFile(file, nil, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(file, link); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		program string
		want    []string
	}{
		{file, []string{store}},
		{link, []string{store, bin}},
		{filepath.Join(bin, "missing"), []string{bin}},
	} {
		if diff := cmp.Diff(tt.want, Beside(tt.program)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.program, diff)
		}
	}
}
