package container

import (
	"bytes"
	"fmt"
	"io/fs"
	"path"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// procfs is the small part of /proc that exists: each process's start
// parameters, and what the sandbox knows about the machine.
type procfs struct {
	processes *Processes
	self      *process
}

// find returns a file's text, or the names in a folder. It reports whether the
// path is in /proc at all.
func (f procfs) find(name string) (text string, names []string, in bool, err error) {
	name = path.Clean("/" + name)
	if name != "/proc" && !strings.HasPrefix(name, "/proc/") {
		return "", nil, false, nil
	}
	missing := &fs.PathError{Op: "open", Path: name, Err: syscall.ENOENT}
	parts := strings.Split(strings.Trim(name, "/"), "/")[1:]
	if len(parts) == 0 {
		return "", f.top(), true, nil
	}
	if text, ok := f.machine()[parts[0]]; ok && len(parts) == 1 {
		return text, nil, true, nil
	}
	if parts[0] == "mounts" {
		parts = append([]string{"self"}, parts...)
	}
	p := f.self
	if parts[0] != "self" {
		pid, err := strconv.Atoi(parts[0])
		if p = f.processes.find(pid); err != nil || p == nil {
			return "", nil, true, missing
		}
	}
	if p == nil {
		return "", nil, true, missing
	}
	if len(parts) == 1 {
		return "", []string{"cmdline", "comm", "environ", "fd", "mounts", "root", "status"}, true, nil
	}
	if len(parts) == 2 && parts[1] == "fd" {
		return "", []string{"0", "1", "2"}, true, nil
	}
	if len(parts) == 3 && parts[1] == "fd" && slices.Contains([]string{"0", "1", "2"}, parts[2]) {
		return "", nil, true, nil
	}
	if len(parts) == 2 && parts[1] == "root" {
		return "", []string{}, true, nil // It belongs to another container, which is off limits.
	}
	text, ok := p.file(parts[1])
	if !ok || len(parts) > 2 {
		return "", nil, true, missing
	}
	if parts[1] == "environ" && f.self != nil && f.self.user.UID != 0 && f.self.user.UID != p.user.UID {
		return "", nil, true, &fs.PathError{Op: "open", Path: name, Err: syscall.EACCES}
	}
	return text, nil, true, nil
}

func (f procfs) top() []string {
	names := []string{"self"}
	for _, p := range f.processes.of(nil) {
		names = append(names, strconv.Itoa(p.pid))
	}
	for name := range f.machine() {
		names = append(names, name)
	}
	return slices.Sorted(slices.Values(append(names, "mounts")))
}

// machine is what /proc says about the machine.
func (f procfs) machine() map[string]string {
	var cpus strings.Builder
	for i := range runtime.NumCPU() {
		fmt.Fprintf(&cpus, "processor\t: %d\nmodel name\t: sandbox\n\n", i)
	}
	files := f.load()
	files["cpuinfo"], files["version"] = cpus.String(), "Linux version 6.12.0-sandbox\n"
	return files
}

// file is a file of /proc/PID.
func (p *process) file(name string) (string, bool) {
	info := p.info()
	comm := ""
	if len(info.Args) > 0 {
		comm, _, _ = strings.Cut(path.Base(info.Args[0]), ":")
	}
	switch name {
	case "cmdline":
		return strings.Join(info.Args, "\x00") + "\x00", true
	case "comm":
		return comm + "\n", true
	case "mounts":
		return p.mounts(), true
	case "environ":
		p.mu.Lock()
		defer p.mu.Unlock()
		return strings.Join(p.env, "\x00") + "\x00", true
	case "status":
		groups := strings.Trim(fmt.Sprint(info.User.Groups), "[]")
		return fmt.Sprintf("Name:\t%s\nUmask:\t0022\nState:\tS (sleeping)\nTgid:\t%d\nPid:\t%[2]d\nPPid:\t%d\nUid:\t%[4]d\t%[4]d\t%[4]d\t%[4]d\nGid:\t%[5]d\t%[5]d\t%[5]d\t%[5]d\nGroups:\t%s\n%s",
			comm, info.PID, info.Parent, info.User.UID, info.User.GID, groups, p.privileges().status(info.User)), true
	}
	return "", false
}

// privileges are those of the process's container.
func (p *process) privileges() Privileges {
	if p.container == nil {
		return Privileges{}
	}
	return p.container.cfg.Privileges
}

func (f procfs) open(name string, flag int) (File, bool, error) {
	text, names, in, err := f.find(name)
	switch {
	case !in || err != nil:
		return nil, in, err
	case flag&writing != 0:
		return nil, true, &fs.PathError{Op: "open", Path: name, Err: syscall.EACCES}
	}
	return &procFile{bytes.NewReader([]byte(text)), procInfo{path.Base(name), names != nil}}, true, nil
}

func (f procfs) stat(name string) (fs.FileInfo, bool, error) {
	_, names, in, err := f.find(name)
	if !in || err != nil {
		return nil, in, err
	}
	return procInfo{path.Base(path.Clean("/" + name)), names != nil}, true, nil
}

func (f procfs) list(name string) ([]fs.DirEntry, bool, error) {
	_, names, in, err := f.find(name)
	if !in || err != nil {
		return nil, in, err
	}
	if names == nil {
		return nil, true, &fs.PathError{Op: "open", Path: name, Err: syscall.ENOTDIR}
	}
	entries := make([]fs.DirEntry, 0, len(names))
	for _, n := range names {
		if info, _, err := f.stat(path.Join(name, n)); err == nil {
			entries = append(entries, fs.FileInfoToDirEntry(info))
		}
	}
	return entries, true, nil
}

// procFile is an open file of /proc, with its text at that moment.
type procFile struct {
	*bytes.Reader
	info procInfo
}

func (f *procFile) Stat() (fs.FileInfo, error) { return f.info, nil }
func (f *procFile) Close() error               { return nil }
func (f *procFile) Write([]byte) (int, error)  { return 0, syscall.EBADF }

// procInfo describes a file of /proc, which has no size.
type procInfo struct {
	name string
	dir  bool
}

func (i procInfo) Name() string       { return i.name }
func (i procInfo) Size() int64        { return 0 }
func (i procInfo) ModTime() time.Time { return time.Now() }
func (i procInfo) IsDir() bool        { return i.dir }
func (i procInfo) Sys() any           { return Owner{} }

func (i procInfo) Mode() fs.FileMode {
	if i.dir {
		return fs.ModeDir | 0o555
	}
	return 0o444
}
