package shell

import (
	"context"
	"io"
	"slices"
	"strings"

	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/container"
	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/programs/shell/parse"
	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/programs/shell/stream"
)

// fork starts a subshell as a separate process, with some descriptors changed.
// It ignores the given signals, and those that the shell ignores.
func (s *shell) fork(over map[int]*stream.File, run func(*shell) error, deaf ...container.Signal) (*container.Child, error) {
	c := s.clone(over)
	c.depth++
	process := *s.p
	process.Stdin, process.Stdout, process.Stderr = strings.NewReader(""), io.Discard, io.Discard
	process.Deaf = deaf
	child, err := s.p.Start(s.ctx, func(ctx context.Context, p *container.Process) int {
		c.p, c.ctx = p, ctx
		defer c.closeAll()
		return c.finish(run(c))
	}, process)
	if err != nil {
		c.closeAll()
		return nil, s.cannotFork(err)
	}
	return child, nil
}

func (s *shell) cannotFork(err error) error {
	return s.fault("can't fork: %s", reason(err, ""))
}

// await waits for a foreground child. Signals that are trapped are kept; Ctrl-C
// goes to the children too.
func (s *shell) await(children ...*container.Child) error {
	for _, child := range children {
		for waiting := true; waiting; {
			select {
			case <-child.Done():
				waiting = false
			case sig := <-s.p.Signals:
				s.traps.note(sig)
			case <-s.interrupts:
				s.traps.interrupted = true
				for _, c := range children {
					c.Signal(container.SIGINT)
				}
			case <-s.ctx.Done():
				return errDead
			}
		}
	}
	s.reap()
	return nil
}

// result sets the status from the end of a foreground child.
func (s *shell) result(child *container.Child) {
	code, signal := child.Exit()
	s.status = code
	s.tellSignal(signal)
}

// tellSignal prints which signal killed a process.
func (s *shell) tellSignal(signal container.Signal) {
	if signal != 0 && signal != container.SIGINT && signal != sigPIPE {
		_, _ = io.WriteString(s.stderr(), signalWords(signal)+"\n") // without stderr there is nowhere to report it
	}
}

// subshellOf runs "(...)".
func (s *shell) subshellOf(c *parse.Subshell, redirs []*parse.Redir, how how) error {
	child, err := s.fork(nil, func(sub *shell) error {
		if _, err := sub.redirect(redirs); err != nil {
			sub.status = 2
			return errExit
		}
		return sub.eval(c.Body, isLast|how&tested)
	})
	if err != nil {
		return err
	}
	if err := s.await(child); err != nil {
		return err
	}
	s.result(child)
	return nil
}

// pipe runs commands that are joined by "|".
func (s *shell) pipe(all []parse.Command) error {
	children, err := s.startPipe(all)
	if err == nil {
		err = s.await(children...)
	}
	if err != nil {
		return err
	}
	for _, child := range children {
		s.result(child)
	}
	s.status = s.pipeStatus(children)
	return nil
}

// pipeStatus is that of the last command, with pipefail of the last that failed.
func (s *shell) pipeStatus(children []*container.Child) int {
	status, _ := children[len(children)-1].Exit()
	if !s.options[pipefail] || status != 0 {
		return status
	}
	for _, child := range slices.Backward(children) {
		if code, _ := child.Exit(); code != 0 {
			return code
		}
	}
	return 0
}

// inPipe runs a part of a pipe. "jobs" shows those of the shell.
func (s *shell) inPipe(c parse.Command) func(*shell) error {
	jobs := s.jobs
	return func(sub *shell) error {
		if simple, ok := c.(*parse.Simple); ok && len(simple.Words) > 0 {
			if name, _ := simple.Words[0].Plain(); name == "jobs" {
				sub.jobs = slices.Clone(jobs)
			}
		}
		return sub.eval(c, isLast)
	}
}

func (s *shell) startPipe(all []parse.Command) ([]*container.Child, error) {
	var children []*container.Child
	var before *stream.File
	for i, c := range all {
		over := map[int]*stream.File{}
		if before != nil {
			over[0] = before
		}
		var next, w *stream.File
		if i < len(all)-1 {
			next, w = stream.Pipe()
			over[1] = w
		}
		child, err := s.fork(over, s.inPipe(c))
		for _, f := range []*stream.File{before, w} {
			if f != nil {
				f.Close()
			}
		}
		if err != nil {
			if next != nil {
				next.Close()
			}
			return children, err
		}
		before = next
		children = append(children, child)
	}
	return children, nil
}

// external runs a program of the image.
func (s *shell) external(n *call) error {
	if n.exec || n.how&isLast != 0 && !s.traps.any() {
		return s.become(n)
	}
	if err := s.prepare(n); err != nil {
		return err
	}
	undo, err := s.redirect(n.Redirs)
	if err != nil {
		return s.afterRedirect(err)
	}
	defer undo()
	program, code := s.find(n.args[0])
	if program == nil {
		s.status = code
		return nil
	}
	process := s.process(n)
	child, err := s.p.Start(s.ctx, s.onStreams(program, s.borrow()), process)
	if err != nil {
		return s.cannotFork(err)
	}
	if err := s.await(child); err != nil {
		return err
	}
	s.result(child)
	return nil
}

// borrow are the standard streams for a program.
func (s *shell) borrow() map[int]*stream.File {
	files := map[int]*stream.File{}
	for fd := range 3 {
		if f := s.files[fd]; f != nil {
			files[fd] = f.Dup()
		}
	}
	return files
}

// process returns the process to start a program with.
func (s *shell) process(n *call) container.Process {
	env := s.vars.environ()
	for _, a := range n.assigns {
		env = slices.DeleteFunc(env, func(e string) bool { return strings.HasPrefix(e, a.name+"=") })
		env = append(env, a.name+"="+a.value)
	}
	p := *s.p
	p.Args, p.Env, p.Dir = n.args, env, s.dir
	p.Stdin, p.Stdout, p.Stderr = strings.NewReader(""), io.Discard, io.Discard
	p.TTY = s.p.TTY && s.files[0] != nil && s.files[0].Terminal()
	return p
}

// onStreams gives a program its streams, which last as long as its process.
func (s *shell) onStreams(program container.Program, files map[int]*stream.File) container.Program {
	return func(ctx context.Context, p *container.Process) int {
		broken := func() { _ = p.Kill(p.PID, sigPIPE) } // no other process gets the signal
		p.Stdin = files[0].Reader(ctx)
		p.Stdout, p.Stderr = files[1].Writer(ctx, broken), files[2].Writer(ctx, broken)
		defer func() {
			for _, f := range files {
				f.Close()
			}
		}()
		return program(ctx, p)
	}
}

// become replaces the shell with a program.
func (s *shell) become(n *call) error {
	if err := s.prepare(n); err != nil {
		return err
	}
	if _, err := s.redirect(n.Redirs); err != nil {
		return s.afterRedirect(err)
	}
	program, code := s.find(n.args[0])
	if program == nil {
		s.status = code
		if n.exec && s.interactive {
			return errFault
		}
		return errExit
	}
	p := s.process(n)
	s.p.Become(p.Args, p.Env)
	files := s.borrow()
	s.closeAll()
	s.traps = traps{}
	s.status = s.onStreams(program, files)(s.ctx, &p)
	return errExit
}
