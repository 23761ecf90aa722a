package container

import (
	"io/fs"
	"os"
	"sync"
	"syscall"
)

// fileCost is how many bytes of a disk a file takes at the least.
const fileCost = 4 << 10

// Disk bounds what the containers of a pod write below one folder. It adds up
// what is written, and measures the folder only when that would be too much: a
// file may have been written twice, or removed.
type Disk struct {
	dir   string
	limit int64
	full  func()

	mu   sync.Mutex
	used int64
	// crowded says that nothing was removed since the folder was last found full.
	crowded bool
}

// NewDisk returns a disk of limit bytes. full is called, perhaps many times, when
// something does not fit; it must not block.
func NewDisk(dir string, limit int64, full func()) *Disk {
	return &Disk{dir: dir, limit: limit, full: full}
}

// take makes room for n bytes, or fails as a full disk does.
func (d *Disk) take(n int64) error {
	if d == nil {
		return nil
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.used += n; d.used <= d.limit {
		return nil
	}
	if !d.crowded {
		if d.used = measure(d.dir) + n; d.used <= d.limit {
			return nil
		}
		d.crowded = true
	}
	d.used -= n
	d.full()
	return syscall.ENOSPC
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
