// Package atomicfile writes files completely or not at all. Only their owner can read
// them.
package atomicfile

import (
	"os"
	"path/filepath"
	"runtime"
	"time"

	"github.com/kubectl-learn/kubectl-learn/pkg/lang"
)

// Write replaces the file with data, mode 0600. Readers see either the old or the new
// content, even after a crash or a power cut half-way. The folder must exist.
func Write(path string, data []byte) (err error) {
	defer func() {
		if err != nil {
			err = lang.Errorf("failed to write %s: %w", "无法写入 %s：%w", path, err)
		}
	}()
	f, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+"-*")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	if _, err := f.Write(data); err != nil {
		f.Close()
		return err
	}
	// Without this a machine that loses power may keep the new name and no content.
	if err := f.Sync(); err != nil {
		f.Close()
		return err
	}
	if err := f.Close(); err != nil {
		return err
	}
	return rename(f.Name(), path)
}

// rename replaces a file. Windows refuses while another process reads it, so it retries
// for a moment.
func rename(from, to string) error {
	const tries, pause = 50, 5 * time.Millisecond
	var err error
	for range tries {
		if err = os.Rename(from, to); err == nil || runtime.GOOS != "windows" {
			return err
		}
		<-time.After(pause)
	}
	return err
}
