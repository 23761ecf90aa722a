package tools_test

import (
	"bytes"
	"context"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/container"
	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/programs/programtest"
	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/programs/shell"
	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/programs/tools"
)

// caseTime is how long one command may take.
const caseTime = 20 * time.Second

// TestLikeBusybox runs the command lines of testdata and compares what they print,
// their exit code and the files that they leave with what busybox itself did. UPDATE=1
// records busybox again, which needs Linux, root and busybox in the PATH.
func TestLikeBusybox(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatal("no cases", err)
	}
	play := newSandbox(t).play
	update := os.Getenv("UPDATE") != ""
	if update {
		play = newRecorder(t)
	}
	count := 0
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		parts := readCases(t, string(text))
		var out strings.Builder
		for _, c := range parts {
			out.WriteString(c.lead)
			if c.line == "" {
				continue
			}
			count++
			got := play(t, c)
			if out.WriteString(c.input + got); update {
				continue
			}
			if c.refused {
				if !strings.Contains(got, "not supported by the sandbox\n= ") {
					t.Errorf("%s: %s: not refused:\n%s", filepath.Base(file), c.line, got)
				}
				continue
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("%s: %s (-busybox +sandbox):\n%s", filepath.Base(file), c.line, diff)
			}
		}
		if update {
			if err := os.WriteFile(file, []byte(out.String()), 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
	if count < 400 {
		t.Errorf("%d cases, want 400 or more", count)
	}
}

const (
	passwd = "root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/home:/bin/false\n"
	group  = "root:x:0:\nwheel:x:10:root\nnobody:x:65534:\n"
)

// sandbox plays cases with the sandbox's own programs.
type sandbox struct {
	dir  string
	tree *container.Tree
	root *container.Container
	user *container.Container
	// stamp tells whether the world is as it was made, and is empty when it is not;
	// before are its files.
	stamp  string
	before []string
}

func newSandbox(t *testing.T) *sandbox {
	t.Helper()
	image := container.Image{
		Name: "busybox", Programs: tools.Programs(),
		Root: fstest.MapFS{"etc/passwd": {Data: []byte(passwd), Mode: 0o644}, "etc/group": {Data: []byte(group), Mode: 0o644}},
	}
	image.Programs["/bin/wait-for-end"], image.Programs["/bin/sh"] = waitForEnd, shell.Sh
	s := &sandbox{dir: t.TempDir()}
	if err := image.Unpack(s.dir); err != nil {
		t.Fatal(err)
	}
	tree, err := container.NewTree(s.dir, nil)
	if err != nil {
		t.Fatal(err)
	}
	s.tree = tree
	t.Cleanup(func() { _ = tree.Close() })
	start := func(user container.User) *container.Container {
		c, err := container.Start(t.Context(), container.Config{
			Image: image, Command: []string{"wait-for-end"}, Files: tree, Dir: "/w", User: user, Hostname: "pod-1",
			Net: programtest.NewNetwork(nil).Pod("10.244.0.9"), Stdout: new(bytes.Buffer), Stderr: new(bytes.Buffer), Env: []string{"PATH=/bin:/usr/bin:/sbin"},
		})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { c.Stop(0) })
		return c
	}
	s.root, s.user = start(container.User{Groups: []int64{0, 10}}), start(container.User{UID: 65534, GID: 65534, Groups: []int64{65534}})
	return s
}

func (s *sandbox) owner(name string, _ fs.FileInfo) int64 {
	info, err := s.tree.Lstat("/w/" + filepath.ToSlash(name))
	if err != nil {
		return -1
	}
	return container.OwnerOf(info).UID
}

// renew recreates the world after a command changed it.
func (s *sandbox) renew(t *testing.T, dir string) {
	t.Helper()
	if err := s.tree.RemoveAll("/w"); err != nil {
		t.Fatal(err)
	}
	if err := s.tree.Mkdir("/w", 0o755); err != nil {
		t.Fatal(err)
	}
	makeWorld(t, dir, func(name string, owner int) error {
		return s.tree.Chown("/w/"+name, container.Owner{UID: int64(owner), GID: int64(owner)})
	})
	s.stamp = s.look(t, dir)
}

// look tells a changed folder from one that is as it was.
func (s *sandbox) look(t *testing.T, dir string) string {
	t.Helper()
	var out strings.Builder
	err := filepath.WalkDir(dir, func(full string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := d.Info()
		if err == nil {
			name, _ := filepath.Rel(dir, full) // both are absolute
			seen, err := s.tree.Lstat("/w/" + filepath.ToSlash(name))
			if err != nil {
				return err
			}
			fmt.Fprintln(&out, name, info.Mode(), info.Size(), info.ModTime().UnixNano(), container.OwnerOf(seen))
		}
		return err
	})
	if err != nil {
		return err.Error()
	}
	return out.String()
}

func (s *sandbox) play(t *testing.T, c busyboxCase) string {
	t.Helper()
	dir := filepath.Join(s.dir, "w")
	if s.stamp == "" {
		s.renew(t, dir)
		s.before = listing(t, dir, s.owner)
	}
	in := s.root
	if c.user != "" {
		in = s.user
	}
	ctx, cancel := context.WithTimeout(t.Context(), caseTime)
	defer cancel()
	var stdout, stderr bytes.Buffer
	code, err := in.Exec(ctx, container.ExecConfig{Args: c.args, Stdin: strings.NewReader(c.stdin), Stdout: &stdout, Stderr: &stderr})
	if err != nil {
		return "! " + err.Error() + "\n"
	}
	after := s.before
	if s.stamp != s.look(t, dir) {
		after, s.stamp = listing(t, dir, s.owner), ""
	}
	return c.showResult(stdout.String(), stderr.String(), code, s.before, after)
}
