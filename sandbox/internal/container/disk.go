package container

import (
	"io/fs"
	"os"
	"sync"
	"syscall"

	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/freespace"
)

// fileCost is how many bytes of a disk a file takes at the least.
const fileCost = 4 << 10

// lookEvery is how many bytes are written before the machine's disk is asked
// again whether it has room.
const lookEvery = 4 << 20

// Disk bounds what containers write below one folder. It adds up what is written,
// and measures the folder only when that would be too much: a file may have been
// written twice, or removed. The machine's own disk is never filled.
type Disk struct {
	dir   string
	limit int64
	full  func()
	// free is how many bytes the machine's disk has left.
	free func(dir string) (int64, error)

	mu   sync.Mutex
	used int64
	// unseen is how much was written since free was asked.
	unseen int64
	// crowded says that nothing was removed since the folder was last found full.
	crowded bool
}

// NewDisk returns a disk of limit bytes. full is called, perhaps many times, when
// something does not fit into them; it must not block.
func NewDisk(dir string, limit int64, full func()) *Disk {
	return &Disk{dir: dir, limit: limit, full: full, free: freespace.Of, unseen: lookEvery}
}

// take makes room for n bytes, or fails as a full disk does.
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

// note counts n bytes that are bounded by others, so that they are written though
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
// disk; d.mu is held. A system that does not say how much is left fails by itself.
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

// freed says that something was removed.
func (d *Disk) freed() {
	if d == nil {
		return
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.crowded = false
}

// measure adds up the files below a folder. What goes away meanwhile counts
// nothing.
func measure(dir string) int64 {
	root, err := os.OpenRoot(dir) // In it a path may be longer than the machine's own may.
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
