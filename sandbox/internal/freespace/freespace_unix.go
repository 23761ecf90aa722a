//go:build unix

package freespace

import "golang.org/x/sys/unix"

// Of returns how many bytes may still be written to the disk that a folder is on.
func Of(dir string) (int64, error) {
	var s unix.Statfs_t
	if err := unix.Statfs(dir, &s); err != nil {
		return 0, err
	}
	return int64(s.Bavail) * int64(s.Bsize), nil //nolint:gosec,unconvert // the types differ from one system to the next
}
