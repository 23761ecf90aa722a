package container

import (
	"io/fs"
	"maps"
	"os"
	"path"
	"strings"
	"sync"
)

// Owner is the owner of a file, by numbers.
type Owner struct{ UID, GID int64 }

// OwnerOf returns the owner of a container's file; root if unknown.
func OwnerOf(info fs.FileInfo) Owner {
	owner, _ := info.Sys().(Owner)
	return owner
}

// Owners remembers the owners of files, because on disk all files belong to the
// user that the sandbox runs as. The containers of a pod share one, because
// they share volumes.
type Owners struct {
	mu sync.Mutex
	of map[string]Owner
}

// NewOwners returns empty Owners: root owns everything.
func NewOwners() *Owners { return &Owners{of: map[string]Owner{}} }

// key names a file on disk.
func (m mounted) key(rel string) string { return path.Join(m.Source, rel) }

func (o *Owners) get(m mounted, rel string) Owner {
	o.mu.Lock()
	defer o.mu.Unlock()
	if owner, ok := o.of[m.key(rel)]; ok {
		return owner
	}
	if first, rest, ok := strings.Cut(rel, "/"); ok && strings.HasPrefix(first, "..") {
		rel = rest // The folder behind the link ..data.
	}
	return Owner{UID: m.Users[rel], GID: m.Group}
}

func (o *Owners) set(m mounted, rel string, owner Owner) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.of[m.key(rel)] = owner
}

// drop forgets a file and everything below it.
func (o *Owners) drop(m mounted, rel string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	key := m.key(rel)
	maps.DeleteFunc(o.of, func(name string, _ Owner) bool {
		return name == key || len(name) > len(key) && name[:len(key)] == key && name[len(key)] == '/'
	})
}

// owned is a file's description with its owner, and the name and the mode that
// a mount gives it.
type owned struct {
	fs.FileInfo
	name  string
	mode  fs.FileMode
	owner Owner
}

// SameFile reports whether two descriptions are of the same file, under any
// name.
func SameFile(a, b fs.FileInfo) bool {
	x, ok := a.(owned)
	y, both := b.(owned)
	return ok && both && os.SameFile(x.FileInfo, y.FileInfo)
}

func (i owned) Name() string      { return i.name }
func (i owned) Mode() fs.FileMode { return i.mode }
func (i owned) Sys() any          { return i.owner }
