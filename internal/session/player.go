package session

import (
	"context"
	"os"
	"time"

	"github.com/kubectl-learn/kubectl-learn/internal/advice"
	"github.com/kubectl-learn/kubectl-learn/internal/brand"
	"github.com/kubectl-learn/kubectl-learn/internal/cluster"
	"github.com/kubectl-learn/kubectl-learn/internal/home"
	"github.com/kubectl-learn/kubectl-learn/internal/program"
	"github.com/kubectl-learn/kubectl-learn/internal/proxy"
	"github.com/kubectl-learn/kubectl-learn/internal/reach"
	"github.com/kubectl-learn/kubectl-learn/internal/shell"
	"github.com/kubectl-learn/kubectl-learn/pkg/checks"
	"github.com/kubectl-learn/kubectl-learn/pkg/lang"
	"github.com/kubectl-learn/kubectl-learn/pkg/steps"
	"github.com/kubectl-learn/kubectl-learn/pkg/steps/play"
)

// Player puts together the lesson's player, without a screen and a learner.
func (s *Session) Player(catalog *steps.Catalog, l *steps.Lesson, patience time.Duration) (*play.Player, error) {
	l.PlayIn(s.Namespace.Name)
	workspace, err := openWorkspace(s.Folder, catalog, l)
	if err != nil {
		return nil, err
	}
	sh, err := s.shell(workspace.Dir(), l)
	if err != nil {
		return nil, err
	}
	engine, err := checks.NewEngine(s.Cluster.Config, checks.WithRunner(Runner(s.program, s.Cluster, shell.Config{
		Dir: workspace.Dir(), Kubeconfig: s.Folder.Kubeconfig(),
	})), checks.WithAnswers(answers{folder: s.Folder, lesson: l}))
	if err != nil {
		return nil, err
	}
	s.closers = append(s.closers, func() error { engine.Close(); return nil })
	return &play.Player{
		Lesson: l, Workspace: workspace, Shell: sh, Patience: patience,
		Cluster: watcher{engine: engine, namespace: s.Namespace.Name},
		Record:  recorder{s.Store},
		Restore: s.restore,
		Reach:   s.Cluster.Reach,
		Revive:  s.reviver(),
		Editor:  Editor(s.program.Executable),
	}, nil
}

// Runner runs the commands of checks with the program's language and a kubectl.
func Runner(p *program.Program, target *cluster.Cluster, c shell.Config) checks.Runner {
	c.Env, c.Plugin, c.Nearby = p.ChildEnv(target.OwnNames...), p.Executable, target.IsSandbox()
	// Optional: a kubectl for machines without one.
	c.Sandbox, _ = cluster.FindSandbox(p.Executable, p.Getenv)
	return shell.Runner{Config: c}
}

// openWorkspace opens the folder with the lesson's manifests.
func openWorkspace(folder home.Lesson, catalog *steps.Catalog, l *steps.Lesson) (*play.Workspace, error) {
	return play.OpenWorkspace(folder.Workspace(), l, func(file string) ([]byte, error) {
		return catalog.Manifest(l.ID, file)
	})
}

// restore creates the lesson's namespace again if it was deleted.
func (s *Session) restore(ctx context.Context) (lost bool, err error) {
	if _, err := s.recognize(ctx, s.Cluster); err != nil {
		return false, err
	}
	before := s.Namespace
	if err := s.ensureNamespace(ctx, s.Store.Lesson); err != nil || s.Namespace.Name == before.Name {
		return s.Store.Lost, err
	}
	return false, &advice.Error{
		What:  lang.Messagef("the lesson's namespace is now %q", "课程的命名空间现在是 %q", s.Namespace.Name),
		Hints: []lang.Message{lang.Messagef("continue there: %s start %s", "在那里继续：%s start %s", brand.Command, s.Store.Lesson)},
	}
}

// shell returns a shell for the lesson's commands, with a kubeconfig of its own.
func (s *Session) shell(dir string, l *steps.Lesson) (*shell.Shell, error) {
	file, err := writeKubeconfig(s.Folder, s.Cluster, s.Namespace.Name)
	if err != nil {
		return nil, err
	}
	s.closers = append(s.closers, func() error { return removeKubeconfig(s.Folder) })
	finder, err := reach.New(s.Cluster.Config)
	if err != nil {
		return nil, err
	}
	forwards := reach.NewForwards(finder)
	s.closers = append(s.closers, func() error { forwards.Close(); return nil })
	in, _ := s.program.In.(*os.File) // commands inherit a file, and read nothing from anything else
	return shell.New(shell.Config{
		Dir: dir, Env: append(proxy.Spare(editorEnv(s.program), s.Cluster.OwnNames...), l.Environ()...), Kubeconfig: file,
		URL: s.options.URL(forwards, s.Namespace.Name), Plugin: s.program.Executable, Sandbox: s.sandbox, Stdin: in,
		Nearby: s.Cluster.IsSandbox(),
	})
}
