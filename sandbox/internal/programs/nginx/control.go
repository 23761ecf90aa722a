package nginx

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/container"
	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/programs/nginx/conf"
)

// send is "nginx -s stop|quit|reload|reopen": it signals the running master.
func (n *instance) send(name string, c *config) int {
	file, err := n.p.Files.OpenFile(c.pid, os.O_RDONLY, 0)
	if err != nil {
		n.say("nginx: [error] open() %q failed (%s)\n", c.pid, conf.Reason(err))
		return 1
	}
	const number = 64 // more bytes than a PID has
	text, err := io.ReadAll(io.LimitReader(file, number))
	_ = file.Close() // it was only read
	pid, bad := strconv.Atoi(strings.TrimSpace(string(text)))
	if err != nil || bad != nil {
		n.say("nginx: [error] invalid PID number %q in %q\n", strings.TrimSpace(string(text)), c.pid)
		return 1
	}
	n.say("%s [notice] %d#%[2]d: signal process started\n", n.now().UTC().Format(logTime), n.p.PID)
	if err := n.p.Kill(pid, signals()[name]); err != nil {
		n.say("nginx: [alert] kill(%d, %d) failed (%v)\n", pid, signals()[name], err)
		return 1
	}
	return 0
}

// signals are what the words of -s stand for.
func signals() map[string]container.Signal {
	return map[string]container.Signal{"stop": container.SIGTERM, "quit": container.SIGQUIT, "reload": container.SIGHUP, "reopen": 10}
}

// prepare creates the folders for large bodies, and sets the process titles: if
// a container may not write there, nginx does not start.
func (n *instance) prepare(c *config) error {
	for _, name := range []string{"client", "proxy", "fastcgi", "uwsgi", "scgi"} {
		dir := "/var/cache/nginx/" + name + "_temp"
		if err := n.p.Files.Mkdir(dir, 0o700); err != nil && !errors.Is(err, os.ErrExist) {
			return fmt.Errorf("mkdir() %q failed (%s)", dir, conf.Reason(err))
		}
	}
	file, err := n.p.Files.OpenFile(c.pid, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o644)
	if err != nil {
		return fmt.Errorf("open() %q failed (%s)", c.pid, conf.Reason(err))
	}
	_, err = fmt.Fprintln(file, n.p.PID)
	return errors.Join(err, file.Close())
}

// master becomes what ps shows of it.
func (n *instance) master() {
	title := "nginx: master process " + strings.Join(n.p.Args, " ")
	n.p.Become([]string{title}, n.p.Env)
	n.p.Catch(container.SIGHUP, container.SIGTERM, container.SIGINT, container.SIGQUIT, 10)
}

// work runs the worker processes until ctx is done or they are replaced. They
// only exist: one that is killed is replaced.
func (n *instance) work(ctx context.Context, c *config) (relieve func()) {
	ctx, relieve = context.WithCancel(ctx)
	n.notice("start worker processes")
	for range c.workers {
		started := make(chan struct{})
		n.p.Go(func() { n.worker(ctx, started) })
		<-started
	}
	return relieve
}

func (n *instance) worker(ctx context.Context, started chan struct{}) {
	tell := sync.OnceFunc(func() { close(started) })
	defer tell() // Also where it ends before it began.
	child := *n.p
	child.Args = []string{"nginx: worker process"}
	if n.p.User.UID == 0 {
		child.User = container.User{UID: 101, GID: 101, Groups: []int64{101}}
	}
	for ctx.Err() == nil {
		pid := workerPID
		code := n.p.Spawn(ctx, func(ctx context.Context, p *container.Process) int {
			if p.PID != n.p.PID {
				pid = p.PID
			}
			n.notice("start worker process %d", pid)
			tell()
			<-ctx.Done()
			return 0
		}, child)
		if ctx.Err() == nil {
			n.line("alert", fmt.Sprintf("1#1: worker process %d exited on signal %d", pid, code-128))
		}
	}
}

// count reads "auto" or a number.
func count(text string) int {
	if n, err := strconv.Atoi(text); err == nil && n > 0 {
		return n
	}
	return runtime.NumCPU()
}

// pidFile makes a path of the pid directive's value.
func pidFile(name string) string {
	if path.IsAbs(name) {
		return name
	}
	return path.Join(prefix, name)
}

// errUnbound is nginx's last message if a port stays taken.
var errUnbound = errors.New("still could not bind()")

// bind opens the ports. If one is taken it tries five times, as nginx does.
func (n *instance) bind(ctx context.Context, c *config) error {
	pause := time.NewTicker(bindPause)
	defer pause.Stop()
	for range 5 {
		err := n.use(ctx, c)
		if !errors.Is(err, syscall.EADDRINUSE) {
			return err
		}
		n.emerg(err)
		n.say("%s [notice] 1#1: try again to bind() after 500ms\n", n.now().UTC().Format(logTime))
		select {
		case <-pause.C:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return errUnbound
}

// bindPause is how long nginx waits before it tries a taken port again.
const bindPause = 500 * time.Millisecond
