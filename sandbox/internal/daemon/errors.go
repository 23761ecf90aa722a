package daemon

import (
	"errors"
	"strings"

	"github.com/kubectl-learn/kubectl-learn/pkg/lang"
)

// Program is the name of the program that learners call.
const Program = "kubectl-learn-sandbox"

// ErrNotRunning says that there is no sandbox to do something with.
var ErrNotRunning = errors.New("the sandbox is not running")

// HintError is an error in the learner's words, which may know what to do about
// it.
type HintError struct {
	// What says what went wrong, without the hints.
	What lang.Message
	// Hints are lines to do or to paste.
	Hints []lang.Message
	// Err is the cause, which What tells already; nil when there is none.
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

// damaged says that the objects of earlier runs cannot be read.
func damaged(dir string, cause error) error {
	err := errorf(cause, "the sandbox's saved objects in %s cannot be read", "无法读取沙箱保存在 %s 里的对象", dir)
	err.Hints = []lang.Message{
		lang.Same(Program + " reset"),
		lang.Messagef("reset makes a new, empty sandbox: everything that was created in the old one is lost; lessons and progress are not touched",
			"reset 会得到一个全新的空沙箱：旧沙箱里创建的一切都会丢失，课程和学习进度不受影响"),
	}
	return err
}
