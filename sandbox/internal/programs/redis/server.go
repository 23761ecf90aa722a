// Package redis is the sandbox's redis image: a server that keeps its data in
// memory and speaks the real protocol, and redis-cli.
package redis

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"strconv"
	"sync"
	"sync/atomic"
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
	if len(p.Args) == 2 && (p.Args[1] == "--version" || p.Args[1] == "-v") {
		// The streams may be gone with the container.
		_, _ = fmt.Fprintf(p.Stdout, "Redis server v=%s sha=00000000:0 malloc=go bits=64 build=sandbox\n", version)
		return 0
	}
	s := newServer(p, version)
	s.log.line('C', '*', "oO0OoO0OoO0Oo Redis is starting oO0OoO0OoO0Oo")
	s.log.line('C', '*', "Redis version="+version+", bits=64, commit=00000000, modified=0, pid=1, just started")
	settings, err := readSettings(p)
	if err != nil {
		// The streams may be gone with the container.
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
	p             *container.Process
	version, file string
	runID         string
	started       time.Time
	log           logger
	settings      *settings
	quit          chan struct{}
	commands      table
	own           map[string]func(*session, []string)
	store         *miniredis.Miniredis
	account       account
	clients       clients
	blocked       atomic.Int64
	// turn is held by the running command: like Redis, it runs one at a time.
	turn sync.Mutex

	accessed                                  sync.Mutex
	access                                    map[place]access
	order                                     map[place]map[string]int64
	swept                                     int
	processed, changes, hits, misses, evicted int64
}

func newServer(p *container.Process, version string) *server {
	var id [20]byte
	_, _ = rand.Read(id[:]) // it never fails
	return &server{
		p: p, version: version, runID: hex.EncodeToString(id[:]), started: time.Now(), log: logger{out: p.Stdout, now: time.Now},
		quit: make(chan struct{}, 1), commands: readTable(), own: own(), access: map[place]access{}, order: map[place]map[string]int64{},
	}
}

// defaultDatabases is how many there are at most.
const defaultDatabases = 16

func (s *server) databases() int {
	n, err := strconv.Atoi(s.settings.get("databases"))
	if err != nil {
		return defaultDatabases
	}
	return min(n, defaultDatabases)
}

// password is what ACL LIST shows of it.
func (s *server) password() string {
	password := s.settings.get("requirepass")
	if password == "" {
		return "nopass"
	}
	return fmt.Sprintf("#%x", sha256.Sum256([]byte(password)))
}

func (s *server) resetStats() {
	s.accessed.Lock()
	defer s.accessed.Unlock()
	s.processed, s.hits, s.misses, s.evicted = 0, 0, 0, 0
}

// pause waits for a number of milliseconds, or forever with 0, or until the
// end.
func (s *server) pause(milliseconds int) {
	var over <-chan time.Time
	if milliseconds > 0 {
		timer := time.NewTimer(time.Duration(milliseconds) * time.Millisecond)
		defer timer.Stop()
		over = timer.C
	}
	select {
	case <-over:
	case <-s.store.Ctx.Done():
	}
}

func (s *server) run(ctx context.Context) int {
	port := s.settings.get("port")
	s.log.line('M', '*', "Running mode=standalone, port="+port+".")
	if err := s.open(); err != nil {
		s.log.line('M', '#', err.Error())
		return 1
	}
	ctx, end := context.WithCancel(ctx)
	defer s.store.Close()
	defer end()
	listener, err := s.p.Net.Listen("tcp", ":"+port)
	if err != nil {
		s.log.line('M', '#', "Warning: Could not create server TCP listening socket *:"+port+": bind: Address already in use")
		s.log.line('M', '#', "Failed listening on port "+port+" (tcp), aborting.")
		return 1
	}
	s.log.line('M', '*', "Server initialized")
	s.log.line('M', '*', "Ready to accept connections tcp")
	s.p.Go(func() { s.accept(ctx, listener) })
	code := s.wait(ctx)
	if err := listener.Close(); err != nil && !errors.Is(err, net.ErrClosed) {
		s.log.line('M', '#', err.Error())
	}
	return code
}

// open creates the store. It does not listen: commands are passed to it.
func (s *server) open() error {
	s.store = miniredis.NewMiniRedis()
	first, err := s.store.Dial()
	if err == nil {
		err = first.Close()
	}
	if err != nil {
		return fmt.Errorf("failed to start the store: %w", err)
	}
	s.store.ClockTTL(true)
	s.account.store, s.account.hold = s.store, s.p.Hold
	return nil
}

func (s *server) accept(ctx context.Context, l net.Listener) {
	for {
		conn, err := l.Accept()
		if err != nil {
			return
		}
		s.p.Go(func() { s.serveConn(ctx, conn) })
	}
}

// wait returns the exit code when the server should end.
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
