package daemon

import (
	"cmp"
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"os"
	"runtime/debug"
	"sync"
	"time"

	"github.com/gofrs/flock"

	"github.com/kubectl-learn/kubectl-learn/internal/atomicfile"
	"github.com/kubectl-learn/kubectl-learn/pkg/lang"
	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/controlplane"
	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/fleet"
	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/nodehost"
)

const (
	// lockPatience is how long a daemon tries to take the lock, which processes
	// that only check it hold for moments.
	lockPatience = 500 * time.Millisecond
	// pollEvery is how often the state of another process is checked.
	pollEvery = 10 * time.Millisecond
)

// RunOptions are the choices of one daemon.
type RunOptions struct {
	// Port is the API server's port on 127.0.0.1; 0 for the previous one, or
	// any.
	Port int
	// Mark is the folder's mark when the start was decided; "" for a start by hand,
	// which cannot be canceled.
	Mark string
	// Program is this program's file, Build the version that it was built as.
	Program, Build string
	// Memory is how many bytes the nodes may use; 0 for a share of the machine's.
	Memory int64
	// Log takes the daemon's log, Output what the nodes' process writes.
	Log    *slog.Logger
	Output io.Writer
}

// Run is the daemon: it runs the sandbox until ctx is done, and returns nil
// after a clean stop.
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
		return errorf(err, "failed to lock the sandbox", "无法取得沙箱的锁")
	}
	defer lock.Close()
	folder.sweep()
	d := &daemon{folder: folder, opts: opts, use: newMeter(time.Now), retimed: make(chan struct{}, 1)}
	var err error
	if d.record, err = folder.read(); err != nil {
		return err
	}
	err = folder.calledOff(opts.Mark)
	if err == nil {
		err = d.run(ctx)
	}
	d.others.Wait()
	d.mu.Lock()
	defer d.mu.Unlock()
	d.record.PID, d.record.Ready, d.record.Stage, d.record.Failure = 0, false, "", failureOf(err)
	return errors.Join(err, folder.write(d.record))
}

// daemon is a running sandbox that holds the lock.
type daemon struct {
	folder Folder
	opts   RunOptions
	use    *meter
	// retimed signals that the idle timeout has changed.
	retimed chan struct{}
	// others are the goroutines that write the record besides run.
	others sync.WaitGroup

	mu     sync.Mutex
	record record
}

// update changes the record and writes it.
func (d *daemon) update(change func(*record)) {
	d.mu.Lock()
	defer d.mu.Unlock()
	change(&d.record)
	if err := d.folder.write(d.record); err != nil {
		d.opts.Log.Error("failed to write the sandbox's record", "error", err)
	}
}

func (d *daemon) run(ctx context.Context) error {
	before := d.record
	d.record = record{
		PID: os.Getpid(), Port: before.Port, Started: time.Now().UTC().Truncate(time.Second), Version: controlplane.Version,
		IdleSeconds: before.IdleSeconds, Build: d.opts.Build,
	}
	if err := d.folder.write(d.record); err != nil {
		return err
	}
	if err := d.folder.openState(); err != nil {
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
	d.others.Go(func() { d.stopWhenIdle(ctx, cancel) })
	<-started.Done()
	cancel()
	<-started.nodes.Off()
	return started.Err()
}

// start returns when the cluster is ready, or has stopped again.
func (d *daemon) start(ctx context.Context, cancel func(), listener net.Listener) (*cluster, error) {
	_, missing := os.Stat(d.folder.file("etcd"))
	c, err := assemble(ctx, d.folder, listener, whole{
		program: d.opts.Program, build: d.opts.Build,
		stage: d.stage, settings: d.settle, nodes: func(nodes []fleet.Node) { d.update(func(r *record) { r.Nodes = nodes }) },
		running: d.nodes, process: d.nodesProcess, memory: cmp.Or(d.opts.Memory, nodehost.MemoryLimit(machineMemory())),
		held: func(pods []nodehost.HeldPod) { d.update(func(r *record) { r.Held = pods }) },
		use:  d.use, log: d.opts.Log, output: d.opts.Output,
	})
	if err == nil {
		err = d.publish(c)
	}
	if err == nil {
		return c, nil
	}
	if d.at() == string(controlplane.StageEtcd) && missing == nil && ctx.Err() == nil {
		err = damaged(d.folder.file("etcd"), err)
	}
	cancel()
	if c != nil {
		if c.ControlPlane != nil {
			<-c.Done()
		}
		<-c.nodes.Off()
	}
	return nil, err
}

// publish gives access to the cluster as soon as it answers.
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
	d.update(func(r *record) { r.Ready, r.Stage, r.LastUse = true, "", time.Now().UTC().Truncate(time.Second) })
	return nil
}

// settle applies the settings that concern the daemon itself.
func (d *daemon) settle(s Settings) {
	d.update(func(r *record) { r.IdleSeconds = s.IdleTimeout.Seconds() })
	select {
	case d.retimed <- struct{}{}:
	default:
	}
}

// await waits until the cluster is ready or has ended early.
func (d *daemon) await(c *cluster) error {
	for _, part := range []<-chan struct{}{c.Ready(), c.nodes.Ready()} {
		select {
		case <-part:
		case <-c.Done():
			return errors.Join(&HintError{What: stoppedEarly()}, c.Err())
		case <-c.nodes.Failed():
			return c.nodes.Err()
		}
		d.stage(stageNode)
	}
	return nil
}

// nodes returns the nodes as last reported.
func (d *daemon) nodes() []fleet.Node {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.record.Nodes
}

// nodesProcess records the nodes' process; 0 when there is none.
func (d *daemon) nodesProcess(pid int, c nodehost.Confinement) {
	d.update(func(r *record) { r.NodesPID, r.Confined = pid, c })
}

// at returns the current stage of the start.
func (d *daemon) at() string {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.record.Stage
}

// stage publishes the current stage for processes that wait.
func (d *daemon) stage(name string) {
	d.update(func(r *record) { r.Stage = name })
}

// trim returns the memory that only the start needed, and makes the garbage
// collector trade some CPU for a third less memory: a sandbox is idle most of
// its life.
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
