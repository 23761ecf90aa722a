package daemon

import (
	"errors"
	"io"
	"os"
	"sync"
)

// maxLog is the size in bytes that the log may reach before it is rotated; the
// same amount of older log is kept.
const maxLog = 5 << 20

// openLog opens the log for a new daemon and rotates a long one.
func openLog(folder Folder) (*os.File, error) {
	if info, err := os.Stat(folder.Log()); err == nil && info.Size() > maxLog {
		if err := os.Rename(folder.Log(), folder.Log()+".old"); err != nil {
			return nil, errorf(err, "failed to rotate the sandbox's log", "无法把沙箱的旧日志另存")
		}
	}
	log, err := os.OpenFile(folder.Log(), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, errorf(err, "failed to open the sandbox's log", "无法打开沙箱的日志")
	}
	return log, nil
}

// BoundLog returns a writer to w that keeps the sandbox's log from growing
// without end if w is that log; otherwise it returns w.
func BoundLog(folder Folder, w io.Writer) io.Writer {
	file, ok := w.(*os.File)
	if !ok {
		return w
	}
	mine, err := file.Stat()
	if err != nil {
		return w
	}
	log, err := os.Stat(folder.Log())
	if err != nil || !os.SameFile(mine, log) {
		return w
	}
	return &boundLog{file: file, path: folder.Log(), most: maxLog, size: mine.Size()}
}

// boundLog copies a long log to the old one and empties it. The file stays the
// same: it is also the process's stderr, where a panic goes, and Windows
// doesn't rename open files.
type boundLog struct {
	file *os.File
	path string
	most int64

	mu   sync.Mutex
	size int64
}

// Write appends to the log.
func (b *boundLog) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.size > 0 && b.size+int64(len(p)) > b.most {
		if err := b.putAside(); err != nil {
			return 0, err
		}
	}
	n, err := b.file.Write(p)
	b.size += int64(n)
	return n, err
}

func (b *boundLog) putAside() error {
	from, err := os.Open(b.path)
	if err != nil {
		return err
	}
	defer from.Close()
	to, err := os.OpenFile(b.path+".old", os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(to, from)
	if err := errors.Join(err, to.Close()); err != nil {
		return err
	}
	b.size = 0
	return os.Truncate(b.path, 0)
}
