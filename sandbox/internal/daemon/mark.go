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
// daemon that is being started is told the word of before, and compares it when
// it has the lock: so either down sees the lock taken, or the daemon sees that
// it was called off. Without it, a down right after an up that was killed would
// miss a daemon that has not taken the lock yet.
func (f Folder) mark() (string, error) {
	data, err := os.ReadFile(f.file("mark"))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return "", errorf(err, "failed to read the state folder", "无法读取状态文件夹")
	}
	return string(data), nil
}

// ensureMark returns the mark, and makes one in a new folder.
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

// changeMark calls off daemons that have not taken the lock yet. Where there is
// no folder there can be none.
func (f Folder) changeMark() error {
	if _, err := os.Stat(f.path); errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err := atomicfile.Write(f.file("mark"), []byte(rand.Text())); err != nil {
		return errorf(err, "cannot write to the state folder %s", "无法写入状态文件夹 %s", f.path)
	}
	return nil
}

// calledOff fails when somebody has stopped the sandbox since the mark was read;
// "" is for one that is started by hand.
func (f Folder) calledOff(mark string) error {
	now, err := f.mark()
	if err != nil || mark == "" || mark == now {
		return err
	}
	return &HintError{What: lang.Messagef("the start was called off: somebody stopped the sandbox meanwhile", "启动被取消：期间有人停止了沙箱")}
}
