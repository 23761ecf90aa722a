// Package redis is the sandbox's redis image: a server that keeps its data in
// memory and speaks the real protocol, and redis-cli.
package redis

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"time"

	"github.com/alicebob/miniredis/v2"

	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/container"
)

//go:embed all:root
var root embed.FS

// Root returns the image's files.
func Root() fs.FS {
	files, _ := fs.Sub(root, "root") // it fails only for a malformed name
	return files
}

// Server returns /usr/local/bin/redis-server of a version:
// "redis-server [FILE] [--NAME VALUE]...".
func Server(version string) container.Program {
	return func(ctx context.Context, p *container.Process) int { return serve(ctx, p, version) }
}

func serve(ctx context.Context, p *container.Process, version string) int {
	s := &server{p: p, log: logger{out: p.Stdout, now: time.Now}, quit: make(chan struct{}, 1)}
	s.log.line('C', '*', "oO0OoO0OoO0Oo Redis is starting oO0OoO0OoO0Oo")
	s.log.line('C', '*', "Redis version="+version+", bits=64, commit=00000000, modified=0, pid=1, just started")
	settings, err := readSettings(p)
	if err != nil {
		// The streams of a container that is gone take nothing; there is nobody to tell.
		_, _ = fmt.Fprintf(p.Stderr, "\n*** FATAL CONFIG FILE ERROR (Redis %s) ***\n%v\n", version, err)
		return 1
	}
	s.settings = settings
	p.Become([]string{"redis-server *:" + settings.get("port")}, p.Env)
	p.Catch(container.SIGTERM, container.SIGINT)
	return s.run(ctx)
}

// server is one running Redis.
type server struct {
	p        *container.Process
	log      logger
	settings settings
	quit     chan struct{}
}

func (s *server) run(ctx context.Context) int {
	port := s.settings.get("port")
	s.log.line('M', '*', "Running mode=standalone, port="+port+".")
	m, err := s.memory()
	if err != nil {
		s.log.line('M', '#', err.Error())
		return 1
	}
	defer m.Close()
	listener, err := s.p.Net.Listen("tcp", ":"+port)
	if err != nil {
		s.log.line('M', '#', "Warning: Could not create server TCP listening socket *:"+port+": bind: Address already in use")
		s.log.line('M', '#', "Failed listening on port "+port+" (tcp), aborting.")
		return 1
	}
	s.log.line('M', '*', "Server initialized")
	s.log.line('M', '*', "Ready to accept connections tcp")
	go accept(listener, m)
	code := s.wait(ctx)
	if err := listener.Close(); err != nil && !errors.Is(err, net.ErrClosed) {
		s.log.line('M', '#', err.Error())
	}
	return code
}

// memory makes the store. Its connections are handed over one by one, so that
// nothing listens on the machine itself.
func (s *server) memory() (*miniredis.Miniredis, error) {
	m := miniredis.NewMiniRedis()
	first, err := m.Dial()
	if err != nil {
		return nil, fmt.Errorf("failed to start the store: %w", err)
	}
	if err := first.Close(); err != nil {
		return nil, fmt.Errorf("failed to start the store: %w", err)
	}
	m.Server().SetPreHook((&keeper{store: m, hold: s.p.Hold}).guard)
	m.ClockTTL(true)
	m.RequireAuth(s.settings.get("requirepass"))
	return m, s.register(m)
}

func accept(l net.Listener, m *miniredis.Miniredis) {
	for {
		conn, err := l.Accept()
		if err != nil {
			return
		}
		m.Server().ServeConn(conn)
	}
}

// wait returns the exit code once the server is to end.
func (s *server) wait(ctx context.Context) int {
	for {
		select {
		case <-ctx.Done():
			return 128 + int(container.SIGKILL)
		case <-s.quit:
			s.bye()
			return 0
		case sig := <-s.p.Signals:
			if sig != container.SIGTERM && sig != container.SIGINT {
				continue
			}
			name := map[container.Signal]string{container.SIGTERM: "SIGTERM", container.SIGINT: "SIGINT"}[sig]
			_, _ = fmt.Fprintf(s.p.Stdout, "1:signal-handler (%d) Received %s scheduling shutdown...\n", s.log.now().Unix(), name)
			s.bye()
			return 0
		}
	}
}

func (s *server) bye() {
	s.log.line('M', '*', "User requested shutdown...")
	s.log.line('M', '*', "Redis is now ready to exit, bye bye...")
}

// logger writes lines as Redis does: "1:M 21 Nov 2026 03:00:00.123 * Ready".
type logger struct {
	out io.Writer
	now func() time.Time
}

// line drops the error of a stream that nobody reads any more.
func (l logger) line(role, level rune, text string) {
	_, _ = fmt.Fprintf(l.out, "1:%c %s %c %s\n", role, l.now().UTC().Format("02 Jan 2006 15:04:05.000"), level, text)
}
