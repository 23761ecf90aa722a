// Package session handles a lesson that is open: its record, cluster and namespace, the
// shell for its commands, and Ctrl-C. Open starts a session and Close ends it. What
// works on a lesson that is not open is here too: running its checks, connecting to its
// cluster, deleting what it created.
package session

import (
	"context"
	"errors"
	"io"
	"slices"
	"time"

	"github.com/kubectl-learn/kubectl-learn/internal/advice"
	"github.com/kubectl-learn/kubectl-learn/internal/cluster"
	"github.com/kubectl-learn/kubectl-learn/internal/home"
	"github.com/kubectl-learn/kubectl-learn/internal/program"
	"github.com/kubectl-learn/kubectl-learn/internal/progress"
	"github.com/kubectl-learn/kubectl-learn/internal/reach"
	"github.com/kubectl-learn/kubectl-learn/pkg/lang"
	"github.com/kubectl-learn/kubectl-learn/pkg/steps"
)

// Options say how to open a lesson.
type Options struct {
	Program *program.Program
	Choice  cluster.Choice
	// Confirm asks before the first change on a cluster other than the sandbox.
	Confirm func(context.Context, *cluster.Cluster) error
	// URL runs "kubectl learn url" inside the lesson, where a forward lasts as long as
	// the lesson is open.
	URL func(*reach.Forwards, string) func(ctx context.Context, args []string, out, errOut io.Writer) int
}

// Session is a lesson that is open.
type Session struct {
	// Store is the learner's record, locked.
	Store     *progress.Store
	Cluster   *cluster.Cluster
	Namespace cluster.Namespace
	// Folder is the lesson's own folder.
	Folder home.Lesson

	options Options
	program *program.Program
	// sandbox is the sandbox program, "" if there is none.
	sandbox string
	// emptied says whether the sandbox was emptied since the lesson was started.
	emptied bool
	closers []func() error
}

// Open opens the record of a lesson and its cluster, checks that the cluster has what
// the lesson requires, and creates the lesson's namespace if it is missing.
func Open(ctx context.Context, lesson *steps.Lesson, o Options) (_ *Session, err error) {
	dir, err := o.Program.Home()
	if err != nil {
		return nil, err
	}
	folder := dir.Lesson(lesson.ID)
	store, err := progress.Open(folder, lesson.ID)
	if err != nil {
		return nil, err
	}
	s := &Session{Store: store, Folder: folder, options: o, program: o.Program, closers: []func() error{store.Close}}
	defer func() {
		if err != nil {
			err = errors.Join(err, s.Close())
		}
	}()
	s.tellDamage()
	// Optional: a kubectl for machines without one.
	s.sandbox, _ = cluster.FindSandbox(o.Program.Executable, o.Program.Getenv)
	if err := s.connect(ctx); err != nil {
		return nil, err
	}
	if err := s.preflight(ctx, lesson); err != nil {
		return nil, err
	}
	return s, s.ensureNamespace(ctx, lesson.ID)
}

// Finish records that the learner has finished the lesson.
func (s *Session) Finish() error {
	s.Store.Finished = time.Now().UTC().Truncate(time.Second)
	return s.Store.Save()
}

// Close ends the session, so that another process can open the lesson.
func (s *Session) Close() error {
	var errs []error
	for _, c := range slices.Backward(s.closers) {
		errs = append(errs, c())
	}
	return errors.Join(errs...)
}

// tellDamage reports that a damaged record was set aside, and what it leaves on the
// cluster.
func (s *Session) tellDamage() {
	if s.Store.Damaged == nil {
		return
	}
	s.program.Remark(lang.Messagef("Your progress file was damaged. Saved it as %s; starting the lesson over.", "进度文件已损坏。原文件保存为 %s；课程从头开始。", s.Store.Kept))
	if left := advice.LeftBehind(s.Store.Damaged); !left.IsZero() {
		s.program.Remark(left)
	}
}
