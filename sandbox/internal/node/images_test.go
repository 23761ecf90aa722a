package node_test

import (
	"context"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"os"
	"strconv"
	"strings"
	"testing/fstest"
	"time"

	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/container"
)

// catalog holds an image for each thing that a test wants of a container.
func catalog() container.Catalog {
	return container.Catalog{{
		Name: "web", Tags: []string{"1.0", "2.0"}, Entrypoint: []string{"web"}, Env: []string{"COLOUR=blue"},
		Root: fstest.MapFS{"etc/greeting": {Data: []byte("hello"), Mode: 0o644}},
		Programs: map[string]container.Program{
			"/bin/web": web, "/bin/cat": cat, "/bin/exit": exit, "/bin/env": env, "/bin/fetch": fetch,
			"/bin/sleep": sleep, "/bin/echo": echo, "/bin/upper": upper, "/bin/panic": panics, "/bin/touch": touch,
		},
	}}
}

// web greets with the text of /etc/greeting, its own host name and the caller's
// address, and stops when it is asked to.
func web(ctx context.Context, p *container.Process) int {
	l, err := p.Net.Listen("tcp", ":80")
	if err != nil {
		fmt.Fprintln(p.Stderr, err)
		return 1
	}
	server := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if _, err := p.Files.Stat("/tmp/sick"); err == nil {
			http.Error(w, "sick", http.StatusInternalServerError)
			return
		}
		fmt.Fprintf(w, "%s from %s to %s\n", slurp(p, "/etc/greeting"), p.Hostname, r.RemoteAddr)
		fmt.Fprintln(p.Stdout, r.Method, r.URL.Path)
	})}
	go func() { _ = server.Serve(l) }()
	p.Catch(container.SIGTERM)
	fmt.Fprintln(p.Stdout, "listening")
	select {
	case <-ctx.Done():
	case <-p.Signals:
		fmt.Fprintln(p.Stdout, "stopping")
	}
	_ = server.Close()
	return 0
}

func slurp(p *container.Process, name string) string {
	f, err := p.Files.OpenFile(name, os.O_RDONLY, 0)
	if err != nil {
		return err.Error()
	}
	defer func() { _ = f.Close() }()
	body, _ := io.ReadAll(f)
	return strings.TrimSpace(string(body))
}

func cat(_ context.Context, p *container.Process) int {
	for _, name := range p.Args[1:] {
		fmt.Fprintln(p.Stdout, slurp(p, name))
	}
	return 0
}

func touch(_ context.Context, p *container.Process) int {
	f, err := p.Files.OpenFile(p.Args[1], os.O_CREATE|os.O_WRONLY, fs.FileMode(0o644))
	if err != nil {
		fmt.Fprintln(p.Stderr, err)
		return 1
	}
	_ = f.Close()
	return 0
}

func exit(_ context.Context, p *container.Process) int {
	fmt.Fprintln(p.Stdout, "giving up")
	code, _ := strconv.Atoi(p.Args[1])
	return code
}

func env(_ context.Context, p *container.Process) int {
	for _, e := range p.Env {
		fmt.Fprintln(p.Stdout, e)
	}
	return 0
}

func echo(_ context.Context, p *container.Process) int {
	fmt.Fprintln(p.Stdout, strings.Join(p.Args[1:], " "))
	return 0
}

func upper(_ context.Context, p *container.Process) int {
	body, _ := io.ReadAll(p.Stdin)
	fmt.Fprint(p.Stdout, strings.ToUpper(string(body)))
	return 0
}

func panics(context.Context, *container.Process) int { panic("out of cheese") }

// sleep sleeps forever and does not handle SIGTERM.
func sleep(ctx context.Context, _ *container.Process) int {
	<-ctx.Done()
	return 0
}

func fetch(ctx context.Context, p *container.Process) int {
	client := &http.Client{Timeout: 5 * time.Second, Transport: &http.Transport{DialContext: p.Net.Dial, DisableKeepAlives: true}}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, p.Args[1], nil)
	if err != nil {
		fmt.Fprintln(p.Stderr, err)
		return 2
	}
	res, err := client.Do(req)
	if err != nil {
		fmt.Fprintln(p.Stderr, err)
		return 1
	}
	defer func() { _ = res.Body.Close() }()
	_, _ = io.Copy(p.Stdout, res.Body)
	return 0
}
