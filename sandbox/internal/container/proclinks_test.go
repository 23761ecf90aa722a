package container

import (
	"context"
	"errors"
	"io"
	"os"
	"strings"
	"syscall"
	"testing"
)

// The files of /proc and /dev that programs and people look at.
func TestProcLinks(t *testing.T) {
	out := &buffer{}
	c := start(t, func(_ context.Context, p *Process) int { return look(t, p) }, out)
	<-c.Done()
	if got := out.String(); got != "to stdout\nto fd 1\n" {
		t.Errorf("streams: %q", got)
	}
}

func look(t *testing.T, p *Process) int {
	t.Helper()
	read := func(name string) string {
		f, err := p.Files.OpenFile(name, os.O_RDONLY, 0)
		if err != nil {
			return err.Error()
		}
		defer func() { _ = f.Close() }()
		text, err := io.ReadAll(f)
		if err != nil {
			return err.Error()
		}
		return string(text)
	}
	for name, want := range map[string]string{
		"/proc/meminfo": "MemTotal:        8388608 kB\n", "/proc/loadavg": "0.00 0.00 0.00 1/1 1\n", "/proc/1/root/etc/motd": "hi",
		"/proc/mounts": "overlay / overlay rw,relatime 0 0\n", "/proc/self/mounts": "proc /proc proc ",
	} {
		if got := read(name); !strings.Contains(got, want) {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	for name, want := range map[string]string{"/dev/stdout": "/proc/self/fd/1", "/proc/1/root": "/", "/proc/self": "1", "/proc/mounts": "self/mounts", "/proc/1/fd/1": "pipe:[41]"} {
		if got, err := p.Files.Readlink(name); err != nil || got != want {
			t.Errorf("readlink %s: %q, %v, want %q", name, got, err, want)
		}
	}
	for name, text := range map[string]string{"/dev/stdout": "to stdout\n", "/proc/1/fd/1": ""} {
		f, err := p.Files.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o644)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		_, _ = io.WriteString(f, text)
	}
	f, err := p.Files.OpenFile("/proc/1/fd/1", os.O_WRONLY, 0)
	if err != nil {
		t.Error(err)
		return 1
	}
	_, _ = io.WriteString(f, "to fd 1\n")
	if _, err := p.Files.OpenFile("/dev/tty", os.O_RDONLY, 0); !errors.Is(err, syscall.ENXIO) {
		t.Errorf("/dev/tty without a terminal: %v", err)
	}
	for _, name := range []string{"/proc/9/fd/1", "/proc/1/fd/9"} {
		if _, err := p.Files.OpenFile(name, os.O_RDONLY, 0); !errors.Is(err, syscall.ENOENT) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if full, err := p.Files.OpenFile("/dev/full", os.O_WRONLY, 0); err != nil {
		t.Error(err)
	} else if _, err := io.WriteString(full, "x"); !errors.Is(err, syscall.ENOSPC) {
		t.Errorf("/dev/full: %v", err)
	}
	return 0
}
