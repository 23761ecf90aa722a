package shell

import (
	"slices"
	"strconv"
	"strings"

	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/container"
	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/programs/shell/parse"
	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/programs/shell/stream"
)

// job is a command in the background.
type job struct {
	number   int
	children []*container.Child
	text     string
	// waited says that someone waited for it; reaped that it ended while the
	// shell waited for something else, which then doesn't print its signal.
	waited, reaped bool
}

// reap records the jobs that have ended.
func (s *shell) reap() {
	for _, j := range s.jobs {
		j.reaped = j.reaped || j.done()
	}
}

func (j *job) pid() int { return j.children[len(j.children)-1].PID }

func (j *job) done() bool {
	for _, child := range j.children {
		select {
		case <-child.Done():
		default:
			return false
		}
	}
	return true
}

// state is its state in the output of jobs.
func (j *job) state() string {
	if !j.done() {
		return "Running"
	}
	code, signal := j.children[len(j.children)-1].Exit()
	switch {
	case signal != 0:
		return signalWords(signal)
	case code != 0:
		return "Done(" + strconv.Itoa(code) + ")"
	}
	return "Done"
}

// start runs a command in the background. Without job control it ignores Ctrl-C
// and has no input.
func (s *shell) start(c parse.Command) error {
	s.jobs = slices.DeleteFunc(s.jobs, func(j *job) bool { return j.waited && j.done() })
	nothing := stream.Text("")
	defer nothing.Close()
	over := map[int]*stream.File{0: nothing}
	child, err := s.fork(over, func(sub *shell) error { return sub.eval(c, isLast) }, container.SIGINT, container.SIGQUIT)
	if err != nil {
		return err
	}
	number := 1
	for _, j := range s.jobs {
		number = max(number, j.number+1)
	}
	s.jobs = append(s.jobs, &job{number: number, children: []*container.Child{child}, text: s.describe(c)})
	s.background, s.status = child.PID, 0
	return nil
}

// describe returns a job's command, which only an interactive shell knows.
func (s *shell) describe(c parse.Command) string {
	if !s.interactive {
		return ""
	}
	return parse.Print(c)
}

// show prints a job.
func (s *shell) show(j *job, pids bool) {
	mark := " "
	switch at := slices.Index(s.jobs, j); len(s.jobs) - at {
	case 1:
		mark = "+"
	case 2:
		mark = "-"
	}
	number := ""
	if pids {
		number = strconv.Itoa(j.pid()) + " "
	}
	s.printf("[%d]%s  %s%-27s%s\n", j.number, mark, number, j.state(), j.text)
}

// jobsBuiltin is "jobs [-lp]".
func jobsBuiltin(s *shell, n *call) error {
	s.status = 0
	for _, j := range slices.Backward(slices.Clone(s.jobs)) {
		if slices.Contains(n.args, "-p") {
			s.printf("%d\n", j.pid())
			continue
		}
		done := j.done()
		if s.show(j, slices.Contains(n.args, "-l")); done {
			s.jobs = slices.DeleteFunc(s.jobs, func(other *job) bool { return other == j })
		}
	}
	return nil
}

// job finds one by "%N", "%%", "%+", "%-", "%NAME" or "%?TEXT".
func (s *shell) job(name string) (*job, error) {
	rest, last := strings.TrimPrefix(name, "%"), len(s.jobs)-1
	switch rest {
	case "", "%", "+":
		if last < 0 {
			return nil, s.fault("No current job")
		}
		return s.jobs[last], nil
	case "-":
		if last < 1 {
			return nil, s.fault("No previous job")
		}
		return s.jobs[last-1], nil
	}
	inside, within := strings.CutPrefix(rest, "?")
	for _, j := range s.jobs {
		if strconv.Itoa(j.number) == rest || j.text != "" && (strings.HasPrefix(j.text, rest) || within && strings.Contains(j.text, inside)) {
			return j, nil
		}
	}
	return nil, s.fault("%s: no such job", name)
}

// wait is "wait [PID|%JOB]...". A trapped signal ends it.
func wait(s *shell, n *call) error {
	s.status = 0
	if len(n.args) > 1 && n.args[1] == "-n" {
		return s.fault("wait -n is not supported by the sandbox")
	}
	if len(n.args) == 1 {
		for _, j := range s.jobs {
			if sig, err := s.awaitJob(j); err != nil || sig != 0 {
				s.status = 128 + int(sig)
				return err
			}
			j.waited, j.reaped = true, true
		}
		s.status = 0
		return nil
	}
	for _, arg := range n.args[1:] {
		j, err := s.jobOf(arg)
		if err != nil {
			return err
		}
		if s.status = 127; j == nil {
			continue
		}
		sig, err := s.awaitJob(j)
		if err != nil || sig != 0 {
			s.status = 128 + int(sig)
			return err
		}
		code, killed := j.children[len(j.children)-1].Exit()
		if s.status = code; !j.waited && !j.reaped {
			s.tellSignal(killed)
		}
		j.waited = true
	}
	return nil
}

// jobOf returns the job for wait's argument, nil if there is none with that
// number.
func (s *shell) jobOf(arg string) (*job, error) {
	if strings.HasPrefix(arg, "%") {
		return s.job(arg)
	}
	pid, err := strconv.Atoi(arg)
	if err != nil {
		return nil, s.fault("Illegal number: %s", arg)
	}
	for _, j := range slices.Backward(s.jobs) {
		if j.pid() == pid {
			return j, nil
		}
	}
	return nil, nil //nolint:nilnil // a missing job is not an error
}

// awaitJob waits until a job has ended, or until a trapped signal comes, which it
// returns.
func (s *shell) awaitJob(j *job) (container.Signal, error) {
	for _, child := range j.children {
		for waiting := true; waiting; {
			select {
			case <-child.Done():
				waiting = false
			case sig := <-s.p.Signals:
				s.traps.note(sig)
				if len(s.traps.pending) > 0 || s.traps.interrupted {
					return sig, nil
				}
			case <-s.interrupts:
				s.traps.interrupted = true
				return container.SIGINT, nil
			case <-s.ctx.Done():
				return 0, errDead
			}
		}
	}
	return 0, nil
}

// kill is the applet, with jobs replaced by their processes.
func kill(s *shell, n *call) error {
	args := []string{s.applet()}
	for _, arg := range n.args[1:] {
		if !strings.HasPrefix(arg, "%") {
			args = append(args, arg)
			continue
		}
		j, err := s.job(arg)
		if err != nil {
			return err
		}
		for _, child := range j.children {
			args = append(args, strconv.Itoa(child.PID))
		}
	}
	return s.applyApplet("/bin/kill", args)
}

// applyApplet runs one of busybox's applets in the shell's own process, as ash
// does.
func (s *shell) applyApplet(path string, args []string) error {
	program, ok := s.p.Lookup(path)
	if !ok {
		return s.fault("not supported by the sandbox: the image has no %s", path)
	}
	p := s.process(&call{args: args})
	s.status = s.onStreams(program, s.borrow())(s.ctx, &p) & 0xff
	return nil
}

// foreground is fg: it waits for a job. There is no bg, because it needs
// stopped jobs.
func foreground(s *shell, n *call) error {
	j, err := s.job(strings.Join(n.args[1:min(2, len(n.args))], ""))
	switch {
	case err != nil:
		return err
	case n.args[0] == "bg":
		return s.fault("stopped jobs are not supported by the sandbox")
	case !s.interactive:
		return s.fault("job %s not created under job control", "(null)")
	}
	s.printf("%s\n", j.text)
	if err := s.await(j.children...); err != nil {
		return err
	}
	s.result(j.children[len(j.children)-1])
	s.jobs = slices.DeleteFunc(s.jobs, func(other *job) bool { return other == j })
	return nil
}
