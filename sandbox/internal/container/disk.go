package container

import (
	"io/fs"
	"os"
	"sync"
	"syscall"

	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/freespace"
)

// fileCost is the minimum number of bytes that a file takes on a disk.
const fileCost = 4 << 10

// lookEvery is how many bytes are written before the free space of the
// machine's disk is checked again.
const lookEvery = 4 << 20

// Disk limits what containers write below one folder. It adds up what is written,
// and measures the folder only when the sum exceeds the limit: a file may have
// been written twice, or removed. It never fills the machine's own disk.
type Disk struct {
	dir   string
	limit int64
	full  func()
	// free returns how many bytes the machine's disk has left.
	free func(dir string) (int64, error)

	mu   sync.Mutex
	used int64
	// unseen is how much was written since free was asked.
	unseen int64
	// crowded says that nothing has been removed since the folder was last found
	// full.
	crowded bool
}

// NewDisk returns a disk of limit bytes. full is called, possibly many times,
// when something does not fit; it must not block.
func NewDisk(dir string, limit int64, full func()) *Disk {
	return &Disk{dir: dir, limit: limit, full: full, free: freespace.Of, unseen: lookEvery}
}

// take reserves n bytes, or fails like a full disk.
func (d *Disk) take(n int64) error {
	if d == nil {
		return nil
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.machineFull(n, freespace.ForPods) {
		return syscall.ENOSPC
	}
	if d.fits(n) {
		return nil
	}
	d.used -= n
	d.full()
	return syscall.ENOSPC
}

// note counts n bytes that have a limit elsewhere, so they are written even if
// they do not fit; it fails when the machine's own disk is full.
func (d *Disk) note(n int64) error {
	if d == nil {
		return nil
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.machineFull(n, freespace.ForLogs) {
		return syscall.ENOSPC
	}
	if !d.fits(n) {
		d.full()
	}
	return nil
}

// machineFull reports whether less than keep bytes would be left of the machine's
// disk; d.mu is held. Where the system does not say how much is left, writes fail
// by themselves.
func (d *Disk) machineFull(n, keep int64) bool {
	if d.unseen += n; d.unseen < lookEvery {
		return false
	}
	if left, err := d.free(d.dir); err == nil && left-n < keep {
		return true
	}
	d.unseen = 0
	return false
}

// fits adds n bytes and reports whether there is room for them; d.mu is held.
func (d *Disk) fits(n int64) bool {
	if d.used += n; d.used <= d.limit {
		return true
	}
	if d.crowded {
		return false
	}
	d.used = measure(d.dir) + n
	d.crowded = d.used > d.limit
	return !d.crowded
}

// freed records that something was removed.
func (d *Disk) freed() {
	if d == nil {
		return
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.crowded = false
}

// measure adds up the files below a folder. Files that disappear in the
// meantime count nothing.
func measure(dir string) int64 {
	root, err := os.OpenRoot(dir) // Paths in it may be longer than the machine allows.
	if err != nil {
		return 0
	}
	defer func() { _ = root.Close() }()
	var sum int64
	_ = fs.WalkDir(root.FS(), ".", func(_ string, e fs.DirEntry, err error) error {
		if err != nil {
			return nil //nolint:nilerr // see above
		}
		sum += fileCost
		if info, err := e.Info(); err == nil && e.Type().IsRegular() {
			sum += info.Size()
		}
		return nil
	})
	return sum
}
