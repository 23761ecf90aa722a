package lang

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"net"
	"net/url"
	"os"
	"os/exec"
	"strings"
	"syscall"
)

// Error is an error that a learner reads, in every language.
type Error struct {
	What  Message
	cause error
}

// Errorf is fmt.Errorf in every language: an argument that is an error is shown in
// the language of the sentence around it, and the last one is the cause. Write %w
// or %v for it.
func Errorf(en, zh string, args ...any) error {
	e := &Error{}
	words := make([]any, len(args))
	for i, a := range args {
		if err, ok := a.(error); ok {
			e.cause, a = err, Words(err)
		}
		words[i] = a
	}
	e.What = Messagef(strings.ReplaceAll(en, "%w", "%v"), strings.ReplaceAll(zh, "%w", "%v"), words...)
	return e
}

// Error returns the English sentence.
func (e *Error) Error() string { return e.What.EN }

// Unwrap returns the cause, nil when there is none.
func (e *Error) Unwrap() error { return e.cause }

// Words returns the sentence in every language.
func (e *Error) Words() Message { return e.What }

// Words returns what an error says in every language: that of an error with a
// method Words, and of what the operating system commonly refuses. Other words are
// in English in all of them.
func Words(err error) Message {
	if err == nil {
		return Message{}
	}
	if speaker, ok := err.(interface{ Words() Message }); ok {
		return speaker.Words()
	}
	if m := system(err); !m.IsZero() {
		return m
	}
	m := Same(err.Error())
	for _, cause := range causes(err) {
		w := Words(cause)
		m.ZH = strings.Replace(m.ZH, w.EN, w.ZH, 1)
	}
	return m
}

func causes(err error) []error {
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		return joined.Unwrap()
	}
	if cause := errors.Unwrap(err); cause != nil {
		return []error{cause}
	}
	return nil
}

// system knows the errors of the operating system and of Go's own packages.
func system(err error) Message {
	switch e := err.(type) { //nolint:errorlint // one level at a time
	case *fs.PathError:
		return Message{EN: e.Error(), ZH: e.Path + "：" + Words(e.Err).ZH}
	case *os.LinkError:
		return Message{EN: e.Error(), ZH: e.Old + " → " + e.New + "：" + Words(e.Err).ZH}
	case *os.SyscallError:
		return Message{EN: e.Error(), ZH: Words(e.Err).ZH}
	case *url.Error:
		return Message{EN: e.Error(), ZH: e.URL + "：" + Words(e.Err).ZH}
	case *net.OpError:
		return Message{EN: e.Error(), ZH: address(e) + Words(e.Err).ZH}
	case *net.DNSError:
		return Message{EN: e.Error(), ZH: "找不到主机 " + e.Name}
	case *exec.Error:
		return Message{EN: e.Error(), ZH: e.Name + "：" + Words(e.Err).ZH}
	case *exec.ExitError:
		return Message{EN: e.Error(), ZH: strings.NewReplacer("exit status", "退出状态", "signal:", "信号：").Replace(e.Error())}
	}
	for _, known := range systemWords() {
		if errors.Is(err, known.err) && err.Error() == known.err.Error() {
			return Message{EN: err.Error(), ZH: known.zh}
		}
	}
	return Message{}
}

// address is the other end of a connection.
func address(e *net.OpError) string {
	if e.Addr == nil {
		return ""
	}
	return e.Addr.String() + "："
}

func systemWords() []struct {
	err error
	zh  string
} {
	return []struct {
		err error
		zh  string
	}{
		{syscall.ENOENT, "没有这个文件或文件夹"},
		{syscall.EACCES, "没有权限"},
		{syscall.EPERM, "不允许这样操作"},
		{syscall.EEXIST, "已经存在"},
		{syscall.ENOTDIR, "不是文件夹"},
		{syscall.EISDIR, "是文件夹，不是文件"},
		{syscall.ENOSPC, "磁盘空间不足"},
		{syscall.EROFS, "文件系统是只读的"},
		{syscall.ENAMETOOLONG, "名字太长"},
		{syscall.EADDRINUSE, "地址已被占用"},
		{syscall.ECONNREFUSED, "连接被拒绝"},
		{syscall.ECONNRESET, "连接被对方中断"},
		{syscall.EPIPE, "管道已断开"},
		{exec.ErrNotFound, "PATH 里找不到这个程序"},
		{context.Canceled, "已取消"},
		{context.DeadlineExceeded, "超时"},
		{io.EOF, "内容提前结束"},
		{io.ErrUnexpectedEOF, "内容提前结束"},
		{fs.ErrNotExist, "没有这个文件或文件夹"},
		{fs.ErrPermission, "没有权限"},
		{fs.ErrClosed, "文件已关闭"},
	}
}
