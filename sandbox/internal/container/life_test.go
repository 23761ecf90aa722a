package container

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"syscall"
	"testing"
	"time"
)

// What a killed program has open breaks, and what it starts ends with it, also
// when it never looks at its context.
func TestKilledIsDead(t *testing.T) {
	stubborn := map[string]func(p *Process) error{
		"reads a device": func(p *Process) error {
			f, err := p.Files.OpenFile("/dev/zero", os.O_RDONLY, 0)
			if err != nil {
				return err
			}
			_, err = io.Copy(io.Discard, f)
			return err
		},
		"fills a file": func(p *Process) error {
			f, err := p.Files.OpenFile("/tmp/full", os.O_CREATE|os.O_WRONLY, 0o644)
			if err != nil {
				return err
			}
			for err == nil {
				_, err = f.Seek(0, io.SeekStart)
				if err == nil {
					_, err = f.Write([]byte("x"))
				}
			}
			return err
		},
		"prints": func(p *Process) (err error) {
			for err == nil {
				_, err = io.WriteString(p.Stdout, "y\n")
			}
			return err
		},
		"makes folders": func(p *Process) (err error) {
			for err == nil {
				if err = p.Files.Mkdir("/tmp/d", 0o755); err == nil {
					err = p.Files.Remove("/tmp/d")
				}
			}
			return err
		},
		"describes a file": func(p *Process) (err error) {
			for err == nil {
				_, err = p.Files.Stat("/tmp")
			}
			return err
		},
		"describes a process": func(p *Process) (err error) {
			for err == nil {
				_, err = p.Files.Lstat("/proc/1")
			}
			return err
		},
		"reads a link": func(p *Process) error {
			err := p.Files.Symlink("/", "/tmp/l")
			for err == nil {
				_, err = p.Files.Readlink("/tmp/l")
			}
			return err
		},
		"changes a mode": func(p *Process) (err error) {
			for err == nil {
				err = p.Files.Chmod("/tmp", 0o755)
			}
			return err
		},
		"changes an owner": func(p *Process) (err error) {
			for err == nil {
				err = p.Files.Chown("/tmp", Owner{})
			}
			return err
		},
		"has a child that reads": func(p *Process) (err error) {
			p.Spawn(context.Background(), func(_ context.Context, child *Process) int {
				var f File
				if f, err = child.Files.OpenFile("/dev/zero", os.O_RDONLY, 0); err == nil {
					_, err = io.Copy(io.Discard, f)
				}
				return 0
			}, *p)
			return err
		},
	}
	for name, work := range stubborn {
		t.Run(name, func(t *testing.T) {
			ended := make(chan error, 1)
			c := start(t, func(_ context.Context, p *Process) int {
				ended <- work(p)
				return 0
			}, io.Discard)
			select {
			case err := <-ended:
				t.Fatalf("ended before it was killed: %v", err)
			case <-time.After(50 * time.Millisecond):
			}
			c.Signal(SIGKILL)
			<-c.Done()
			if err := <-ended; !errors.Is(err, syscall.EINTR) {
				t.Errorf("ended with %v, want that all broke", err)
			}
		})
	}
}

// What a program reads whole counts as its container's memory.
func TestReadAll(t *testing.T) {
	ended := make(chan error, 1)
	c := start(t, func(_ context.Context, p *Process) int {
		text, err := p.ReadAll(strings.NewReader("text"), 0)
		if err != nil || string(text) != "text" {
			t.Errorf("%q, %v", text, err)
		}
		zero, err := p.Files.OpenFile("/dev/zero", os.O_RDONLY, 0)
		if err == nil {
			_, err = p.ReadAll(zero, nodeMemory-1<<20)
		}
		ended <- err
		return 0
	}, io.Discard)
	if err := <-ended; !errors.Is(err, syscall.ENOMEM) {
		t.Errorf("ended with %v, want that there is no more memory", err)
	}
	if <-c.Done(); !c.Exit().OutOfMemory {
		t.Errorf("exit %+v, want out of memory", c.Exit())
	}
}

// A container has so many files open at once, and no more.
func TestFilesMost(t *testing.T) {
	ended := make(chan error, 1)
	c := start(t, func(_ context.Context, p *Process) int {
		ended <- func() error {
			var first File
			for i := range filesMost {
				f, err := p.Files.OpenFile("/dev/null", os.O_RDONLY, 0)
				if err != nil {
					return fmt.Errorf("file %d: %w", i, err)
				}
				if i == 0 {
					first = f
				}
			}
			if _, err := p.Files.OpenFile("/dev/null", os.O_RDONLY, 0); !errors.Is(err, syscall.EMFILE) {
				return fmt.Errorf("one too many: %w", err)
			}
			if _, err := p.Files.OpenFile("/missing", os.O_RDONLY, 0); !errors.Is(err, syscall.EMFILE) {
				return fmt.Errorf("one too many: %w", err)
			}
			err := first.Close()
			if err == nil {
				_, err = p.Files.OpenFile("/missing", os.O_RDONLY, 0)
			}
			if !errors.Is(err, syscall.ENOENT) {
				return fmt.Errorf("a missing one: %w", err)
			}
			_, err = p.Files.OpenFile("/dev/null", os.O_RDONLY, 0)
			return err
		}()
		return 0
	}, io.Discard)
	if err := <-ended; err != nil {
		t.Error(err)
	}
	<-c.Done()
}

// A panic beside the program ends its process alone, with a trace.
func TestGoPanics(t *testing.T) {
	var out bytes.Buffer
	c := start(t, func(ctx context.Context, p *Process) int {
		p.Go(func() { panic("out of cheese") })
		<-ctx.Done()
		return 0
	}, &out)
	<-c.Done()
	if got := out.String(); c.Exit().Code != 137 || !strings.Contains(got, "panic: out of cheese") || !strings.Contains(got, "goroutine ") {
		t.Errorf("exit %d:\n%s", c.Exit().Code, got)
	}
}
