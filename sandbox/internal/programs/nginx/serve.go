package nginx

import (
	"context"
	"errors"
	"fmt"
	"net"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/container"
)

// What the logs show.
const (
	logTime   = "2006/01/02 15:04:05"
	workerPID = 29
)

// instance is one running nginx.
type instance struct {
	p         *container.Process
	version   string
	now       func() time.Time
	variables map[string]func(*exchange) string
	active    atomic.Pointer[active]
	listeners map[string]*listening
	serial    atomic.Int64
	// bodies is how many bytes of requests are on their way to an upstream.
	bodies atomic.Int64
}

// active is the configuration in use with its open logs.
type active struct {
	config *config
	logs   *logs
}

// listening is one open port.
type listening struct {
	server *web
}

// serve runs until a signal ends it: at once for SIGTERM and SIGINT, after the
// current requests for SIGQUIT. SIGHUP reads the configuration again.
func (n *instance) serve(ctx context.Context, o options, c *config) int {
	if !c.daemon {
		return n.foreground(ctx, o, c)
	}
	n.warn(c)
	if err := n.bind(ctx, c); err != nil {
		n.emerg(err)
		return 1
	}
	n.stop((*web).Close)
	if n.p.PID > 1 {
		n.say("nginx: running as a daemon is not supported by the sandbox's nginx; run nginx -g 'daemon off;'\n")
		return 1
	}
	// As a daemon, nginx would end the container's first process, and so the
	// container.
	return 0
}

func (n *instance) foreground(ctx context.Context, o options, c *config) int {
	n.master()
	n.warn(c)
	err := n.bind(ctx, c)
	if err == nil {
		err = n.prepare(c)
	}
	if err != nil {
		n.emerg(err)
		n.stop((*web).Close)
		return 1
	}
	n.notice("nginx/%s", n.version)
	code := n.signals(ctx, o, c)
	if err := n.active.Load().logs.shut(); err != nil {
		n.notice("close() failed (%v)", err)
	}
	return code
}

func (n *instance) signals(ctx context.Context, o options, c *config) int {
	relieve := n.work(ctx, c)
	defer func() { relieve() }()
	for {
		select {
		case <-ctx.Done():
			n.stop((*web).Close)
			return 128 + int(container.SIGKILL)
		case sig := <-n.p.Signals:
			switch sig {
			case container.SIGHUP:
				if fresh := n.reload(ctx, o); fresh != nil {
					relieve()
					relieve = n.work(ctx, fresh)
				}
			case container.SIGTERM, container.SIGINT:
				n.notice("signal %d (%s) received, exiting", sig, map[container.Signal]string{container.SIGTERM: "SIGTERM", container.SIGINT: "SIGINT"}[sig])
				n.stop((*web).Close)
				n.notice("exit")
				return 0
			case container.SIGQUIT:
				n.notice("signal 3 (SIGQUIT) received, shutting down")
				n.stop(func(s *web) error { return s.Shutdown(ctx) })
				n.notice("exit")
				return 0
			}
		}
	}
}

func (n *instance) stop(end func(*web) error) {
	for address, l := range n.listeners {
		if err := end(l.server); err != nil && !errors.Is(err, net.ErrClosed) {
			n.notice("close() of %s failed (%v)", address, err)
		}
		delete(n.listeners, address)
	}
}

// warn prints nginx's warning about "user" when it isn't root.
func (n *instance) warn(c *config) {
	if n.p.User.UID == 0 || c.user == nil {
		return
	}
	text := c.user.Faultf("the \"user\" directive makes sense only if the master process runs with super-user privileges, ignored").Error()
	n.say("%s [warn] 1#1: %s\nnginx: [warn] %[2]s\n", n.now().UTC().Format(logTime), text)
}

// reload applies the new configuration, or keeps the old one, reports why and
// returns nil.
func (n *instance) reload(ctx context.Context, o options) *config {
	n.notice("signal 1 (SIGHUP) received, reconfiguring")
	_, c, err := n.load(ctx, o)
	before := n.active.Load()
	if err == nil {
		err = n.use(ctx, c)
	}
	if err != nil {
		n.line("emerg", "1#1: "+err.Error())
		return nil
	}
	if err := before.logs.shut(); err != nil {
		n.notice("close() failed (%v)", err)
	}
	n.notice("reconfiguring")
	return c
}

// use opens what the configuration needs and activates it.
func (n *instance) use(ctx context.Context, c *config) error {
	opened, err := openLogs(n.p, c.sorted())
	if err != nil {
		return err
	}
	wanted := c.addresses()
	fresh := map[string]net.Listener{}
	for address := range wanted {
		if n.listeners[address] != nil {
			continue
		}
		l, err := n.p.Net.Listen("tcp", address)
		if err != nil {
			for _, l := range fresh {
				err = errors.Join(err, l.Close())
			}
			return errors.Join(bindFault(address, err), opened.shut())
		}
		fresh[address] = l
	}
	n.active.Store(&active{c, opened})
	for address, l := range fresh {
		n.open(ctx, address, l)
	}
	for address, l := range n.listeners {
		if !wanted[address] {
			_ = l.server.Close() // the port is given up; its requests go with it
			delete(n.listeners, address)
		}
	}
	return nil
}

// taken is the error for an address that another program uses.
type taken string

func (t taken) Error() string {
	return "bind() to " + string(t) + " failed (98: Address already in use)"
}

func (taken) Unwrap() error { return syscall.EADDRINUSE }

func bindFault(address string, err error) error {
	if errors.Is(err, syscall.EADDRINUSE) {
		return taken(address)
	}
	return fmt.Errorf("bind() to %s failed (%s)", address, errno(err))
}

// addresses are what to listen on: one for each port that some server wants
// on every address, else one for each address.
func (c *config) addresses() map[string]bool {
	wide := map[string]bool{}
	for _, s := range c.servers {
		for _, l := range s.listens {
			if l.host == "0.0.0.0" || l.host == "::" {
				wide[l.port] = true
			}
		}
	}
	all := map[string]bool{}
	for _, s := range c.servers {
		for _, l := range s.listens {
			if wide[l.port] {
				all[net.JoinHostPort("0.0.0.0", l.port)] = true
				continue
			}
			all[net.JoinHostPort(l.host, l.port)] = true
		}
	}
	return all
}

func (n *instance) open(ctx context.Context, address string, l net.Listener) {
	_, port, err := net.SplitHostPort(address)
	if err != nil {
		port = address
	}
	server := &web{nginx: n, port: port, l: l, open: map[net.Conn]bool{}}
	n.listeners[address] = &listening{server}
	n.p.Go(func() { server.serve(ctx) })
}

// errorf writes to the error log of the request's location.
func (n *instance) errorf(x *exchange, format string, args ...any) {
	text := fmt.Sprintf(format, args...) + x.details()
	name := x.server.level.settings.errorLog
	if x.loc != nil {
		name = x.loc.settings.errorLog
	}
	n.active.Load().logs.line(name, fmt.Sprintf("%s [error] %d#%d: *%d %s", n.now().UTC().Format(logTime), workerPID, workerPID, x.serial, text))
}

func (n *instance) notice(format string, args ...any) {
	n.line("notice", "1#1: "+fmt.Sprintf(format, args...))
}

// line writes to the main error log.
func (n *instance) line(level, text string) {
	a := n.active.Load()
	a.logs.line(a.config.errorLog, n.now().UTC().Format(logTime)+" ["+level+"] "+text)
}
