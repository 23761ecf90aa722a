package cluster

import (
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/kubectl-learn/kubectl-learn/internal/brand"
)

// krew keeps the programs in its store and puts a link to the plugin on PATH; macOS
// reports the link as the plugin's own file.
func TestFindSandboxBehindALink(t *testing.T) {
	root, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	name := brand.SandboxBinary
	if runtime.GOOS == "windows" {
		name += ".exe"
	}
	store, bin := filepath.Join(root, "store", "learn", "v1.0.0"), filepath.Join(root, "bin")
	plugin, sandbox, link := filepath.Join(store, brand.Binary), filepath.Join(store, name), filepath.Join(bin, "kubectl-learn")
	for _, dir := range []string{store, bin} {
		if err := os.MkdirAll(dir, 0o700); err != nil {
			t.Fatal(err)
		}
	}
	for _, file := range []string{plugin, sandbox} {
		if err := os.WriteFile(file, nil, 0o700); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Symlink(plugin, link); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", bin)
	none := func(string) string { return "" }
	if got, err := FindSandbox(link, none); err != nil || got != sandbox {
		t.Errorf("got %q, %v; want %q", got, err, sandbox)
	}
	if err := os.Remove(sandbox); err != nil {
		t.Fatal(err)
	}
	_, err = FindSandbox(link, none)
	missing, ok := errors.AsType[*NoSandboxError](err)
	if !ok || len(missing.Looked) != 3 {
		t.Errorf("got %v, want it to say that it looked beside the file, beside the link and on PATH", err)
	}
}
