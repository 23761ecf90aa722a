// Package programtest is a small world for the tests of programs: files in a
// temporary folder and a network of named hosts over loopback.
package programtest

import (
	"bytes"
	"io/fs"
	"os"
	"path"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/container"
)

// Buffer is output that may be read while a program writes it.
type Buffer struct {
	mu   sync.Mutex
	data bytes.Buffer
	more chan struct{}
}

// Write appends.
func (b *Buffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.more != nil {
		close(b.more)
		b.more = nil
	}
	return b.data.Write(p)
}

// String returns what was written so far.
func (b *Buffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.data.String()
}

// Await returns once the output ends with the text.
func (b *Buffer) Await(t *testing.T, end string) {
	t.Helper()
	for {
		b.mu.Lock()
		if strings.HasSuffix(b.data.String(), end) {
			b.mu.Unlock()
			return
		}
		if b.more == nil {
			b.more = make(chan struct{})
		}
		more := b.more
		b.mu.Unlock()
		select {
		case <-more:
		case <-time.After(20 * time.Second):
			t.Fatalf("output does not end with %q:\n%s", end, b)
		}
	}
}

// Container is one process with what it wrote.
type Container struct {
	*container.Process
	Out, Err *Buffer
	signals  chan container.Signal
}

// New returns a process with the files of an image, under the given extra
// files by absolute path, at an address of the network.
func New(t *testing.T, image fs.FS, extra map[string]string, net *Network, ip string, args ...string) *Container {
	t.Helper()
	c := &Container{Out: new(Buffer), Err: new(Buffer), signals: make(chan container.Signal, 4)}
	c.Process = &container.Process{
		Args:     args,
		Env:      []string{"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOME=/root"},
		Dir:      "/",
		Files:    newFiles(t, image, extra),
		Net:      net.Pod(ip),
		Hostname: "pod-1",
		Stdin:    strings.NewReader(""),
		Stdout:   c.Out,
		Stderr:   c.Err,
		Signals:  c.signals,
		Processes: func() []container.ProcessInfo {
			return []container.ProcessInfo{{PID: 1, Args: []string{"sh", "-c", "sleep 9"}}}
		},
	}
	return c
}

// Send sends a signal.
func (c *Container) Send(s container.Signal) { c.signals <- s }

// Start runs a program beside the test. The channel gives its exit code; when
// the test ends the program is killed and waited for.
func Start(t *testing.T, program container.Program, c *Container) <-chan int {
	t.Helper()
	exit, gone := make(chan int, 1), make(chan struct{})
	go func() {
		defer close(gone)
		exit <- program(t.Context(), c.Process)
	}()
	t.Cleanup(func() { <-gone })
	return exit
}

// files is a container's tree in a temporary folder that it cannot leave.
type files struct{ root *os.Root }

func newFiles(t *testing.T, image fs.FS, extra map[string]string) container.Files {
	t.Helper()
	dir := t.TempDir()
	if image != nil {
		if err := os.CopyFS(dir, image); err != nil {
			t.Fatal(err)
		}
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := root.Close(); err != nil {
			t.Error(err)
		}
	})
	for name, text := range extra {
		if err := root.MkdirAll(path.Dir(within(name)), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := root.WriteFile(within(name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return files{root}
}

func within(name string) string {
	if name = strings.Trim(path.Clean(name), "/"); name == "" {
		return "."
	}
	return name
}

func (f files) OpenFile(name string, flag int, perm fs.FileMode) (container.File, error) {
	file, err := f.root.OpenFile(within(name), flag, perm)
	if err != nil {
		return nil, err
	}
	return file, nil
}

func (f files) Stat(name string) (fs.FileInfo, error) { return f.root.Stat(within(name)) }

func (f files) ReadDir(name string) ([]fs.DirEntry, error) {
	return fs.ReadDir(f.root.FS(), within(name))
}

func (f files) Mkdir(name string, perm fs.FileMode) error { return f.root.Mkdir(within(name), perm) }
func (f files) Remove(name string) error                  { return f.root.Remove(within(name)) }
func (f files) RemoveAll(name string) error               { return f.root.RemoveAll(within(name)) }
func (f files) Rename(from, to string) error              { return f.root.Rename(within(from), within(to)) }

func (f files) Lstat(name string) (fs.FileInfo, error) { return f.root.Lstat(within(name)) }

func (f files) Readlink(name string) (string, error) { return f.root.Readlink(within(name)) }

func (f files) Symlink(target, name string) error { return f.root.Symlink(target, within(name)) }

func (f files) Chown(string, container.Owner) error { return nil }

func (f files) Chtimes(name string, modified time.Time) error {
	return f.root.Chtimes(within(name), modified, modified)
}

func (f files) Chmod(name string, mode fs.FileMode) error { return f.root.Chmod(within(name), mode) }
