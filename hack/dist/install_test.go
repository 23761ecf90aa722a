package main

import (
	"archive/tar"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"sigs.k8s.io/yaml"
)

// The main job from a fresh machine: it installs the plugin from an index as krew does,
// and runs a lesson with nothing on the PATH but the plugin and kubectl.
func TestInstalledByKrewALessonPlays(t *testing.T) {
	repo, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	host := platform{runtime.GOOS, runtime.GOARCH}
	o := options{
		repo: repo, out: t.TempDir(), version: "v0.1.0", programs: filepath.Join(repo, "bin"),
		platforms: []platform{host}, changed: time.Unix(1_700_000_000, 0),
	}
	content, err := contentOf(o, host, o.programs, nil)
	if err != nil {
		t.Fatalf("%v; make build", err)
	}
	archive, err := writeArchive(o, host, content)
	if err != nil {
		t.Fatal(err)
	}
	published := httptest.NewServer(http.FileServer(http.Dir(o.out)))
	defer published.Close()
	o.downloads = published.URL
	if err := writeManifests(o, []artifact{archive}); err != nil {
		t.Fatal(err)
	}

	root := t.TempDir()
	krewInstall(t, filepath.Join(o.out, "krew-index"), "learn", root)
	bin := filepath.Join(root, "bin")
	kubectl(t, repo, bin)
	home := filepath.Join(root, "home")
	env := []string{"PATH=" + bin, "HOME=" + home, "LANG=C.UTF-8", "KUBECTL_LEARN_HOME=" + filepath.Join(home, "learn")}
	run := func(args ...string) string {
		t.Helper()
		cmd := exec.CommandContext(t.Context(), filepath.Join(bin, "kubectl"), args...)
		cmd.Env, cmd.Dir = env, root
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Errorf("kubectl %s: %v\n%s", strings.Join(args, " "), err, out)
		}
		return string(out)
	}
	t.Cleanup(func() {
		down := exec.CommandContext(context.WithoutCancel(t.Context()), filepath.Join(bin, "kubectl"), "learn", "sandbox", "down")
		down.Env = env
		_ = down.Run() // it may not have come up
	})
	if out := run("learn", "start", "first-deployment", "--yes"); !strings.Contains(out, "passed") {
		t.Errorf("no check passed:\n%s", out)
	}
	if out := run("plugin", "list"); strings.Contains(out, "warning") {
		t.Errorf("kubectl warns of the plugin:\n%s", out)
	}
}

// krewInstall does what "kubectl krew install" does: it reads the manifest in the
// index, downloads the archive of this platform, compares the checksum, unpacks only
// folders and regular files, and links the program into the folder on the PATH.
func krewInstall(t *testing.T, index, name, root string) {
	t.Helper()
	source, err := os.ReadFile(filepath.Join(index, "plugins", name+".yaml"))
	if err != nil {
		t.Fatal(err)
	}
	var p plugin
	if err := yaml.UnmarshalStrict(source, &p); err != nil {
		t.Fatal(err)
	}
	for _, one := range p.Spec.Platforms {
		labels := one.Selector.MatchLabels
		if labels["os"] != runtime.GOOS || labels["arch"] != runtime.GOARCH {
			continue
		}
		answer, err := http.Get(one.URI)
		if err != nil {
			t.Fatal(err)
		}
		defer answer.Body.Close()
		sum := sha256.New()
		store := filepath.Join(root, "store", name, p.Spec.Version)
		body := io.TeeReader(answer.Body, sum)
		if err := krewUnpack(body, store); err != nil {
			t.Fatal(err)
		}
		if _, err := io.Copy(io.Discard, body); err != nil {
			t.Fatal(err)
		}
		if got := hex.EncodeToString(sum.Sum(nil)); got != one.SHA256 {
			t.Fatalf("checksum %s, want %s", got, one.SHA256)
		}
		if _, err := os.Stat(filepath.Join(store, "LICENSE")); err != nil {
			t.Error(err)
		}
		if err := os.MkdirAll(filepath.Join(root, "bin"), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.Symlink(filepath.Join(store, one.Bin), filepath.Join(root, "bin", "kubectl-"+name)); err != nil {
			t.Fatal(err)
		}
		return
	}
	t.Fatalf("the index has nothing for %s/%s", runtime.GOOS, runtime.GOARCH)
}

func krewUnpack(r io.Reader, to string) error {
	zipped, err := gzip.NewReader(r)
	if err != nil {
		return err
	}
	for archive := tar.NewReader(zipped); ; {
		header, err := archive.Next()
		if errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}
		if !filepath.IsLocal(header.Name) {
			return fmt.Errorf("%q leads out of the folder", header.Name)
		}
		path := filepath.Join(to, header.Name)
		switch header.Typeflag {
		case tar.TypeDir:
			err = os.MkdirAll(path, 0o755)
		case tar.TypeReg:
			err = unpackFile(path, header.FileInfo().Mode(), archive)
		default:
			err = fmt.Errorf("krew does not unpack %q, of type %q", header.Name, header.Typeflag)
		}
		if err != nil {
			return err
		}
	}
}

func unpackFile(path string, mode os.FileMode, r io.Reader) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, mode)
	if err != nil {
		return err
	}
	if _, err := io.Copy(f, r); err != nil {
		f.Close()
		return err
	}
	return f.Close()
}

// kubectl builds upstream's kubectl, of the version that the sandbox is.
func kubectl(t *testing.T, repo, bin string) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "go", "build", "-ldflags=-s -w", "-o", filepath.Join(bin, "kubectl"), "k8s.io/kubernetes/cmd/kubectl")
	cmd.Dir = filepath.Join(repo, "sandbox")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("failed to build kubectl: %v\n%s", err, out)
	}
}

// Two releases of the same commit are equal byte by byte, whatever the folder and the
// time; only the compiler could make a difference, and -trimpath prevents that.
func TestArchivesAreReproducible(t *testing.T) {
	sums := map[string]int{}
	for range 2 {
		dir := t.TempDir()
		repo := filepath.Join(dir, "repo")
		for _, name := range []string{"LICENSE", "README.md", "programs/kubectl-learn", "programs/kubectl-learn-sandbox", "programs/kubectl-learn.exe", "programs/kubectl-learn-sandbox.exe"} {
			if err := os.MkdirAll(filepath.Dir(filepath.Join(repo, name)), 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join(repo, name), []byte(strings.Repeat(name, 1000)), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		o := options{repo: repo, out: filepath.Join(dir, "out"), version: "v0.1.0", changed: time.Unix(1_700_000_000, 0).UTC()}
		for _, p := range []platform{{"linux", "amd64"}, {"windows", "amd64"}} {
			content, err := contentOf(o, p, filepath.Join(repo, "programs"), nil)
			if err != nil {
				t.Fatal(err)
			}
			made, err := writeArchive(o, p, content)
			if err != nil {
				t.Fatal(err)
			}
			files := []artifact{made}
			if p.os == "linux" {
				packages, err := writePackages(t.Context(), o, p, content)
				if err != nil {
					t.Fatal(err)
				}
				files = append(files, packages...)
			}
			for _, file := range files {
				sums[file.name+" "+file.sum]++
			}
		}
		sbom, err := writeSBOM(o, []module{{path: "example.com/m", version: "v1.0.0", licences: []string{"MIT"}}})
		if err != nil {
			t.Fatal(err)
		}
		sums[sbom.name+" "+sbom.sum]++
	}
	if len(sums) != 5 {
		t.Errorf("got %d files, want 5, each twice: %v", len(sums), sums)
	}
	for file, times := range sums {
		if times != 2 {
			t.Errorf("%s was made %d times, want twice", file, times)
		}
	}
}
