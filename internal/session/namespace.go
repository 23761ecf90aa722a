package session

import (
	"context"
	"errors"

	"github.com/kubectl-learn/kubectl-learn/internal/cluster"
	"github.com/kubectl-learn/kubectl-learn/internal/program"
	"github.com/kubectl-learn/kubectl-learn/internal/progress"
	"github.com/kubectl-learn/kubectl-learn/pkg/lang"
)

// ensureNamespace creates the lesson's namespace if it is missing.
func (s *Session) ensureNamespace(ctx context.Context, lesson string) error {
	before := s.Store.Record
	ns, made, err := s.Cluster.EnsureNamespace(ctx, cluster.Claim{
		Lesson: lesson, Record: s.Store.ID, Namespace: cluster.Namespace(before.Namespace),
		About: func(name string) error { return s.about(name, before.Begun()) }, Held: tellHeld(s.program),
	})
	if _, refused := errors.AsType[*cluster.RefusedError](err); refused {
		// Nothing was created, so there is nothing to delete.
		s.Store.Namespace, s.Store.Cluster, s.Store.Lost = before.Namespace, before.Cluster, before.Lost
		if !before.Begun() {
			s.Store.Namespace, s.Store.Cluster = progress.Object{}, progress.Cluster{}
		}
		return errors.Join(err, s.Store.Save())
	}
	if err != nil {
		return err
	}
	if made && before.Begun() {
		s.tellLost()
	}
	s.Namespace = ns
	s.Store.Namespace = progress.Object(ns)
	return s.Store.Save()
}

// about records that a namespace is about to be created, so that the record knows of it
// even if the program is killed right after.
func (s *Session) about(name string, begun bool) error {
	s.Store.Namespace = progress.Object{Name: name}
	s.Store.Lost = s.Store.Lost || begun
	return s.Store.Save()
}

func (s *Session) tellLost() {
	if s.emptied {
		s.program.Remark(lang.Messagef("The sandbox was emptied since you were last here, so the lesson got a new namespace. What you created is gone; type `redo` to create it again.",
			"上次之后沙箱清空过，所以课程新建了一个命名空间。之前做的东西都没有了；输入 `redo` 可以重新做一遍。"))
		return
	}
	s.program.Remark(lang.Messagef("The lesson's namespace is gone, so the lesson got a new one. What you created in the old one is gone too; type `redo` to create it again.",
		"课程的命名空间已经不在了，所以新建了一个。之前在里面做的东西不再存在；输入 `redo` 可以重新做一遍。"))
}

// tellHeld reports what blocks the deletion of a namespace.
func tellHeld(p *program.Program) func(cluster.Held) {
	return func(held cluster.Held) {
		why := held.Why()
		if why.IsZero() {
			why = lang.Messagef("the cluster is still deleting its contents", "集群还在删除其中的对象")
		}
		p.Remark(lang.Messagef("Waiting for namespace %q to be deleted: %s", "正在等待命名空间 %q 删除完成：%s", held.Namespace, why))
	}
}
