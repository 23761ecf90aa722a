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

// namePatience is how long a daemon that was born just now may take to say who it
// is: on a busy machine it takes its time.
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

// awaitName waits until a daemon that was born just now has said who it is.
func awaitName(ctx context.Context, folder Folder) (s Status, err error) {
	ctx, cancel := context.WithTimeoutCause(ctx, namePatience, &HintError{
		What: lang.Messagef("a process holds the sandbox's lock and does not say who it is", "有一个进程占着沙箱的锁，却没有说明自己是谁"),
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

// Reset stops the sandbox and removes all that it ever kept, and nothing that
// it did not make.
func Reset(ctx context.Context, folder Folder) error {
	if _, err := os.Stat(folder.path); errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err := Down(ctx, folder); err != nil && !errors.Is(err, ErrNotRunning) {
		return err
	}
	turn := flock.New(folder.file("start.lock"), flock.SetPermissions(0o600))
	if _, err := turn.TryLockContext(ctx, pollEvery); err != nil {
		return errorf(err, "failed to wait for a start of the sandbox", "没能等到沙箱启动结束")
	}
	defer turn.Close()
	if held, err := folder.held(); held || err != nil {
		return errors.Join(&HintError{What: lang.Messagef("the sandbox was started again meanwhile", "沙箱在此期间又被启动了")}, err)
	}
	return folder.empty()
}
