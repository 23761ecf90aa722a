package container

import (
	"fmt"
	"io"
	"io/fs"
	"path"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// streams are a process's standard streams, as in /proc/PID/fd.
type streams struct {
	in  io.Reader
	out [2]io.Writer
	tty bool
}

// inner maps a path to the container's own folders: /proc/PID/root leads to them, and
// the streams in /dev to /proc/self/fd.
func (v *view) inner(name string) string {
	name = path.Clean("/" + name)
	if fd, ok := map[string]string{"/dev/stdin": "0", "/dev/stdout": "1", "/dev/stderr": "2"}[name]; ok {
		return "/proc/self/fd/" + fd
	}
	parts := strings.SplitN(strings.TrimPrefix(name, "/"), "/", 4)
	if len(parts) < 3 || parts[0] != "proc" || parts[2] != "root" {
		return name
	}
	p := v.proc.process(parts[1])
	if p == nil || v.proc.self == nil || p.container != v.proc.self.container || !v.mayLook(p) {
		return name
	}
	return "/" + strings.Join(parts[3:], "/")
}

// mayLook reports whether the user may inspect a process: it is the user's own, or
// the user is root.
func (v *view) mayLook(p *process) bool {
	return v.user.UID == 0 || v.user.UID == p.user.UID
}

// process finds the process of a folder in /proc; nil if there is none.
func (f procfs) process(name string) *process {
	if name == "self" {
		return f.self
	}
	pid, err := strconv.Atoi(name)
	if err != nil {
		return nil
	}
	return f.processes.find(pid)
}

// stream opens a stream of a process by its name below /proc, and the terminal.
func (v *view) stream(name string) (f File, ok bool, err error) {
	fault := func(errno syscall.Errno) (File, bool, error) {
		return nil, true, &fs.PathError{Op: "open", Path: name, Err: errno}
	}
	parts := strings.Split(strings.TrimPrefix(name, "/"), "/")
	if name == "/dev/tty" {
		if v.proc.self == nil || !v.proc.self.streams.tty {
			return fault(syscall.ENXIO)
		}
		parts = []string{"proc", "self", "fd", "0"}
	}
	if len(parts) != 4 || parts[0] != "proc" || parts[2] != "fd" {
		return nil, false, nil
	}
	p := v.proc.process(parts[1])
	n := slices.Index([]string{"0", "1", "2"}, parts[3])
	switch {
	case p == nil || n < 0:
		return fault(syscall.ENOENT)
	case !v.mayLook(p):
		return fault(syscall.EACCES)
	}
	s := p.streams
	out := s.out[max(0, n-1)]
	if p != v.proc.self && n == 0 {
		return fault(syscall.EACCES) // One reader would take input from the other.
	}
	return &streamFile{s.in, out, procInfo{parts[3], false}}, true, nil
}

// streamFile is an open stream.
type streamFile struct {
	in   io.Reader
	out  io.Writer
	info procInfo
}

func (f *streamFile) Read(p []byte) (int, error) {
	if f.in == nil {
		return 0, io.EOF
	}
	return f.in.Read(p)
}

func (f *streamFile) Write(p []byte) (int, error) {
	if f.out == nil {
		return 0, syscall.EBADF
	}
	return f.out.Write(p)
}

func (f *streamFile) Stat() (fs.FileInfo, error)   { return f.info, nil }
func (*streamFile) Close() error                   { return nil }
func (*streamFile) Seek(int64, int) (int64, error) { return 0, syscall.ESPIPE }

// procLink is the target of a link below /proc or of a stream in /dev.
func (v *view) procLink(name string) (to string, ok bool) {
	name = path.Clean("/" + name)
	if fd := v.inner(name); strings.HasPrefix(name, "/dev/") && fd != name {
		return fd, true
	}
	parts := strings.Split(strings.TrimPrefix(name, "/"), "/")
	switch {
	case parts[0] != "proc" || len(parts) < 2:
		return "", false
	case len(parts) == 2 && parts[1] == "self" && v.proc.self != nil:
		return strconv.Itoa(v.proc.self.pid), true
	case len(parts) == 2 && parts[1] == "mounts":
		return "self/mounts", true
	}
	p := v.proc.process(parts[1])
	switch {
	case p == nil:
	case len(parts) == 3 && parts[2] == "root":
		return "/", true
	case len(parts) == 4 && parts[2] == "fd" && slices.Contains([]string{"0", "1", "2"}, parts[3]):
		if p.streams.tty {
			return "/dev/pts/0", true
		}
		return "pipe:[" + strconv.Itoa(4*p.pid) + parts[3] + "]", true
	}
	return "", false
}

// linkInfo describes a link of /proc.
type linkInfo struct{ procInfo }

func (linkInfo) Mode() fs.FileMode { return fs.ModeSymlink | 0o777 }

// mounts is /proc/PID/mounts.
func (p *process) mounts() string {
	var out strings.Builder
	if p.container == nil || p.container.cfg.Files == nil {
		return ""
	}
	tree := p.container.cfg.Files
	for _, m := range slices.Backward(tree.mounts) {
		how, kind, source := "rw", "ext4", "/dev/sandbox"
		if m.ReadOnly {
			how = "ro"
		}
		if m.Path == "/" {
			kind, source = "overlay", "overlay"
		}
		fmt.Fprintf(&out, "%s %s %s %s,relatime 0 0\n", source, m.Path, kind, how)
		if m.Path == "/" {
			out.WriteString("proc /proc proc rw,nosuid,nodev,noexec,relatime 0 0\ntmpfs /dev tmpfs rw,nosuid,size=65536k,mode=755 0 0\n")
		}
	}
	return out.String()
}

// nodeKiB is the memory that each node offers, in units of 1 KiB.
const nodeKiB = 8 << 20

// load is what /proc says about the machine's load and memory: the values that the
// node offers; nothing is measured.
func (f procfs) load() map[string]string {
	all := f.processes.of(nil)
	last, up := 0, time.Duration(0)
	for _, p := range all {
		last, up = max(last, p.pid), max(up, time.Since(p.started))
	}
	line := func(name string, kib int) string { return fmt.Sprintf("%-15s %8d kB\n", name+":", kib) }
	return map[string]string{
		"loadavg": fmt.Sprintf("0.00 0.00 0.00 1/%d %d\n", len(all), last),
		"uptime":  fmt.Sprintf("%.2f %.2f\n", up.Seconds(), up.Seconds()),
		"meminfo": line("MemTotal", nodeKiB) + line("MemFree", nodeKiB) + line("MemAvailable", nodeKiB) + line("Buffers", 0) + line("Cached", 0) + line("SwapTotal", 0) + line("SwapFree", 0),
	}
}
