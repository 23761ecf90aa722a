package shell

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"syscall"

	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/container"
)

// flow is why commands end early.
type flow int

const (
	errBreak     flow = iota + 1 // out of loops, as many as shell.levels says
	errContinue                  // to the next turn of a loop
	errReturn                    // out of a function or a file
	errExit                      // out of the shell
	errFault                     // out of the shell, unless someone types to it
	errInterrupt                 // back to the prompt
	errDead                      // at once: the process was killed
)

func (f flow) Error() string { return fmt.Sprintf("the shell's flow %d", int(f)) }

// how a command runs.
type how int

const (
	// isLast says that nothing follows: a program may take the shell's place.
	isLast how = 1 << iota
	// tested says that its exit code is tested: "set -e" does not apply.
	tested
)

// stderr is where the shell prints errors.
func (s *shell) stderr() io.Writer { return s.files[2].Writer(s.ctx, nil) }

// complain prints an error as ash does: with the name of the builtin, and the
// line except at the prompt.
func (s *shell) complain(format string, args ...any) {
	words := s.name + ": "
	if s.builtin != "" {
		if s.builtin != s.name {
			words += s.builtin + ": "
		}
		if !s.interactive {
			words += fmt.Sprintf("line %d: ", s.line)
		}
	}
	_, _ = io.WriteString(s.stderr(), words+fmt.Sprintf(format, args...)+"\n") // without stderr there is nowhere to report it
}

// fault prints an error, and ends the command and what it is part of.
func (s *shell) fault(format string, args ...any) error {
	s.complain(format, args...)
	s.status = 2
	return errFault
}

// say prints an error of one of busybox's applets in the shell.
func (s *shell) say(format string, args ...any) {
	_, _ = fmt.Fprintf(s.stderr(), s.applet()+": "+format+"\n", args...) // as above
}

// printf writes to the command's output. Its fault is noted in status.
func (s *shell) printf(format string, args ...any) {
	s.print(fmt.Sprintf(format, args...))
}

func (s *shell) print(text string) {
	if _, err := io.WriteString(s.stdout(), text); err != nil && s.ctx.Err() == nil {
		s.say("write error: %s", reason(err, "No such file or directory"))
		s.status = 1
	}
}

func (s *shell) stdout() io.Writer { return s.files[1].Writer(s.ctx, s.brokenPipe) }

// brokenPipe is what happens to a process that writes to a pipe without a
// reader.
func (s *shell) brokenPipe() {
	_ = s.p.Kill(s.p.PID, sigPIPE) // no other process gets the signal
}

// reason is an error in the C library's words; missing is the message for a
// missing file.
func reason(err error, missing string) string {
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return missing
	case errors.Is(err, fs.ErrPermission):
		return "Permission denied"
	case errors.Is(err, fs.ErrExist):
		return "File exists"
	}
	for errno, words := range map[syscall.Errno]string{
		syscall.EROFS: "Read-only file system", syscall.EISDIR: "Is a directory", syscall.ENOTDIR: "Not a directory",
		syscall.EBADF: "Bad file descriptor", syscall.EPIPE: "Broken pipe", syscall.ENOSPC: "No space left on device",
		syscall.EAGAIN: "Resource temporarily unavailable", syscall.ELOOP: "Too many symbolic links", syscall.ENOMEM: "Out of memory",
	} {
		if errors.Is(err, errno) {
			return words
		}
	}
	if e, ok := errors.AsType[*fs.PathError](err); ok {
		return e.Err.Error()
	}
	return err.Error()
}

const sigPIPE container.Signal = 13

// finish ends a shell that its commands left with this error, and returns its
// exit code.
func (s *shell) finish(err error) int {
	if s.ctx.Err() != nil || errors.Is(err, errDead) {
		return 128 + int(container.SIGKILL)
	}
	if action, ok := s.traps.take(sigEXIT); ok {
		status := s.status
		if err := s.runText(action); !errors.Is(err, errExit) {
			s.status = status
		}
	}
	return s.status & 0xff
}
