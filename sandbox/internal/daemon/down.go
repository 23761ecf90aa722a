package daemon

import (
	"context"
	"errors"
	"os"
	"time"

	"github.com/gofrs/flock"

	"github.com/kubectl-learn/kubectl-learn/pkg/lang"
)

// stopPatience is how long the daemon may take to stop before it is killed. Its
// data survives that too.
const stopPatience = 15 * time.Second

// namePatience is how long a newly started daemon may take to write its record:
// on a busy machine that is slow.
const namePatience = 2 * time.Minute

// Down stops the sandbox and returns when it is gone. It returns ErrNotRunning
// when there was none.
func Down(ctx context.Context, folder Folder) error {
	if err := folder.changeMark(); err != nil {
		return err
	}
	s, err := Look(folder)
	if err != nil {
		return err
	}
	if !s.Running {
		return ErrNotRunning
	}
	if s.PID == 0 {
		if s, err = awaitName(ctx, folder); err != nil || !s.Running {
			return err
		}
	}
	process, err := os.FindProcess(s.PID)
	if err != nil {
		return errorf(err, "failed to find the sandbox's process %d", "找不到沙箱的进程 %d", s.PID)
	}
	if err := askToStop(process); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return errorf(err, "failed to stop the sandbox's process %d", "无法停止沙箱的进程 %d", s.PID)
	}
	patience, cancel := context.WithTimeout(ctx, stopPatience)
	defer cancel()
	if err := awaitEnd(patience, folder); ctx.Err() != nil || err == nil {
		return err
	}
	if err := process.Kill(); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return errorf(err, "failed to kill the sandbox's process %d", "无法强行结束沙箱的进程 %d", s.PID)
	}
	return awaitEnd(ctx, folder)
}

// awaitName waits until a newly started daemon has written its record.
func awaitName(ctx context.Context, folder Folder) (s Status, err error) {
	ctx, cancel := context.WithTimeoutCause(ctx, namePatience, &HintError{
		What: lang.Messagef("another process has locked the sandbox", "另一个进程锁住了沙箱"),
	})
	defer cancel()
	err = poll(ctx, func() (bool, error) {
		s, err = Look(folder)
		return !s.Running || s.PID != 0, err
	})
	return s, err
}

func awaitEnd(ctx context.Context, folder Folder) error {
	return poll(ctx, func() (bool, error) {
		held, err := folder.held()
		return !held, err
	})
}

// Reset stops the sandbox and removes everything it created, and nothing else.
func Reset(ctx context.Context, folder Folder) error {
	if _, err := os.Stat(folder.path); errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err := Down(ctx, folder); err != nil && !errors.Is(err, ErrNotRunning) {
		return err
	}
	turn := flock.New(folder.file("start.lock"), flock.SetPermissions(0o600))
	if _, err := turn.TryLockContext(ctx, pollEvery); err != nil {
		return errorf(err, "failed to wait for another start of the sandbox", "没能等到沙箱启动结束")
	}
	defer turn.Close()
	if held, err := folder.held(); held || err != nil {
		return errors.Join(&HintError{What: lang.Messagef("someone started the sandbox again in the meantime", "在此期间有人又启动了沙箱")}, err)
	}
	return folder.empty()
}
