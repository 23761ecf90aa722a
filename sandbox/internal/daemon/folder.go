// Package daemon keeps one sandbox running behind the learner's back: it starts
// it, waits for it, stops it, and finds out how it is. The state folder is all
// that its processes share:
//
//	kubeconfig   opens the sandbox
//	run.json     what the daemon says of itself; the port outlives it
//	ingress.json the port that Ingresses are served on
//	state.json   the versions that the objects were written with
//	lock         held by the daemon for as long as it lives
//	start.lock   held while somebody looks for a daemon or starts one
//	mark         changes at each down, so that no daemon is born after it
//	sandbox.log  what the daemon has to say
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

// In returns the sandbox's folder in the learner's home. It makes nothing.
func In(d home.Dir) Folder { return Folder{path: d.Sandbox()} }

// Kubeconfig is the file that opens the sandbox.
func (f Folder) Kubeconfig() string { return f.file("kubeconfig") }

// Log is the file that the daemon writes to.
func (f Folder) Log() string { return f.file("sandbox.log") }

// OldLog is the file that has what was in the log before it was put aside.
func (f Folder) OldLog() string { return f.Log() + ".old" }

// HasState reports whether the sandbox keeps objects of earlier runs.
func (f Folder) HasState() bool {
	_, err := os.Stat(f.file("etcd"))
	return !errors.Is(err, fs.ErrNotExist)
}

func (f Folder) file(name string) string { return filepath.Join(f.path, name) }

// empty removes everything that is ever made in the folder, and nothing else.
// The mark and the locks stay, since whoever waits for one must not get another file's.
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
			_ = os.Remove(file) // it is in nobody's way
		}
	}
}

// make makes the folder and proves that it can be written to.
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
		failed := errorf(err, "cannot write to the state folder %s", "无法写入状态文件夹 %s", f.path)
		failed.Hints = []lang.Message{lang.Messagef("set %s to a folder of your own", "把 %s 设为一个你能写入的文件夹", home.Env)}
		return failed
	}
	return nil
}

// held reports whether a daemon lives.
func (f Folder) held() (bool, error) {
	if _, err := os.Stat(f.file("lock")); errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	// A shared lock disturbs no other looker, and a daemon that starts just now
	// tries more than once.
	lock := flock.New(f.file("lock"), flock.SetPermissions(0o600))
	free, err := lock.TryRLock()
	if err != nil {
		return false, errorf(err, "failed to look at the lock of the sandbox", "无法查看沙箱的锁")
	}
	return !free, lock.Close()
}
