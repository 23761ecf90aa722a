package tools_test

import (
	"bytes"
	"context"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/container"
	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/programs/programtest"
	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/programs/tools"
)

// waiting is how long a test waits for what must happen soon.
const waiting = time.Minute

// newContainer starts a container with the tools, of so many bytes of memory, and with
// folders mounted.
func newContainer(t *testing.T, memory int64, mounts ...container.Mount) *container.Container {
	t.Helper()
	image := container.Image{
		Name: "busybox", Programs: tools.Programs(),
		Root: fstest.MapFS{"etc/passwd": {Data: []byte(passwd), Mode: 0o644}, "w/words": {Data: []byte("a\nb\n"), Mode: 0o644}},
	}
	image.Programs["/bin/wait-for-end"] = waitForEnd
	dir := t.TempDir()
	if err := image.Unpack(dir); err != nil {
		t.Fatal(err)
	}
	tree, err := container.NewTree(dir, mounts)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = tree.Close() })
	c, err := container.Start(t.Context(), container.Config{
		Image: image, Command: []string{"wait-for-end"}, Files: tree, Dir: "/w", Hostname: "pod-1", Memory: memory,
		Net: programtest.NewNetwork(nil).Pod("10.244.0.9"), Stdout: new(bytes.Buffer), Stderr: new(bytes.Buffer),
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Stop(0) })
	return c
}

func waitForEnd(ctx context.Context, _ *container.Process) int {
	<-ctx.Done()
	return 0
}

// sh runs one command line to its end.
func sh(t *testing.T, c *container.Container, stdin, line string) (out string, code int) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), waiting)
	defer cancel()
	var both programtest.Buffer
	code, err := c.Exec(ctx, container.ExecConfig{Args: words(t, line), Stdin: strings.NewReader(stdin), Stdout: &both, Stderr: &both})
	if err != nil {
		t.Fatal(err)
	}
	if ctx.Err() != nil {
		t.Fatalf("%s does not end", line)
	}
	return both.String(), code
}

// A command that keeps what it reads fills its container's memory, and no more.
func TestMemory(t *testing.T) {
	t.Parallel()
	for _, line := range []string{
		"tail /dev/zero", "sort /dev/zero", "tac /dev/zero", "rev /dev/zero", "sed p /dev/zero", "grep a /dev/zero", "base64 /dev/zero", "xargs -a /dev/zero", "uniq /dev/zero",
		"cut -f 1 /dev/zero", "head -n -5 /dev/zero", "tail -c 1000000000 /dev/zero", "grep -o a long", "sed s/a/b/g long", "diff /dev/zero words", "grep -f /dev/zero words",
		"cat -n /dev/zero", "sed -f /dev/zero words", "sed ':a;s/.*/&&&&&&&&&&&&&&&&/;ba' words", "sed ':a;G;h;ba' words",
	} {
		t.Run(line, func(t *testing.T) {
			t.Parallel()
			c := newContainer(t, 8<<20)
			sh(t, c, strings.Repeat("a", 3<<20), "tee long")
			_, code := sh(t, c, "", line)
			<-c.Done()
			if exit := c.Exit(); !exit.OutOfMemory || code != 137 {
				t.Errorf("%s: exit %d, container %+v", line, code, exit)
			}
		})
	}
}

// A command that copies without end ends with its container.
func TestEndsWithContainer(t *testing.T) {
	t.Parallel()
	for _, line := range []string{
		"cat /dev/zero", "yes", "md5sum /dev/zero", "dd if=/dev/zero of=/dev/null", "seq 1 0 3", "wc /dev/zero", "tail -f words", "tail -F none", "od -v /dev/zero", "hexdump -v -C /dev/zero",
		"head -c 99999999999999 /dev/zero", "cp /dev/zero /dev/null", "gzip -c /dev/zero", "cmp /dev/zero /dev/zero", "sed ':a;ba' words", "top -b", "sleep 1000", "timeout 1000 sleep 1000",
		"find / -exec sleep 1000 ;", "xargs -n 1 sleep", "nc -l -p 80", "cat", "tr a b", "time sleep 1000",
	} {
		t.Run(line, func(t *testing.T) {
			t.Parallel()
			c := newContainer(t, 0)
			in, writer, err := os.Pipe()
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _, _ = in.Close(), writer.Close() }()
			if strings.HasPrefix(line, "xargs") {
				_, _ = writer.WriteString("1000\n")
				_ = writer.Close()
			}
			ended := make(chan int, 1)
			go func() {
				code, _ := c.Exec(t.Context(), container.ExecConfig{Args: words(t, line), Stdin: in, Stdout: io.Discard, Stderr: io.Discard})
				ended <- code
			}()
			running(t, c, strings.Fields(line)[0])
			c.Stop(0)
			select {
			case code := <-ended:
				if code != 137 {
					t.Errorf("exit %d, want 137", code)
				}
			case <-time.After(waiting):
				t.Error("it goes on")
			}
		})
	}
}

// running waits until a process of this name is in the container.
func running(t *testing.T, c *container.Container, name string) {
	t.Helper()
	for deadline := time.Now().Add(waiting); time.Now().Before(deadline); {
		if out, _ := sh(t, c, "", "pidof "+name); out != "" {
			return
		}
	}
	t.Fatalf("no %s runs", name)
}

// tail -F waits for a file that is not there yet, and follows its name.
func TestTailFollowsName(t *testing.T) {
	t.Parallel()
	c := newContainer(t, 0)
	var out, errs programtest.Buffer
	go func() {
		_, _ = c.Exec(t.Context(), container.ExecConfig{Args: []string{"tail", "-n+1", "-F", "log"}, Stdout: &out, Stderr: &errs})
	}()
	errs.Await(t, "tail: can't open 'log': No such file or directory\n")
	sh(t, c, "one\n", "tee log")
	out.Await(t, "one\n")
	errs.Await(t, "tail: log has appeared; following end of new file\n")
	sh(t, c, "two\n", "tee -a log")
	out.Await(t, "one\ntwo\n")
	sh(t, c, "", "mv log log.1")
	errs.Await(t, "tail: log has been renamed or deleted: No such file or directory\n")
	sh(t, c, "three\n", "tee log")
	out.Await(t, "two\nthree\n")
}

// Places that something is mounted on can be neither removed nor moved; what is moved
// between two file systems is copied.
func TestMounts(t *testing.T) {
	t.Parallel()
	data, file := t.TempDir(), t.TempDir()
	for name, text := range map[string]string{filepath.Join(data, "f"): "in volume\n", filepath.Join(file, "conf"): "one\n"} {
		if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	c := newContainer(t, 0, container.Mount{Path: "/data", Source: data}, container.Mount{Path: "/etc/conf", Source: file, SubPath: "conf"}, container.Mount{Path: "/sealed", Source: data, ReadOnly: true})
	for _, tt := range []struct{ line, want string }{
		{"rmdir /data", "rmdir: '/data': Device or resource busy\n"},
		{"rm /etc/conf", "rm: can't remove '/etc/conf': Device or resource busy\n"},
		{"mv /etc/conf /etc/other", "mv: can't rename '/etc/conf': Device or resource busy\n"},
		{"rmdir /sealed", "rmdir: '/sealed': Device or resource busy\n"},
		{"rm /sealed/f", "rm: can't remove '/sealed/f': Read-only file system\n"},
		{"touch /sealed/g", "touch: /sealed/g: Read-only file system\n"},
		{"mkdir /sealed/d", "mkdir: can't create directory '/sealed/d': Read-only file system\n"},
		{"ln -s a /sealed/l", "ln: /sealed/l: Read-only file system\n"},
		{"cp words /sealed/", "cp: can't create '/sealed/words': Read-only file system\n"},
		{"mv words /data/words", ""},
		{"cat /data/words", "a\nb\n"},
		{"ls /w", ""},
		{"mkdir -p /w/x/y", ""},
		{"cp /data/words /w/x/y/f", ""},
		{"mv /w/x /data/x", ""},
		{"cat /data/x/y/f", "a\nb\n"},
		{"ls /w", ""},
		{"mv /data/x /data/y", ""},
		{"find /data/y -type f", "/data/y/y/f\n"},
		{"rm -r /data", "rm: can't remove '/data': Device or resource busy\n"},
		{"ls /data", ""},
	} {
		if got, _ := sh(t, c, "", tt.line); got != tt.want {
			t.Errorf("%s: %q, want %q", tt.line, got, tt.want)
		}
	}
}

// kubectl cp packs and unpacks folders with tar; what goes in comes out.
func TestTarRoundTrip(t *testing.T) {
	t.Parallel()
	c := newContainer(t, 0)
	for _, tt := range []struct{ line, want string }{
		{"mkdir -p a/b", ""},
		{"cp words a/b/f", ""},
		{"chmod 640 a/b/f", ""},
		{"ln -s b/f a/l", ""},
		{"touch -d @0 a/b/f", ""},
		{"tar cf t.tar a", ""},
		{"tar tf t.tar", "a/\na/b/\na/b/f\na/l\n"},
		{"tar -C /tmp -xf t.tar", ""},
		{"stat -c '%a %s %Y %N' /tmp/a/b/f /tmp/a/l", "640 4 0 /tmp/a/b/f\n777 3 "},
		{"tar czf t.tgz a/b/f", ""},
		{"tar -xzOf t.tgz", "a\nb\n"},
		{"tar tf t.tar a/b/f", "a/b/f\n"},
		{"tar tf t.tar none", "tar: none: not found in archive\n"},
		{"tar cf u.tar /w/words", "tar: removing leading '/' from member names\n"},
		{"tar tf u.tar", "w/words\n"},
		{"tar xf t.tar -C nowhere", "tar: can't change directory to 'nowhere': No such file or directory\n"},
		{"gzip words", ""},
		{"ls words.gz", "words.gz\n"},
		{"zcat words.gz", "a\nb\n"},
		{"gunzip words.gz", ""},
		{"cat words", "a\nb\n"},
	} {
		if got, _ := sh(t, c, "", tt.line); !strings.HasPrefix(got, tt.want) || tt.want == "" && got != "" {
			t.Errorf("%s: %q, want %q", tt.line, got, tt.want)
		}
	}
}
