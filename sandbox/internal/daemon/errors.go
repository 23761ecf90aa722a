package daemon

import (
	"errors"
	"strings"

	"github.com/kubectl-learn/kubectl-learn/pkg/lang"
)

// Program is the name of the program that learners call.
const Program = "kubectl-learn-sandbox"

// ErrNotRunning says that the sandbox is not running.
var ErrNotRunning = errors.New("the sandbox is not running")

// HintError is an error in the learner's language, with hints on what to do.
type HintError struct {
	// What is what went wrong, without the hints.
	What lang.Message
	// Hints are things to do or commands to paste.
	Hints []lang.Message
	// Err is the cause, already included in What; nil when there is none.
	Err error
}

// Error returns what went wrong, in English.
func (e *HintError) Error() string { return e.What.EN }

// Unwrap returns the cause.
func (e *HintError) Unwrap() error { return e.Err }

// Words returns what went wrong.
func (e *HintError) Words() lang.Message { return e.What }

// Words returns an error as one line.
func Words(err error) lang.Message {
	m := lang.Words(err)
	return lang.Message{EN: oneLine(m.EN), ZH: oneLine(m.ZH)}
}

func oneLine(text string) string { return strings.ReplaceAll(text, "\n", "; ") }

// errorf is fmt.Errorf in every language, with the cause at the end.
func errorf(cause error, en, zh string, args ...any) *HintError {
	return &HintError{What: lang.Messagef(en+": %v", zh+"：%v", append(args, Words(cause))...), Err: cause}
}

// damaged is the error for unreadable objects of earlier runs.
func damaged(dir string, cause error) error {
	err := errorf(cause, "failed to read the sandbox's saved objects in %s", "无法读取沙箱保存在 %s 里的对象", dir)
	err.Hints = []lang.Message{
		lang.Same(Program + " reset"),
		lang.Messagef("reset creates a new, empty sandbox: you lose everything in the old one, but keep your lessons and progress",
			"reset 会新建一个空沙箱：旧沙箱里的一切都会丢失，课程和学习进度不受影响"),
	}
	return err
}
