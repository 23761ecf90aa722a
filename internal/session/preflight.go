package session

import (
	"context"
	"errors"

	"github.com/kubectl-learn/kubectl-learn/internal/cluster"
	"github.com/kubectl-learn/kubectl-learn/pkg/lang"
	"github.com/kubectl-learn/kubectl-learn/pkg/steps"
)

// preflight checks that the cluster has what a lesson requires, before anything is
// created there. It adds missing nodes to the sandbox.
func (s *Session) preflight(ctx context.Context, lesson *steps.Lesson) error {
	err := s.Cluster.Preflight(ctx, lesson.Requires)
	few, ok := errors.AsType[*cluster.FewNodesError](err)
	if !ok || !few.Sandbox {
		return err
	}
	s.program.Remark(lang.Messagef("This lesson needs %d nodes; adding them to the sandbox.", "这个课程需要 %d 个节点，正在给沙箱补上。", few.Want))
	if err := cluster.SetNodes(ctx, s.sandbox, s.program.ChildEnv(), few.Want, s.program.ErrOut); err != nil {
		return err
	}
	return s.Cluster.Preflight(ctx, lesson.Requires)
}
