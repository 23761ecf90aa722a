package session

import (
	"context"

	"github.com/kubectl-learn/kubectl-learn/internal/cluster"
	"github.com/kubectl-learn/kubectl-learn/internal/home"
	"github.com/kubectl-learn/kubectl-learn/internal/program"
	"github.com/kubectl-learn/kubectl-learn/internal/progress"
	"github.com/kubectl-learn/kubectl-learn/pkg/steps"
)

// DeleteNamespace deletes the namespace created for a record, and reports whether it
// was there. It first makes sure that the cluster is the right one, except for the
// sandbox: if that was emptied, the namespace is already gone.
func DeleteNamespace(ctx context.Context, p *program.Program, r progress.Record, choice cluster.Choice) (there bool, err error) {
	target, err := named(ctx, p, r, choice)
	if err != nil {
		return false, err
	}
	if !target.IsSandbox() {
		if _, _, err := recognize(ctx, r, target); err != nil {
			return false, err
		}
	}
	return target.DeleteNamespace(ctx, cluster.Claim{Record: r.ID, Namespace: cluster.Namespace(r.Namespace), Held: tellHeld(p)})
}

// Discard removes the lesson's own files from its folder, because next time the lesson
// may have other variables and another namespace. The learner's files stay.
func Discard(folder home.Lesson, catalog *steps.Catalog, lesson *steps.Lesson, r progress.Record) error {
	if err := lesson.Set(r.Variables); err != nil {
		return err
	}
	lesson.PlayIn(r.Namespace.Name)
	workspace, err := openWorkspace(folder, catalog, lesson)
	if err != nil {
		return err
	}
	if err := workspace.Discard(); err != nil {
		return err
	}
	return removeKubeconfig(folder)
}
