package main

import (
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
	"golang.org/x/sys/unix"

	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/freespace"
)

// hasSmallDisks reports whether this process may make disks.
func hasSmallDisks(t *testing.T) bool {
	t.Helper()
	dir := t.TempDir()
	if unix.Mount("tmpfs", dir, "tmpfs", 0, "size=1m") != nil {
		return false
	}
	return unix.Unmount(dir, 0) == nil
}

// smallDisk puts a disk of so many MiB at a folder until the script ends:
// smalldisk DIR MIB.
func smallDisk(ts *testscript.TestScript, _ bool, args []string) {
	dir := ts.MkAbs(args[0])
	ts.Check(os.MkdirAll(dir, 0o700))
	ts.Check(unix.Mount("tmpfs", dir, "tmpfs", 0, "size="+args[1]+"m,mode=0700"))
	ts.Defer(func() { _ = unix.Unmount(dir, unix.MNT_DETACH) }) // the sandbox may still be on it
}

func fillerOf(ts *testscript.TestScript) string {
	return filepath.Join(ts.Getenv("KUBECTL_LEARN_HOME"), "filler")
}

// fill writes to the sandbox's disk until so many MiB are left: fill MIB.
func fill(ts *testscript.TestScript, _ bool, args []string) {
	keep, err := strconv.ParseInt(args[0], 10, 64)
	ts.Check(err)
	file, err := os.Create(fillerOf(ts))
	ts.Check(err)
	defer file.Close()
	for {
		left, err := freespace.Of(ts.Getenv("KUBECTL_LEARN_HOME"))
		ts.Check(err)
		piece := min(left-keep<<20, 1<<20)
		if piece <= 0 {
			return
		}
		if _, err := file.Write(make([]byte, piece)); err != nil {
			return // it is full
		}
	}
}

// unfill makes room again.
func unfill(ts *testscript.TestScript, _ bool, _ []string) { ts.Check(os.Remove(fillerOf(ts))) }
