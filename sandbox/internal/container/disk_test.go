package container

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/freespace"
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

// What is on another disk is bounded by that, and takes no room on the pod's own.
func TestDiskOfAMount(t *testing.T) {
	own, shared := t.TempDir(), t.TempDir()
	told := 0
	disk := NewDisk(shared, 1<<20, func() {})
	first := tree(t, image(nil), Mount{Path: "/host", Source: shared, Disk: disk}, Mount{Path: "/data", Source: own})
	second := tree(t, image(nil), Mount{Path: "/host", Source: shared, Disk: disk})
	first.Disk = NewDisk(own, 1<<20, func() { told++ })
	write := func(files *Tree, name string, size int) error {
		f, err := files.OpenFile(name, os.O_CREATE|os.O_WRONLY, 0o644)
		if err != nil {
			return err
		}
		_, err = f.Write(make([]byte, size))
		return errors.Join(err, f.Close())
	}
	if err := errors.Join(write(first, "/host/a", 700<<10), write(first, "/data/a", 700<<10)); err != nil {
		t.Fatal(err)
	}
	if err := write(second, "/host/b", 700<<10); !errors.Is(err, syscall.ENOSPC) {
		t.Errorf("another pod writes more than the node's disk has: %v", err)
	}
	if told != 0 {
		t.Error("the pod's own disk is said to be full")
	}
	if err := first.Remove("/host/a"); err != nil {
		t.Fatal(err)
	}
	if err := write(second, "/host/b", 700<<10); err != nil {
		t.Errorf("after a file was removed: %v", err)
	}
	many := func() error {
		for i := range 1000 {
			if err := first.Symlink("x", fmt.Sprintf("/data/l%d", i)); err != nil {
				return err
			}
		}
		return nil
	}
	if err := many(); !errors.Is(err, syscall.ENOSPC) {
		t.Errorf("links without end: %v", err)
	}
}

// Pods leave room on the machine's own disk, and go on when there is some again.
func TestDiskLeavesTheMachineRoom(t *testing.T) {
	dir := t.TempDir()
	files := tree(t, image(nil), Mount{Path: "/data", Source: dir})
	evicted, left := 0, int64(freespace.ForPods+6<<20)
	files.Disk = NewDisk(dir, 1<<30, func() { evicted++ })
	files.Disk.free = func(string) (int64, error) { return left, nil }
	f, err := files.OpenFile("/data/a", os.O_CREATE|os.O_WRONLY, 0o644)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	written := 0
	for range 100 {
		n, err := f.Write(make([]byte, 1<<20))
		if written += n; err != nil {
			if !errors.Is(err, syscall.ENOSPC) {
				t.Fatal(err)
			}
			break
		}
		left -= 1 << 20
	}
	if written < 1<<20 || written > 6<<20+lookEvery {
		t.Errorf("%d bytes were written", written)
	}
	if err := files.Disk.note(1); err != nil {
		t.Errorf("a program cannot say so: %v", err)
	}
	left, files.Disk.unseen = freespace.ForLogs, lookEvery
	if err := files.Disk.note(1); err == nil {
		t.Error("a log takes the cluster's room")
	}
	if evicted > 0 {
		t.Error("the pod is evicted for what others wrote")
	}
	left = 1 << 40
	if _, err := f.Write(make([]byte, 1<<20)); err != nil {
		t.Errorf("when there is room again: %v", err)
	}
}
