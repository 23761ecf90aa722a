package daemon

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"time"

	"github.com/gofrs/flock"

	"github.com/kubectl-learn/kubectl-learn/internal/home"
	"github.com/kubectl-learn/kubectl-learn/internal/proxy"
	"github.com/kubectl-learn/kubectl-learn/pkg/lang"
)

// UpOptions are the choices of one start.
type UpOptions struct {
	// Port is the API server's port on 127.0.0.1; 0 for the usual one.
	Port int
	// Timeout is how long to wait until the sandbox is ready; 0 waits forever.
	Timeout time.Duration
	// Program is the path of the program to start, which must understand "run".
	Program string
	// Build is the version that this program was built as.
	Build string
}

// Progress is called with the current stage of starting. It misses stages that
// are over before anyone looks.
type Progress func(stage string)

// Up starts the sandbox when it is not running, and returns when it is ready.
// Any number of concurrent callers start a single sandbox and wait for it.
func Up(ctx context.Context, folder Folder, opts UpOptions, progress Progress) (Status, error) {
	if opts.Timeout > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeoutCause(ctx, opts.Timeout, &HintError{
			What: lang.Messagef("not ready after %s", "%s 后仍未就绪", opts.Timeout),
		})
		defer cancel()
	}
	if err := folder.make(); err != nil {
		return Status{}, err
	}
	child, err := ensureReady(ctx, folder, opts, progress)
	if err != nil {
		return Status{}, err
	}
	s, err := Look(folder)
	if child != nil && !child.before.IdleStopped.IsZero() {
		s.Notices = append(s.Notices, stoppedItself(child.before))
	}
	if child == nil && s.Build != opts.Build {
		s.Notices = append(s.Notices, anotherBuild(s.Build, opts.Build))
	}
	return s, err
}

// ensureReady returns when there is a ready daemon. The child is nil if the daemon
// already ran. A daemon that was just being killed is replaced.
func ensureReady(ctx context.Context, folder Folder, opts UpOptions, progress Progress) (*child, error) {
	for {
		child, err := ensure(ctx, folder, opts)
		if err != nil {
			return nil, err
		}
		err = follow(ctx, folder, child, progress)
		if errors.Is(err, errVanished) {
			continue
		}
		return child, err
	}
}

// child is a daemon that this process started; nil if another one did.
type child struct {
	process *os.Process
	// exited is closed when the daemon is gone.
	exited chan struct{}
	// logStart is where the daemon's part of the log begins, in bytes.
	logStart int64
	// before is the record of the daemon before it.
	before record
}

// ensure returns when there is a daemon that holds the lock or is about to.
func ensure(ctx context.Context, folder Folder, opts UpOptions) (*child, error) {
	turn := flock.New(folder.file("start.lock"), flock.SetPermissions(0o600))
	if _, err := turn.TryLockContext(ctx, pollEvery); err != nil {
		return nil, errorf(cause(ctx, err), "failed to wait for another start of the sandbox", "没能等到沙箱的另一次启动结束")
	}
	defer turn.Close()
	held, err := folder.held()
	if err != nil {
		return nil, err
	}
	if held {
		return nil, samePort(folder, opts.Port)
	}
	if err := folder.hasRoom(); err != nil {
		return nil, err
	}
	before, err := folder.read()
	if err != nil {
		return nil, err
	}
	c, err := spawn(folder, opts)
	if err != nil {
		return nil, err
	}
	c.before = before
	return c, c.awaitLock(ctx, folder)
}

func samePort(folder Folder, port int) error {
	r, err := folder.read()
	if err != nil || port == 0 || r.Port == 0 || r.Port == port {
		return err
	}
	return &HintError{
		What:  lang.Messagef("the sandbox is already running, on port %d of 127.0.0.1", "沙箱已经在 127.0.0.1 的端口 %d 上运行", r.Port),
		Hints: []lang.Message{lang.Same(fmt.Sprintf("%s down && %s up --port %d", Program, Program, port))},
	}
}

// daemonEnv is the environment of the daemon. Its parts use addresses that must
// not go through a proxy, and its log is in English.
func daemonEnv(env []string) []string {
	return append(proxy.Drop(env), home.LangEnv+"="+string(lang.English))
}

// spawn starts a daemon that outlives this process.
func spawn(folder Folder, opts UpOptions) (*child, error) {
	mark, err := folder.ensureMark()
	if err != nil {
		return nil, err
	}
	log, err := openLog(folder)
	if err != nil {
		return nil, err
	}
	defer log.Close()
	info, err := log.Stat()
	if err != nil {
		return nil, err
	}
	//nolint:noctx // The daemon must not end with the command that started it.
	cmd := exec.Command(opts.Program, "run", "--port", strconv.Itoa(opts.Port), "--mark", mark)
	cmd.Env = daemonEnv(os.Environ())
	cmd.Dir, cmd.Stdout, cmd.Stderr, cmd.SysProcAttr = folder.path, log, log, detached()
	if err := cmd.Start(); err != nil {
		return nil, errorf(err, "failed to start the sandbox", "无法启动沙箱")
	}
	c := &child{process: cmd.Process, exited: make(chan struct{}), logStart: info.Size()}
	go func() {
		_ = cmd.Wait() // its log says how it ended
		close(c.exited)
	}()
	return c, nil
}

// awaitLock waits until the daemon has written its record, so that no other
// process starts a second one.
func (c *child) awaitLock(ctx context.Context, folder Folder) error {
	return poll(ctx, func() (bool, error) {
		r, err := folder.read()
		if err != nil || r.PID == c.process.Pid {
			return true, err
		}
		select {
		case <-c.exited:
			return true, nil // follow says why
		default:
			return false, nil
		}
	})
}

// poll calls look until it is done or fails, or ctx ends.
func poll(ctx context.Context, look func() (done bool, err error)) error {
	tick := time.NewTicker(pollEvery)
	defer tick.Stop()
	for {
		if done, err := look(); done || err != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-tick.C:
		}
	}
}

// cause returns the reason why ctx ended, if there is one, instead of the bare
// error.
func cause(ctx context.Context, err error) error {
	if errors.Is(err, ctx.Err()) {
		return context.Cause(ctx)
	}
	return err
}
