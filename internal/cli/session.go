package cli

import (
	"context"
	"errors"
	"path/filepath"
	"runtime"
	"slices"
	"time"

	"github.com/kubectl-learn/kubectl-learn/internal/brand"
	"github.com/kubectl-learn/kubectl-learn/internal/cluster"
	"github.com/kubectl-learn/kubectl-learn/internal/home"
	"github.com/kubectl-learn/kubectl-learn/internal/progress"
	"github.com/kubectl-learn/kubectl-learn/internal/proxy"
	"github.com/kubectl-learn/kubectl-learn/internal/reach"
	"github.com/kubectl-learn/kubectl-learn/internal/shell"
	"github.com/kubectl-learn/kubectl-learn/pkg/checks"
	"github.com/kubectl-learn/kubectl-learn/pkg/lang"
	"github.com/kubectl-learn/kubectl-learn/pkg/steps"
	"github.com/kubectl-learn/kubectl-learn/pkg/steps/play"
)

// session is a lesson that is open: its record, its cluster, its namespace.
type session struct {
	app       *app
	dir       home.Dir
	store     *progress.Store
	cluster   *cluster.Cluster
	namespace cluster.Namespace
	sandbox   string
	// emptied says that the sandbox is not the one that the lesson was begun in.
	emptied bool
	closers []func() error
}

// open opens the record of a lesson and its cluster. confirm asks before the
// first change on a cluster other than the sandbox.
func (a *app) open(ctx context.Context, lesson *steps.Lesson, flags *clusterFlags, confirm func(context.Context, *cluster.Cluster) error) (_ *session, err error) {
	dir, err := a.home()
	if err != nil {
		return nil, err
	}
	store, err := progress.Open(dir.Lesson(lesson.ID), lesson.ID)
	if err != nil {
		return nil, err
	}
	s := &session{app: a, dir: dir, store: store, closers: []func() error{store.Close}}
	defer func() {
		if err != nil {
			err = errors.Join(err, s.close())
		}
	}()
	a.tellDamage(store)
	// Optional: a kubectl for machines without one.
	s.sandbox, _ = cluster.FindSandbox(a.Executable, a.getenv)
	if err := s.connect(ctx, flags, confirm); err != nil {
		return nil, err
	}
	if err := s.preflight(ctx, lesson); err != nil {
		return nil, err
	}
	return s, s.ensureNamespace(ctx, lesson.ID)
}

func (s *session) close() error {
	var errs []error
	for _, c := range slices.Backward(s.closers) {
		errs = append(errs, c())
	}
	return errors.Join(errs...)
}

// player puts together what plays the lesson.
func (s *session) player(catalog *steps.Catalog, l *steps.Lesson, patience time.Duration) (*play.Player, error) {
	l.PlayIn(s.namespace.Name)
	workspace, err := openWorkspace(s.dir, catalog, l)
	if err != nil {
		return nil, err
	}
	sh, err := s.shell(workspace.Dir(), l)
	if err != nil {
		return nil, err
	}
	engine, err := checks.NewEngine(s.cluster.Config, checks.WithRunner(s.app.runner(s.cluster, shell.Config{
		Dir: workspace.Dir(), Kubeconfig: s.kubeconfig(),
	})), checks.WithAnswers(answers{dir: s.dir.Lesson(l.ID), lesson: l}))
	if err != nil {
		return nil, err
	}
	s.closers = append(s.closers, func() error { engine.Close(); return nil })
	editorCommand, _ := editor(runtime.GOOS, s.app.Executable)
	return &play.Player{
		Lesson: l, Workspace: workspace, Shell: sh, Patience: patience,
		Cluster: watcher{engine: engine, namespace: s.namespace.Name},
		Record:  recorder{s.store},
		Restore: s.restore,
		Reach:   s.cluster.Reach,
		Revive:  s.reviver(),
		Editor:  editorCommand,
	}, nil
}

// openWorkspace opens the folder with the lesson's manifests.
func openWorkspace(dir home.Dir, catalog *steps.Catalog, l *steps.Lesson) (*play.Workspace, error) {
	return play.OpenWorkspace(filepath.Join(dir.Lesson(l.ID), "workspace"), l, func(file string) ([]byte, error) {
		return catalog.Manifest(l.ID, file)
	})
}

// restore makes the lesson's namespace again when it was deleted.
func (s *session) restore(ctx context.Context) (lost bool, err error) {
	if _, err := s.recognize(ctx, s.cluster); err != nil {
		return false, err
	}
	before := s.namespace
	if err := s.ensureNamespace(ctx, s.store.Lesson); err != nil || s.namespace.Name == before.Name {
		return s.store.Lost, err
	}
	return false, &advice{
		what:  lang.Messagef("the lesson's namespace is now %q", "课程的命名空间现在是 %q", s.namespace.Name),
		hints: []lang.Message{lang.Messagef("go on there: %s start %s", "在那里继续：%s start %s", brand.Command, s.store.Lesson)},
	}
}

// kubeconfig is the file that the lesson's commands use.
func (s *session) kubeconfig() string {
	return filepath.Join(s.dir.Lesson(s.store.Lesson), kubeconfigFile)
}

// shell runs the lesson's commands with a kubeconfig of its own.
func (s *session) shell(dir string, l *steps.Lesson) (*shell.Shell, error) {
	folder := s.dir.Lesson(s.store.Lesson)
	file, err := writeKubeconfig(folder, s.cluster, s.namespace.Name)
	if err != nil {
		return nil, err
	}
	s.closers = append(s.closers, func() error { return removeKubeconfig(folder) })
	finder, err := reach.New(s.cluster.Config)
	if err != nil {
		return nil, err
	}
	forwards := reach.NewForwards(finder)
	s.closers = append(s.closers, func() error { forwards.Close(); return nil })
	return shell.New(shell.Config{
		Dir: dir, Env: append(proxy.Spare(s.app.editorEnv(), s.cluster.OwnNames...), l.Environ()...), Kubeconfig: file, URL: s.app.lessonURL(forwards, s.namespace.Name),
		Plugin: s.app.Executable, Sandbox: s.sandbox, Stdin: s.app.Stdin,
	})
}
