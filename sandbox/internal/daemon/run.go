package daemon

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"os"
	"runtime/debug"
	"time"

	"github.com/gofrs/flock"

	"github.com/kubectl-learn/kubectl-learn/internal/atomicfile"
	"github.com/kubectl-learn/kubectl-learn/pkg/lang"
	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/controlplane"
)

const (
	// lockPatience is how long a daemon tries for the lock, which those who only
	// look at it hold for moments.
	lockPatience = 500 * time.Millisecond
	// pollEvery is how often the state of another process is looked at.
	pollEvery = 10 * time.Millisecond
)

// RunOptions are the choices of one daemon.
type RunOptions struct {
	// Port is the API server's port on 127.0.0.1; 0 for the one that it had
	// before, or any.
	Port int
	// Log takes what the daemon has to say.
	Log *slog.Logger
}

// Run is the daemon: it runs the sandbox until ctx is done, and returns nil when
// it then stopped as it should.
func Run(ctx context.Context, folder Folder, opts RunOptions) error {
	if err := folder.make(); err != nil {
		return err
	}
	lock := flock.New(folder.file("lock"), flock.SetPermissions(0o600))
	patience, cancel := context.WithTimeout(ctx, lockPatience)
	defer cancel()
	if got, err := lock.TryLockContext(patience, pollEvery); !got {
		if err == nil || errors.Is(err, context.DeadlineExceeded) {
			return &HintError{What: lang.Messagef("the sandbox is already running", "沙箱已经在运行"), Hints: []lang.Message{lang.Same(Program + " status")}}
		}
		return errorf(err, "failed to take the lock of the sandbox", "无法取得沙箱的锁")
	}
	defer lock.Close()
	d := &daemon{folder: folder, opts: opts}
	err := d.run(ctx)
	d.record.PID, d.record.Ready, d.record.Stage, d.record.Failure = 0, false, "", failureOf(err)
	return errors.Join(err, folder.write(d.record))
}

// daemon is a running sandbox, lock in hand.
type daemon struct {
	folder Folder
	opts   RunOptions
	record record
}

func (d *daemon) run(ctx context.Context) error {
	before, err := d.folder.read()
	if err != nil {
		return err
	}
	d.record = record{PID: os.Getpid(), Port: before.Port, Started: time.Now().UTC().Truncate(time.Second), Version: controlplane.Version}
	if err := d.folder.write(d.record); err != nil {
		return err
	}
	listener, lost, err := listen(ctx, d.opts.Port, before.Port)
	if err != nil {
		return err
	}
	d.record.Port, d.record.LostPort = portOf(listener), lost
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	started, err := d.start(ctx, cancel, listener)
	if err != nil {
		return errors.Join(err, ignoreClosed(listener.Close()))
	}
	d.opts.Log.Info("the sandbox is ready", "server", "https://"+started.ServerAddress(), "version", d.record.Version)
	trim()
	<-started.Done()
	return started.Err()
}

// start returns when the cluster is ready for work, or has stopped again.
func (d *daemon) start(ctx context.Context, cancel func(), listener net.Listener) (*cluster, error) {
	_, missing := os.Stat(d.folder.file("etcd"))
	c, err := assemble(ctx, d.folder, listener, d.stage, d.opts.Log)
	if err == nil {
		err = d.publish(c)
	}
	if err == nil {
		return c, nil
	}
	if d.record.Stage == string(controlplane.StageEtcd) && missing == nil && ctx.Err() == nil {
		err = damaged(d.folder.file("etcd"), err)
	}
	cancel()
	if c != nil {
		<-c.Done()
	}
	return nil, err
}

// publish lets the learner in as soon as there is something to see.
func (d *daemon) publish(c *cluster) error {
	kubeconfig, err := c.Kubeconfig()
	if err != nil {
		return err
	}
	if err := atomicfile.Write(d.folder.Kubeconfig(), kubeconfig); err != nil {
		return err
	}
	if err := d.await(c); err != nil {
		return err
	}
	d.record.Ready, d.record.Stage = true, ""
	return d.folder.write(d.record)
}

// await waits for the cluster's parts, or for its early end.
func (d *daemon) await(c *cluster) error {
	for _, part := range []<-chan struct{}{c.Ready(), c.nodes} {
		select {
		case <-part:
		case <-c.Done():
			return errors.Join(&HintError{What: stoppedEarly()}, c.Err())
		}
		d.stage(stageNode)
	}
	return nil
}

// stage lets those who wait for the daemon see where it is.
func (d *daemon) stage(name string) {
	d.record.Stage = name
	if err := d.folder.write(d.record); err != nil {
		d.opts.Log.Error("failed to say how far the start is", "error", err)
	}
}

// trim gives back the memory that only starting needed, and from then on takes
// a little more work over a third more memory: a sandbox idles most of its life.
func trim() {
	debug.SetGCPercent(50)
	debug.FreeOSMemory()
}

func ignoreClosed(err error) error {
	if errors.Is(err, net.ErrClosed) {
		return nil
	}
	return err
}
