package shell

import (
	"context"
	"errors"
	"io"
	"os"
	osexec "os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/programs/tools"
)

// install puts busybox into a folder, under the names that an image has.
func install(t *testing.T, root string) {
	t.Helper()
	busybox, err := osexec.LookPath("busybox")
	if err != nil || os.Getuid() != 0 {
		t.Fatal("recording wants busybox, and root for chroot")
	}
	libraries, err := osexec.CommandContext(t.Context(), "ldd", busybox).Output()
	if err != nil {
		t.Log("busybox seems to be static: ", err)
	}
	for _, file := range append([]string{busybox}, strings.Fields(string(libraries))...) {
		if !strings.HasPrefix(file, "/") {
			continue
		}
		to := file
		if file == busybox {
			to = "/bin/busybox"
		}
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		to = filepath.Join(root, to)
		if err := errors.Join(os.MkdirAll(filepath.Dir(to), 0o755), os.WriteFile(to, data, 0o755)); err != nil {
			t.Fatal(err)
		}
	}
	for name := range tools.Programs() {
		link(t, root, name)
	}
	link(t, root, "/bin/sh")
	dev := filepath.Join(root, "dev")
	if err := errors.Join(os.Mkdir(dev, 0o755), syscall.Mknod(dev+"/null", syscall.S_IFCHR|0o666, 1<<8|3), syscall.Mknod(dev+"/zero", syscall.S_IFCHR|0o666, 1<<8|5)); err != nil {
		t.Fatal(err)
	}
}

func link(t *testing.T, root, name string) {
	t.Helper()
	if err := errors.Join(os.MkdirAll(filepath.Join(root, filepath.Dir(name)), 0o755), os.Symlink("/bin/busybox", filepath.Join(root, name))); err != nil {
		t.Fatal(err)
	}
}

// inside runs a script of busybox's ash in the folder.
func inside(t *testing.T, root, script string, out, complaints io.Writer) int {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	cmd := osexec.CommandContext(ctx, "/bin/sh", "-c", script)
	cmd.Args[0] = "sh"
	cmd.SysProcAttr = &syscall.SysProcAttr{Chroot: root, Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	cmd.WaitDelay = time.Second
	cmd.Env = append(exampleEnv(), "HOSTNAME=pod-1")
	cmd.Dir, cmd.Stdout, cmd.Stderr = "/work", out, complaints
	err := cmd.Run()
	if ctx.Err() != nil {
		t.Fatalf("%q takes too long", script)
	}
	if exit, ok := errors.AsType[*osexec.ExitError](err); ok {
		if status, ok := exit.Sys().(syscall.WaitStatus); ok && status.Signaled() {
			return 128 + int(status.Signal())
		}
		return exit.ExitCode()
	}
	if err != nil {
		t.Fatalf("%q: %v", script, err)
	}
	return 0
}
