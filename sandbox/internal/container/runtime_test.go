package container

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"
)

// loopback is a Net over the machine's own loopback.
type loopback struct{}

func (loopback) Listen(network, _ string) (net.Listener, error) {
	return (&net.ListenConfig{}).Listen(context.Background(), network, "127.0.0.1:0")
}

func (loopback) Dial(ctx context.Context, network, address string) (net.Conn, error) {
	return (&net.Dialer{}).DialContext(ctx, network, address)
}

func (loopback) LookupHost(context.Context, string) ([]string, error) { return nil, nil }
func (loopback) IP() string                                           { return "127.0.0.1" }

// buffer is a bytes.Buffer for several writers.
type buffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (b *buffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.Write(p)
}

func (b *buffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.String()
}

func image(programs map[string]Program) Image {
	return Image{
		Name: "tool", Tags: []string{"1"}, Env: []string{"A=image", "B=image"}, WorkingDir: "/work", Programs: programs,
		Root: fstest.MapFS{
			"etc/motd":   {Data: []byte("hi"), Mode: 0o444},
			"bin/script": {Data: []byte("#!/bin/args -x\n"), Mode: 0o755},
		},
	}
}

func tree(t *testing.T, i Image, mounts ...Mount) *Tree {
	t.Helper()
	dir := t.TempDir()
	if err := i.Unpack(dir); err != nil {
		t.Fatal(err)
	}
	made, err := NewTree(dir, mounts)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = made.Close() })
	return made
}

func start(t *testing.T, program Program, out io.Writer) *Container {
	t.Helper()
	i := image(map[string]Program{"/bin/main": program, "/bin/args": args})
	c, err := Start(t.Context(), Config{Image: i, Command: []string{"main"}, Env: []string{"B=pod"}, Files: tree(t, i), Net: loopback{}, Hostname: "me", Stdout: out, Stderr: out})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func args(_ context.Context, p *Process) int {
	fmt.Fprint(p.Stdout, strings.Join(p.Args, " "))
	return len(p.Args)
}

func until(ctx context.Context, p *Process, code int) int {
	p.Catch(SIGTERM)
	select {
	case <-ctx.Done():
	case <-p.Signals:
	}
	return code
}

func TestExitCodes(t *testing.T) {
	tests := map[string]struct {
		program Program
		grace   time.Duration
		want    int
		signal  Signal
	}{
		"ends":            {program: func(context.Context, *Process) int { return 3 }, grace: time.Minute, want: 3},
		"panics":          {program: func(context.Context, *Process) int { panic("x") }, grace: time.Minute, want: 2},
		"handles SIGTERM": {program: func(ctx context.Context, p *Process) int { return until(ctx, p, 5) }, grace: time.Minute, want: 5},
		"ignores SIGTERM": {program: func(ctx context.Context, _ *Process) int { <-ctx.Done(); return 0 }, grace: time.Millisecond, want: 137, signal: SIGKILL},
		"no grace":        {program: func(ctx context.Context, p *Process) int { <-ctx.Done(); return 0 }, want: 137, signal: SIGKILL},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			out := &buffer{}
			c := start(t, test.program, out)
			if test.signal == 0 && test.want < 4 {
				<-c.Done()
			}
			exit := c.Stop(test.grace)
			if exit.Code != test.want || exit.Signal != test.signal {
				t.Errorf("exit %d, signal %d, want %d, %d", exit.Code, exit.Signal, test.want, test.signal)
			}
			if test.want == 2 && !strings.Contains(out.String(), "panic: x") {
				t.Errorf("no trace in %q", out)
			}
		})
	}
}

func TestExec(t *testing.T) {
	c := start(t, func(ctx context.Context, p *Process) int { return until(ctx, p, 0) }, io.Discard)
	defer c.Stop(0)
	tests := map[string]struct {
		args []string
		out  string
		code int
		err  string
	}{
		"in PATH":   {args: []string{"args", "a"}, out: "args a", code: 2},
		"by path":   {args: []string{"/bin/args"}, out: "/bin/args", code: 1},
		"script":    {args: []string{"script", "a"}, out: "/bin/args -x /bin/script a", code: 4},
		"missing":   {args: []string{"vi"}, err: `exec: "vi": executable file not found in $PATH`},
		"no file":   {args: []string{"/bin/vi"}, err: `exec: "/bin/vi": stat /bin/vi: no such file or directory`},
		"no rights": {args: []string{"/etc/motd"}, err: "permission denied"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			out := &buffer{}
			code, err := c.Exec(t.Context(), ExecConfig{Args: test.args, Stdout: out})
			if test.err != "" {
				if err == nil || !strings.Contains(err.Error(), test.err) {
					t.Errorf("error %v, want %q", err, test.err)
				}
				return
			}
			if err != nil || out.String() != test.out || code != test.code {
				t.Errorf("%q, %d, %v", out, code, err)
			}
		})
	}
}

func TestProcessWorld(t *testing.T) {
	seen := make(chan *Process, 1)
	c := start(t, func(_ context.Context, p *Process) int { seen <- p; return 0 }, io.Discard)
	<-c.Done()
	p := <-seen
	if got := getenv(p.Env, "A") + getenv(p.Env, "B") + getenv(p.Env, "HOSTNAME") + p.Dir; got != "imagepodme/work" {
		t.Errorf("environment %v, dir %s", p.Env, p.Dir)
	}
	if _, ok := p.Lookup("args"); !ok {
		t.Error("Lookup does not find args")
	}
}

func TestEndClosesSockets(t *testing.T) {
	address := make(chan string, 1)
	c := start(t, func(_ context.Context, p *Process) int {
		l, err := p.Net.Listen("tcp", ":0")
		if err != nil {
			return 1
		}
		address <- l.Addr().String()
		return 0
	}, io.Discard)
	<-c.Done()
	if conn, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", <-address); err == nil {
		_ = conn.Close()
		t.Error("the listener outlived its process")
	}
}

func TestCommandLine(t *testing.T) {
	i := Image{Entrypoint: []string{"e"}, Cmd: []string{"c"}}
	tests := []struct{ command, args, want []string }{
		{nil, nil, []string{"e", "c"}},
		{nil, []string{"a"}, []string{"e", "a"}},
		{[]string{"x"}, nil, []string{"x"}},
		{[]string{"x"}, []string{"a"}, []string{"x", "a"}},
	}
	for _, test := range tests {
		if diff := cmp.Diff(test.want, i.CommandLine(test.command, test.args)); diff != "" {
			t.Errorf("%v %v (-want +got):\n%s", test.command, test.args, diff)
		}
	}
}

func TestFind(t *testing.T) {
	c := Catalog{{Name: "nginx", Tags: []string{"1.28-alpine", "latest"}}, {Name: "curlimages/curl", Tags: []string{"8"}}}
	tests := map[string]string{ // Reference to error text; "" is found.
		"nginx": "", "nginx:1.28-alpine": "", "docker.io/library/nginx:latest": "", "library/nginx": "", "curlimages/curl:8": "",
		"curlimages/curl": `failed to pull and unpack image "docker.io/curlimages/curl:latest": failed to resolve reference "docker.io/curlimages/curl:latest": docker.io/curlimages/curl:latest: not found; of curlimages/curl, the sandbox has the tags 8`,
		"ngnix":           `docker.io/library/ngnix:latest: not found; the sandbox has no "ngnix", but it has "nginx"`,
		"postgres":        "not found; the sandbox has: nginx (1.28-alpine, latest), curlimages/curl (8)",
		"quay.io/nginx":   "quay.io/nginx:latest: not found",
		"nginx@sha256:" + strings.Repeat("0", 64): ": not found",
		"Nginx!": "invalid reference format",
	}
	for ref, want := range tests {
		found, err := c.Find(ref)
		switch {
		case want == "" && err != nil:
			t.Errorf("%s: %v", ref, err)
		case want != "" && (err == nil || !strings.Contains(err.Error(), want)):
			t.Errorf("%s: %v, want %q", ref, err, want)
		case want == "" && !strings.Contains(found.ID(), "@sha256:"):
			t.Errorf("%s: ID %s", ref, found.ID())
		}
	}
}
