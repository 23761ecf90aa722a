package container

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

func TestDiskBoundsWhatIsThere(t *testing.T) {
	dir := t.TempDir()
	told := 0
	files := tree(t, image(nil), Mount{Path: "/data", Source: dir})
	files.Disk = NewDisk(dir, 1<<20, func() { told++ })
	write := func(name string, size int) error {
		f, err := files.OpenFile(name, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o644)
		if err != nil {
			return err
		}
		_, err = f.Write(make([]byte, size))
		return errors.Join(err, f.Close())
	}
	// Written again and again, a file takes its room once.
	for i := range 10 {
		if err := write("/data/a", 512<<10); err != nil {
			t.Fatalf("write %d: %v", i, err)
		}
	}
	if err := write("/data/b", 600<<10); !errors.Is(err, syscall.ENOSPC) || told != 1 {
		t.Errorf("more than there is room for: %v, told %d times", err, told)
	}
	if err := files.Remove("/data/a"); err != nil {
		t.Fatal(err)
	}
	if err := write("/data/b", 600<<10); err != nil {
		t.Errorf("after a file was removed: %v", err)
	}
	if got, err := os.Stat(filepath.Join(dir, "b")); err != nil || got.Size() != 600<<10 {
		t.Errorf("%v, %v", got, err)
	}
	// A copy ends when the disk is full, and the many small files too.
	f, err := files.OpenFile("/data/c", os.O_CREATE|os.O_WRONLY, 0o644)
	if err != nil {
		t.Fatal(err)
	}
	zero, err := files.OpenFile("/dev/zero", os.O_RDONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.Copy(mortalFile{File: f}, zero); !errors.Is(err, syscall.ENOSPC) {
		t.Errorf("a copy without end: %v", err)
	}
}

// What lies deeper than the machine's own paths reach counts too.
func TestDiskCountsDeepFiles(t *testing.T) {
	dir := t.TempDir()
	files := tree(t, image(nil), Mount{Path: "/data", Source: dir})
	name := "/data"
	for len(name) < pathMost-300 {
		name += "/" + strings.Repeat("d", 200)
		if err := files.Mkdir(name, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	f, err := files.OpenFile(name+"/f", os.O_CREATE|os.O_WRONLY, 0o644)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.Write(make([]byte, 1<<20)); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	if got := measure(dir); got < 1<<20 {
		t.Errorf("%d bytes, want those of the file too", got)
	}
}
