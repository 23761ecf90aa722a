package tools_test

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// world is the folder that each command starts in: its files by name. A name ending
// in "/" is a folder, text after "->" a link's target.
var world = []struct {
	name, text string
	mode       fs.FileMode
	owner      int
}{
	{"abc", "alpha\nbeta\ngamma\n", 0o644, 0},
	{"bin", "a\x00b\xff\xfe\nc\x00\n", 0o644, 0},
	{"broken", "->nowhere", 0, 0},
	{"csv", "id,name,size\n1,ann,30\n2,bob,4\n3,cid,100\n", 0o644, 0},
	{"dir/", "", 0o755, 0},
	{"dir/.hidden", "h\n", 0o644, 0},
	{"dir/one", "1\n", 0o644, 0},
	{"dir/sub/", "", 0o755, 0},
	{"dir/sub/deep", "deep alpha\n", 0o600, 0},
	{"dlink", "->dir", 0, 0},
	{"empty", "", 0o644, 0},
	{"link", "->abc", 0, 0},
	{"locked/", "", 0o700, 0},
	{"locked/in", "x\n", 0o644, 0},
	{"mine", "own\n", 0o600, 65534},
	{"nonl", "no newline\nat the end", 0o644, 0},
	{"numbers", "10\n9\n-3\n2.5\n0x1F\n1e3\n10\n\n 7\n", 0o644, 0},
	{"pub/", "", 0o777, 0},
	{"pub/old", "old\n", 0o666, 0},
	{"run.sh", "#!/bin/sh\necho hi\n", 0o755, 0},
	{"secret", "s3cret\n", 0o600, 0},
	{"spaces", "  a  b\tc \n\n\n\td\n", 0o644, 0},
	{"ten", "1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n11\n12\n", 0o644, 0},
	{"words", "the quick brown fox\njumps over the lazy dog\nThe END.\nfoo.bar foobar\n", 0o644, 0},
}

// worldTime is when the files of the world were last written.
var worldTime = time.Date(2024, 3, 1, 12, 30, 45, 0, time.UTC)

// makeWorld puts the files of the world into an empty folder; chown says whom one
// belongs to.
func makeWorld(t *testing.T, dir string, chown func(name string, owner int) error) {
	t.Helper()
	must := func(err error) {
		if err != nil {
			t.Fatal(err)
		}
	}
	for _, f := range world {
		name := filepath.Join(dir, f.name)
		target, link := strings.CutPrefix(f.text, "->")
		switch {
		case link:
			must(os.Symlink(target, name))
			continue
		case strings.HasSuffix(f.name, "/"):
			must(os.Mkdir(name, 0o755))
		default:
			must(os.WriteFile(name, []byte(f.text), 0o644))
		}
		if f.owner != 0 {
			must(chown(f.name, f.owner))
		}
		must(os.Chmod(name, f.mode))
	}
	for _, f := range slices.Backward(world) {
		if !strings.HasPrefix(f.text, "->") {
			must(os.Chtimes(filepath.Join(dir, f.name), worldTime, worldTime))
		}
	}
	must(os.Chtimes(dir, worldTime, worldTime))
}

// listing describes all files below a folder, one a line.
func listing(t *testing.T, dir string, owner func(name string, info fs.FileInfo) int64) (lines []string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(full string, d fs.DirEntry, err error) error {
		if err != nil || full == dir {
			return err
		}
		name, _ := filepath.Rel(dir, full) // both are absolute
		info, err := d.Info()
		if err != nil {
			return err
		}
		line := fmt.Sprintf("%s %v %d", name, info.Mode(), owner(name, info))
		switch {
		case info.Mode()&fs.ModeSymlink != 0:
			to, err := os.Readlink(full)
			if err != nil {
				return err
			}
			line = fmt.Sprintf("%s -> %s", name, to)
		case info.Mode().IsRegular() && info.Size() < 1<<8:
			text, err := os.ReadFile(full)
			if err != nil {
				return err
			}
			line += fmt.Sprintf(" %q", text)
		case info.Mode().IsRegular():
			line += fmt.Sprintf(" %d bytes", info.Size())
		}
		if info.Mode().IsRegular() && time.Since(info.ModTime()) > 24*time.Hour {
			line += info.ModTime().UTC().Format(" 2006-01-02T15:04:05")
		}
		lines = append(lines, line)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return lines
}
