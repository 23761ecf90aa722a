package session

import (
	"context"
	"errors"

	"github.com/kubectl-learn/kubectl-learn/internal/cluster"
	"github.com/kubectl-learn/kubectl-learn/internal/program"
	"github.com/kubectl-learn/kubectl-learn/internal/progress"
	"github.com/kubectl-learn/kubectl-learn/internal/shell"
	"github.com/kubectl-learn/kubectl-learn/pkg/checks"
	"github.com/kubectl-learn/kubectl-learn/pkg/steps"
)

// Look runs checks of a lesson once, on the cluster where it was started. The lesson
// may be open in another terminal at the same time.
func Look(ctx context.Context, p *program.Program, lesson *steps.Lesson, r progress.Record, choice cluster.Choice, cs []checks.Check) (_ checks.Results, err error) {
	target, err := Recorded(ctx, p, r, choice)
	if err != nil {
		return nil, err
	}
	dir, err := p.Home()
	if err != nil {
		return nil, err
	}
	folder := dir.Lesson(lesson.ID)
	kubeconfig, clean, err := PrivateKubeconfig(target, r.Namespace.Name)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, clean()) }()
	engine, err := checks.NewEngine(target.Config, checks.WithRunner(Runner(p, target, shell.Config{
		Dir: folder.Workspace(), Kubeconfig: kubeconfig,
	})), checks.WithAnswers(answers{folder: folder, lesson: lesson}))
	if err != nil {
		return nil, err
	}
	defer engine.Close()
	return engine.Look(ctx, r.Namespace.Name, cs)
}
