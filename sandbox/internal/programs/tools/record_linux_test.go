package tools_test

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// newRecorder plays cases with the machine's own busybox, in a small root of its own
// and without the machine's network and host name.
func newRecorder(t *testing.T) func(*testing.T, busyboxCase) string {
	t.Helper()
	root := t.TempDir()
	buildRoot(t, root)
	dir := filepath.Join(root, "w")
	owner := func(_ string, info fs.FileInfo) int64 { return int64(info.Sys().(*syscall.Stat_t).Uid) }
	return func(t *testing.T, c busyboxCase) string {
		t.Helper()
		if err := os.RemoveAll(dir); err != nil {
			t.Fatal(err)
		}
		if err := os.Mkdir(dir, 0o755); err != nil {
			t.Fatal(err)
		}
		makeWorld(t, dir, func(name string, owner int) error { return os.Chown(filepath.Join(dir, name), owner, owner) })
		before := listing(t, dir, owner)
		ctx, cancel := context.WithTimeout(t.Context(), caseTime)
		defer cancel()
		var stdout, stderr bytes.Buffer
		cmd := exec.CommandContext(ctx, "/bin/busybox")
		cmd.Path, cmd.Args, cmd.Dir = "/bin/busybox", c.args, "/w"
		cmd.Env = []string{"PATH=/bin:/usr/bin:/sbin", "HOSTNAME=pod-1", "HOME=/root"}
		cmd.Stdin, cmd.Stdout, cmd.Stderr = strings.NewReader(c.stdin), &stdout, &stderr
		cmd.SysProcAttr = &syscall.SysProcAttr{Chroot: root, Cloneflags: syscall.CLONE_NEWUTS | syscall.CLONE_NEWNET, Credential: &syscall.Credential{Groups: []uint32{0, 10}}}
		if c.user != "" {
			cmd.SysProcAttr.Credential = &syscall.Credential{Uid: 65534, Gid: 65534, Groups: []uint32{65534}}
		}
		err := cmd.Run()
		if exit := (*exec.ExitError)(nil); err != nil && !errors.As(err, &exit) {
			t.Fatalf("%s: %v", c.line, err)
		}
		code := cmd.ProcessState.ExitCode()
		if status, ok := cmd.ProcessState.Sys().(syscall.WaitStatus); ok && status.Signaled() {
			code = 128 + int(status.Signal())
		}
		return c.showResult(stdout.String(), stderr.String(), code, before, listing(t, dir, owner))
	}
}

// buildRoot makes a root file system with nothing but busybox.
func buildRoot(t *testing.T, root string) {
	t.Helper()
	busybox, err := exec.LookPath("busybox")
	if err != nil || os.Geteuid() != 0 {
		t.Fatal("recording takes busybox and root")
	}
	must := func(err error) {
		if err != nil {
			t.Fatal(err)
		}
	}
	for _, dir := range []string{"bin", "etc", "tmp", "dev", "proc", "root", "usr/bin"} {
		must(os.MkdirAll(filepath.Join(root, dir), 0o755))
	}
	must(os.Chmod(root, 0o755))
	must(os.Chmod(filepath.Join(root, "tmp"), 0o777|fs.ModeSticky))
	must(os.WriteFile(filepath.Join(root, "etc/passwd"), []byte(passwd), 0o644))
	must(os.WriteFile(filepath.Join(root, "etc/group"), []byte(group), 0o644))
	for name, device := range map[string]int{"null": 1<<8 | 3, "zero": 1<<8 | 5, "full": 1<<8 | 7} {
		must(syscall.Mknod(filepath.Join(root, "dev", name), syscall.S_IFCHR|0o666, device))
		must(os.Chmod(filepath.Join(root, "dev", name), 0o666))
	}
	libraries, err := exec.CommandContext(t.Context(), "ldd", busybox).Output()
	must(err)
	copied := map[string]string{busybox: "/bin/busybox"}
	for word := range strings.FieldsSeq(string(libraries)) {
		if strings.HasPrefix(word, "/") {
			copied[word] = word
		}
	}
	for from, to := range copied {
		text, err := os.ReadFile(from)
		must(err)
		must(os.MkdirAll(filepath.Dir(filepath.Join(root, to)), 0o755))
		must(os.WriteFile(filepath.Join(root, to), text, 0o755))
	}
	names, err := exec.CommandContext(t.Context(), busybox, "--list").Output()
	must(err)
	for name := range strings.FieldsSeq(string(names)) {
		if name != "busybox" {
			must(os.Symlink("busybox", filepath.Join(root, "bin", name)))
		}
	}
}
