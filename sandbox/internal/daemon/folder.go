// Package daemon keeps one sandbox running in the background: it starts it,
// waits for it, stops it, and reports its status. Its processes share nothing
// but the state folder:
//
//	kubeconfig   opens the sandbox
//	run.json     the daemon's record; the port outlives it
//	ingress.json the port that Ingresses are served on
//	state.json   the versions that the objects were written with
//	lock         held by the daemon while it runs
//	start.lock   held while a process looks for a daemon or starts one
//	mark         changes at each down, so that no daemon starts after it
//	sandbox.log  the daemon's log
//	etcd/ pki/   the cluster's objects and keys
//	nodes/       what pods have on disk
package daemon

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/gofrs/flock"

	"github.com/kubectl-learn/kubectl-learn/internal/home"
	"github.com/kubectl-learn/kubectl-learn/pkg/lang"
)

// Folder is the state folder of one sandbox.
type Folder struct{ path string }

// In returns the sandbox's folder in the learner's home. It creates nothing.
func In(d home.Dir) Folder { return Folder{path: d.Sandbox()} }

// Kubeconfig is the file that opens the sandbox.
func (f Folder) Kubeconfig() string { return f.file("kubeconfig") }

// Log is the file that the daemon writes to.
func (f Folder) Log() string { return f.file("sandbox.log") }

// OldLog is the file with the log from before it was rotated.
func (f Folder) OldLog() string { return f.Log() + ".old" }

// HasState reports whether the sandbox keeps objects of earlier runs.
func (f Folder) HasState() bool {
	_, err := os.Stat(f.file("etcd"))
	return !errors.Is(err, fs.ErrNotExist)
}

func (f Folder) file(name string) string { return filepath.Join(f.path, name) }

// empty removes everything that is ever created in the folder, and nothing else. The
// mark and the locks stay: a process that waits for a lock must not get the lock of
// another file.
func (f Folder) empty() error {
	var errs []error
	for _, name := range []string{"kubeconfig", "run.json", "state.json", ingressFile, "sandbox.log", "sandbox.log.old", "etcd", "etcd.making", "pki", "nodes"} {
		errs = append(errs, os.RemoveAll(f.file(name)))
	}
	if err := errors.Join(errs...); err != nil {
		return errorf(err, "failed to empty the state folder", "无法清空状态文件夹")
	}
	return nil
}

// sweep removes the half-written files of a daemon that was killed. Only the daemon
// writes these, with the lock in hand.
func (f Folder) sweep() {
	for _, name := range []string{"kubeconfig", "run.json", "state.json", ingressFile} {
		left, _ := filepath.Glob(f.file("." + name + "-*")) // fails for a bad pattern only
		for _, file := range left {
			_ = os.Remove(file) // a leftover does no harm
		}
	}
}

// make creates the folder and checks that it is writable.
func (f Folder) make() error {
	err := os.MkdirAll(f.path, 0o700)
	if err == nil {
		err = os.Chmod(f.path, 0o700)
	}
	if err == nil {
		var probe *os.File
		if probe, err = os.CreateTemp(f.path, ".probe-*"); err == nil {
			err = errors.Join(probe.Close(), os.Remove(probe.Name()))
		}
	}
	if err != nil {
		failed := errorf(err, "can't write to the state folder %s", "无法写入状态文件夹 %s", f.path)
		failed.Hints = []lang.Message{lang.Messagef("set %s to a folder you can write to", "把 %s 设为一个你能写入的文件夹", home.Env)}
		return failed
	}
	return nil
}

// held reports whether a daemon is running.
func (f Folder) held() (bool, error) {
	if _, err := os.Stat(f.file("lock")); errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	// A shared lock doesn't disturb others that check it, and a daemon that is
	// just starting tries more than once.
	lock := flock.New(f.file("lock"), flock.SetPermissions(0o600))
	free, err := lock.TryRLock()
	if err != nil {
		return false, errorf(err, "failed to check the sandbox's lock", "无法查看沙箱的锁")
	}
	return !free, lock.Close()
}
