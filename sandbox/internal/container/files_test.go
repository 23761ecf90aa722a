package container

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestTree(t *testing.T) {
	volume, secret := t.TempDir(), t.TempDir()
	write := func(dir, name, text string) {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write(volume, "key", "value")
	write(secret, "outside", "secret")
	if err := os.Symlink(filepath.Join(secret, "outside"), filepath.Join(volume, "escape")); err != nil {
		t.Fatal(err)
	}
	files := tree(t, image(nil),
		Mount{Path: "/config", Source: volume, ReadOnly: true},
		Mount{Path: "/etc/motd", Source: volume, SubPath: "key", ReadOnly: true},
		Mount{Path: "/var/run/linked", Source: volume},
		Mount{Path: "/data", Source: t.TempDir()})
	read := func(name string) (string, error) {
		f, err := files.OpenFile(name, os.O_RDONLY, 0)
		if err != nil {
			return "", err
		}
		defer func() { _ = f.Close() }()
		body, err := io.ReadAll(f)
		return string(body), err
	}
	for name, want := range map[string]string{"/config/key": "value", "/var/run/linked/key": "value", "/run/linked/key": "value", "/etc/motd": "value", "/etc/../config/./key": "value", "/dev/null": ""} {
		if got, err := read(name); got != want || err != nil {
			t.Errorf("%s: %q, %v", name, got, err)
		}
	}
	create := func(name string) error {
		f, err := files.OpenFile(name, os.O_CREATE|os.O_WRONLY, 0o644)
		if err == nil {
			_ = f.Close()
		}
		return err
	}
	if err := create("/data/new"); err != nil {
		t.Error(err)
	}
	faults := map[string]struct{ got, want error }{
		"write to a read-only volume": {create("/config/new"), syscall.EROFS},
		"write to a read-only file":   {create("/etc/motd"), syscall.EROFS},
		"remove a mount point":        {files.Remove("/data"), syscall.EBUSY},
		"move between mounts":         {files.Rename("/data/new", "/tmp/new"), syscall.EXDEV},
		"mkdir where one is":          {files.Mkdir("/tmp", 0o755), fs.ErrExist},
	}
	_, missing := read("/etc/none")
	faults["missing"] = struct{ got, want error }{missing, fs.ErrNotExist}
	for name, f := range faults {
		if !errors.Is(f.got, f.want) {
			t.Errorf("%s: %v, want %v", name, f.got, f.want)
		}
	}
	if _, err := read("/config/escape"); err == nil {
		t.Error("a symbolic link led out of the container")
	}
	if !strings.Contains(missing.Error(), "open /etc/none: no such file or directory") {
		t.Errorf("error text %q", missing)
	}
	entries, err := files.ReadDir("/etc")
	if err != nil {
		t.Fatal(err)
	}
	info, err := entries[0].Info()
	if err != nil || entries[0].Name() != "motd" || info.Size() != 5 {
		t.Errorf("the mounted file shows as %v, %v", info, err)
	}
}

func TestLog(t *testing.T) {
	path := filepath.Join(t.TempDir(), "0.log")
	log, err := NewLog(path)
	if err != nil {
		t.Fatal(err)
	}
	out, errs := log.Stream("stdout"), log.Stream("stderr")
	fmt.Fprint(out, "one\ntw")
	fmt.Fprint(errs, "oops\n")
	fmt.Fprint(out, "o\nrest")
	_ = out.Close()
	_ = log.Close()
	fmt.Fprint(out, "late\n")
	body, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for line := range strings.Lines(string(body)) {
		when, rest, _ := strings.Cut(strings.TrimSpace(line), " ")
		if _, err := time.Parse(time.RFC3339Nano, when); err != nil {
			t.Error(err)
		}
		got = append(got, rest)
	}
	if diff := cmp.Diff([]string{"stdout F one", "stderr F oops", "stdout F two", "stdout P rest"}, got); diff != "" {
		t.Errorf("log (-want +got):\n%s", diff)
	}
}

func TestLogRotates(t *testing.T) {
	path := filepath.Join(t.TempDir(), "0.log")
	log, err := NewLog(path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = log.Close() }()
	log.pause = 0
	out := log.Stream("stdout")
	line := strings.Repeat("x", 1<<20) + "\n"
	for range 12 {
		fmt.Fprint(out, line)
	}
	for _, name := range []string{path, path + ".1"} {
		if info, err := os.Stat(name); err != nil || info.Size() > logLimit+2<<20 {
			t.Errorf("%s: %v, %v", name, info, err)
		}
	}
}

// A program that prints without end does not wait for the next look.
func TestLogOfAFloodRotates(t *testing.T) {
	path := filepath.Join(t.TempDir(), "0.log")
	log, err := NewLog(path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = log.Close() }()
	log.most = 1000
	out := log.Stream("stdout")
	for range 1000 {
		fmt.Fprintln(out, "a line of a flood")
	}
	for _, name := range []string{path, path + ".1", path + ".4"} {
		if info, err := os.Stat(name); err != nil || info.Size() > logBurst*1000+100 {
			t.Errorf("%s: %v, %v", name, info, err)
		}
	}
}

// A path that is too deep is refused before it is looked at.
func TestTooDeep(t *testing.T) {
	files := tree(t, image(nil))
	deep := strings.Repeat("/d", deepest)
	if err := files.MkdirAll(deep, 0o755); err != nil {
		t.Fatal(err)
	}
	if _, err := files.Stat(strings.Repeat("/x/..", 10*deepest) + deep); err != nil {
		t.Errorf("there and back: %v", err)
	}
	for _, name := range []string{deep + "/d", strings.Repeat("/d", 5000), "/" + strings.Repeat("d", 5000)} {
		if err := files.MkdirAll(name, 0o755); !errors.Is(err, syscall.ENAMETOOLONG) {
			t.Errorf("MkdirAll of %d bytes: %v", len(name), err)
		}
		if _, err := files.Stat(name); !errors.Is(err, syscall.ENAMETOOLONG) {
			t.Errorf("Stat of %d bytes: %v", len(name), err)
		}
	}
	if err := files.Symlink(deep[1:], "/l"); err != nil {
		t.Fatal(err)
	}
	if _, err := files.Stat("/l" + deep); !errors.Is(err, syscall.ENAMETOOLONG) {
		t.Errorf("by a link: %v", err)
	}
}
