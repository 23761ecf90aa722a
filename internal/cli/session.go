package cli

import (
	"context"
	"errors"
	"path/filepath"
	"runtime"
	"slices"
	"time"

	"github.com/kubectl-learn/kubectl-learn/internal/atomicfile"
	"github.com/kubectl-learn/kubectl-learn/internal/brand"
	"github.com/kubectl-learn/kubectl-learn/internal/cluster"
	"github.com/kubectl-learn/kubectl-learn/internal/home"
	"github.com/kubectl-learn/kubectl-learn/internal/progress"
	"github.com/kubectl-learn/kubectl-learn/internal/reach"
	"github.com/kubectl-learn/kubectl-learn/internal/shell"
	"github.com/kubectl-learn/kubectl-learn/pkg/checks"
	"github.com/kubectl-learn/kubectl-learn/pkg/lang"
	"github.com/kubectl-learn/kubectl-learn/pkg/steps"
)

// session is a lesson that is open: its record, its cluster, its namespace.
type session struct {
	app       *app
	dir       home.Dir
	store     *progress.Store
	cluster   *cluster.Cluster
	namespace cluster.Namespace
	sandbox   string
	closers   []func() error
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
	if store.Kept != "" {
		a.remark(lang.Messagef("The progress file was damaged. It is kept as %s; the lesson begins anew.", "进度文件已损坏，原文件保存为 %s；课程重新开始。", store.Kept))
	}
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

// connect reaches the cluster: the one that the flags name, else the one that
// the lesson was begun on, else the sandbox.
func (s *session) connect(ctx context.Context, flags *clusterFlags, confirm func(context.Context, *cluster.Cluster) error) error {
	begun := s.store.Namespace.Name != ""
	if begun {
		flags.remember(s.store.Cluster)
	}
	name := *flags.kube.Context
	switch {
	case begun && name != s.store.Cluster.Context:
		return &advice{
			what: lang.Messagef("this lesson was begun on %s", "这个课程是在 %s 上开始的", where(s.store.Cluster.Context)),
			hints: []lang.Message{lang.Messagef("go on there: %[1]s start %[2]s; or begin anew: %[1]s reset %[2]s",
				"在那里继续：%[1]s start %[2]s；或者重新开始：%[1]s reset %[2]s", brand.Command, s.store.Lesson)},
			code: exitUsage,
		}
	}
	if name == "" {
		c, err := s.app.upSandbox(ctx)
		if err == nil {
			s.cluster, s.store.Cluster = c, progress.Cluster{Server: c.Server}
		}
		return err
	}
	c, err := cluster.FromContext(flags.kube.ToRawKubeConfigLoader(), name)
	if err != nil {
		return err
	}
	s.cluster = c
	if !begun {
		if flags.allow != name {
			if err := c.Guard(ctx); err != nil {
				return err
			}
		}
		if err := confirm(ctx, c); err != nil {
			return err
		}
	}
	s.store.Cluster = progress.Cluster{Context: name, Server: c.Server, Kubeconfig: flags.file(s.app.getenv)}
	return nil
}

func (s *session) ensureNamespace(ctx context.Context, lesson string) error {
	recorded := cluster.Namespace(s.store.Namespace)
	ns, made, err := s.cluster.EnsureNamespace(ctx, lesson, recorded)
	if err != nil {
		return err
	}
	if made && recorded.Name != "" {
		s.store.Lost = true
		s.app.remark(lang.Messagef("The lesson's namespace is gone, so a new one was made. What you had made there is no longer so; `redo` makes it again.",
			"课程的命名空间已经不在了，所以新建了一个。之前在里面做的东西不再存在；输入 `redo` 可以重新做一遍。"))
	}
	s.namespace = ns
	s.store.Namespace = progress.Object(ns)
	return s.store.Save()
}

// player puts together what plays the lesson.
func (s *session) player(catalog *steps.Catalog, l *steps.Lesson, patience time.Duration) (*steps.Player, error) {
	l.PlayIn(s.namespace.Name)
	workspace, err := openWorkspace(s.dir, catalog, l)
	if err != nil {
		return nil, err
	}
	sh, err := s.shell(workspace.Dir(), l)
	if err != nil {
		return nil, err
	}
	engine, err := checks.NewEngine(s.cluster.Config, checks.WithRunner(s.app.runner(shell.Config{
		Dir: workspace.Dir(), Kubeconfig: s.kubeconfig(),
	})), checks.WithAnswers(answers{dir: s.dir.Lesson(l.ID), lesson: l}))
	if err != nil {
		return nil, err
	}
	s.closers = append(s.closers, func() error { engine.Close(); return nil })
	editorCommand, _ := editor(runtime.GOOS, s.app.Executable)
	return &steps.Player{
		Lesson: l, Workspace: workspace, Shell: sh, Patience: patience,
		Cluster: watcher{engine: engine, namespace: s.namespace.Name},
		Record:  recorder{s.store},
		Restore: s.restore,
		Editor:  editorCommand,
	}, nil
}

// openWorkspace opens the folder with the lesson's manifests.
func openWorkspace(dir home.Dir, catalog *steps.Catalog, l *steps.Lesson) (*steps.Workspace, error) {
	return steps.OpenWorkspace(filepath.Join(dir.Lesson(l.ID), "workspace"), l, func(file string) ([]byte, error) {
		return catalog.Manifest(l.ID, file)
	})
}

// restore makes the lesson's namespace again when it was deleted.
func (s *session) restore(ctx context.Context) (lost bool, err error) {
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
	return filepath.Join(s.dir.Lesson(s.store.Lesson), "kubeconfig")
}

// shell runs the lesson's commands with a kubeconfig of its own.
func (s *session) shell(dir string, l *steps.Lesson) (*shell.Shell, error) {
	data, err := s.cluster.Kubeconfig(s.namespace.Name)
	if err != nil {
		return nil, err
	}
	file := s.kubeconfig()
	if err := atomicfile.Write(file, data); err != nil {
		return nil, &progress.UnwritableError{Dir: filepath.Dir(file), Err: err}
	}
	finder, err := reach.New(s.cluster.Config)
	if err != nil {
		return nil, err
	}
	forwards := reach.NewForwards(finder)
	s.closers = append(s.closers, func() error { forwards.Close(); return nil })
	return shell.New(shell.Config{
		Dir: dir, Env: append(s.app.editorEnv(), l.Environ()...), Kubeconfig: file, URL: s.app.lessonURL(forwards, s.namespace.Name),
		Plugin: s.app.Executable, Sandbox: s.sandbox, Stdin: s.app.Stdin,
	})
}
