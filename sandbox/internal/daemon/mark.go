package daemon

import (
	"crypto/rand"
	"errors"
	"io/fs"
	"os"

	"github.com/kubectl-learn/kubectl-learn/internal/atomicfile"
	"github.com/kubectl-learn/kubectl-learn/pkg/lang"
)

// The mark is a word that every down changes before it looks for a daemon. A
// starting daemon gets the current word, and compares it once it has the lock:
// either down sees the lock taken, or the daemon sees that its start was
// canceled. Without the mark, a down right after a killed up would miss a
// daemon that has not taken the lock yet.
func (f Folder) mark() (string, error) {
	data, err := os.ReadFile(f.file("mark"))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return "", errorf(err, "failed to read the state folder", "无法读取状态文件夹")
	}
	return string(data), nil
}

// ensureMark returns the mark, and creates one in a new folder.
func (f Folder) ensureMark() (string, error) {
	mark, err := f.mark()
	if err != nil || mark != "" {
		return mark, err
	}
	if err := f.changeMark(); err != nil {
		return "", err
	}
	return f.mark()
}

// changeMark cancels daemons that have not taken the lock yet. Without a folder
// there are none.
func (f Folder) changeMark() error {
	if _, err := os.Stat(f.path); errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err := atomicfile.Write(f.file("mark"), []byte(rand.Text())); err != nil {
		return errorf(err, "can't write to the state folder %s", "无法写入状态文件夹 %s", f.path)
	}
	return nil
}

// calledOff fails if someone has stopped the sandbox since the mark was read;
// the mark is "" for a start by hand.
func (f Folder) calledOff(mark string) error {
	now, err := f.mark()
	if err != nil || mark == "" || mark == now {
		return err
	}
	return &HintError{What: lang.Messagef("canceled the start: someone stopped the sandbox in the meantime", "启动被取消：期间有人停止了沙箱")}
}
