package cli

import (
	"context"
	"errors"

	"github.com/kubectl-learn/kubectl-learn/internal/brand"
	"github.com/kubectl-learn/kubectl-learn/internal/cluster"
	"github.com/kubectl-learn/kubectl-learn/internal/progress"
	"github.com/kubectl-learn/kubectl-learn/pkg/lang"
)

// connect reaches the cluster: the one that the flags name, else the one where
// the lesson was begun, else the sandbox. A lesson stays on the cluster where it
// was begun, whatever its context's name leads to now.
func (s *session) connect(ctx context.Context, flags *clusterFlags, confirm func(context.Context, *cluster.Cluster) error) error {
	begun := s.store.Namespace.Name != ""
	if begun {
		flags.remember(s.store.Cluster)
	}
	name := *flags.kube.Context
	if begun && (name == "") != (s.store.Cluster.Context == "") {
		return begunElsewhere(s.store.Record)
	}
	if name == "" {
		return s.connectSandbox(ctx)
	}
	c, err := cluster.FromContext(ctx, flags.kube.ToRawKubeConfigLoader(), name)
	sameness := cluster.Unsure
	if err == nil && begun {
		sameness, err = s.recognize(ctx, c)
	}
	if err != nil && begun {
		return orForget(err, s.store.Lesson)
	}
	if err != nil {
		return err
	}
	if sameness == cluster.Unsure {
		if err := s.choose(ctx, c, flags, confirm); err != nil {
			return err
		}
	}
	s.cluster = c
	s.store.Cluster.Context, s.store.Cluster.Kubeconfig = name, flags.file(s.app.getenv)
	return nil
}

// connectSandbox reaches the sandbox, and notices when it was emptied.
func (s *session) connectSandbox(ctx context.Context) error {
	c, err := s.app.upSandbox(ctx)
	if err != nil {
		return err
	}
	s.cluster = c
	sameness, now, err := c.Recognize(ctx, identity(s.store.Cluster), cluster.Namespace(s.store.Namespace))
	if err != nil {
		return err
	}
	s.emptied = sameness == cluster.Other && s.store.Cluster.UID != ""
	s.store.Cluster = progress.Cluster{Server: now.Server, CA: now.CA, UID: now.UID}
	return nil
}

// choose guards a cluster that the lesson does not know yet, and asks.
func (s *session) choose(ctx context.Context, c *cluster.Cluster, flags *clusterFlags, confirm func(context.Context, *cluster.Cluster) error) error {
	if flags.allow != c.Context {
		if err := c.Guard(ctx); err != nil {
			return err
		}
	}
	now, err := c.Identify(ctx)
	if err != nil {
		return err
	}
	if err := confirm(ctx, c); err != nil {
		return err
	}
	s.store.Cluster.Server, s.store.Cluster.CA, s.store.Cluster.UID = now.Server, now.CA, now.UID
	return nil
}

// recognize fails when a cluster is not the one where the lesson was begun. What
// is known of it is kept for the record.
func (s *session) recognize(ctx context.Context, c *cluster.Cluster) (cluster.Sameness, error) {
	sameness, now, err := recognize(ctx, s.store.Record, c)
	if err == nil && sameness == cluster.Same {
		s.store.Cluster.Server, s.store.Cluster.CA, s.store.Cluster.UID = now.Server, now.CA, now.UID
	}
	return sameness, err
}

// recognize fails when a cluster is not the one that a record names.
func recognize(ctx context.Context, r progress.Record, c *cluster.Cluster) (cluster.Sameness, cluster.Identity, error) {
	sameness, now, err := c.Recognize(ctx, identity(r.Cluster), cluster.Namespace(r.Namespace))
	switch {
	case err != nil:
		return sameness, now, err
	case sameness != cluster.Other:
		return sameness, now, nil
	case c.IsSandbox() && r.Cluster.UID == "":
		// An old record, and a sandbox at another port: it has but one owner.
		return cluster.Unsure, now, nil
	case c.IsSandbox():
		return sameness, now, emptied(r)
	case c.Context != r.Cluster.Context:
		return sameness, now, begunElsewhere(r)
	}
	return sameness, now, movedAway(r, now)
}

func identity(c progress.Cluster) cluster.Identity {
	return cluster.Identity{UID: c.UID, Server: c.Server, CA: c.CA}
}

// begunElsewhere is for a cluster that was named and is not the recorded one.
func begunElsewhere(r progress.Record) *advice {
	return &advice{
		what: lang.Messagef("you began this lesson on %s", "这个课程是在 %s 上开始的", where(r.Cluster.Context)),
		hints: []lang.Message{
			lang.Messagef("go on there: %s start %s", "在那里继续：%s start %s", brand.Command, r.Lesson),
			lang.Messagef("or delete what it made there and start over: %s reset %s", "或者删除它在那里创建的一切，重新开始：%s reset %s", brand.Command, r.Lesson),
		},
		code: exitUsage,
	}
}

// movedAway is for a context that leads to another cluster than it did.
func movedAway(r progress.Record, now cluster.Identity) *advice {
	what := lang.Messagef("context %q leads to another cluster now (%s); you began this lesson on the one at %s",
		"上下文 %q 现在指向另一个集群（%s），而这个课程是在 %s 的集群上开始的", r.Cluster.Context, now.Server, r.Cluster.Server)
	if now.Server == r.Cluster.Server {
		what = lang.Messagef("the cluster of context %q (%s) is not the one where you began this lesson; it may have been deleted and created again",
			"上下文 %q 的集群（%s）不是你开始这个课程时的那个；它可能已删除并重新创建", r.Cluster.Context, now.Server)
	}
	return &advice{
		what: what,
		hints: []lang.Message{
			lang.Messagef("if the first cluster still exists, name a context that leads to it: %s start %s --context NAME", "如果原来的集群还在，指定一个指向它的上下文：%s start %s --context 名称", brand.Command, r.Lesson),
			lang.Messagef("if it is gone, forget your progress there and start over: %s reset %s --forget", "如果它已经不在了，清除在那里的进度，重新开始：%s reset %s --forget", brand.Command, r.Lesson),
		},
	}
}

// orForget adds what can be done about a lesson whose cluster may be gone for
// good.
func orForget(err error, lesson string) error {
	_, away := errors.AsType[*cluster.UnreachableError](err)
	missing, gone := errors.AsType[*cluster.NoContextError](err)
	if !away && !gone {
		return err
	}
	e := explainCluster(err)
	if e == nil {
		e = explainChange(err)
	}
	if gone {
		e.hints = nil
		if len(missing.Known) > 0 {
			e.hints = contextHints(missing.Known)[:1]
		}
		e.hints = append(e.hints, lang.Messagef("name one that leads to the same cluster: %s start %s --context NAME", "指定一个指向同一集群的上下文：%s start %s --context 名称", brand.Command, lesson))
	}
	e.hints = append(e.hints, lang.Messagef("if the cluster no longer exists, forget your progress there: %s reset %s --forget", "如果那个集群已经不在了，清除在那里的进度：%s reset %s --forget", brand.Command, lesson))
	if e.code == 0 {
		e.code = exitFailed
	}
	return e
}

// emptied is for a sandbox that was emptied, with the lesson's namespace in it.
func emptied(r progress.Record) *advice {
	return &advice{
		what:  lang.Messagef("the sandbox was emptied after you began lesson %q, so the namespace of the lesson is gone", "沙箱在你开始课程 %q 之后清空过，课程的命名空间已经不在了", r.Lesson),
		hints: []lang.Message{lang.Messagef("make it again, and type redo there: %s start %s", "重新创建它，然后在课程里输入 redo：%s start %s", brand.Command, r.Lesson)},
	}
}

func (s *session) ensureNamespace(ctx context.Context, lesson string) error {
	before := s.store.Record
	ns, made, err := s.cluster.EnsureNamespace(ctx, cluster.Claim{
		Lesson: lesson, Record: s.store.ID, Namespace: cluster.Namespace(before.Namespace),
		About: func(name string) error { return s.about(name, before.Begun()) }, Held: s.app.tellHeld,
	})
	if _, refused := errors.AsType[*cluster.RefusedError](err); refused {
		// Nothing was made, so nothing is to be deleted either.
		s.store.Namespace, s.store.Cluster, s.store.Lost = before.Namespace, before.Cluster, before.Lost
		if !before.Begun() {
			s.store.Namespace, s.store.Cluster = progress.Object{}, progress.Cluster{}
		}
		return errors.Join(err, s.store.Save())
	}
	if err != nil {
		return err
	}
	if made && before.Begun() {
		s.tellLost()
	}
	s.namespace = ns
	s.store.Namespace = progress.Object(ns)
	return s.store.Save()
}

// about writes down that a namespace is about to be made: a kill behind this
// leaves none that nobody knows of.
func (s *session) about(name string, begun bool) error {
	s.store.Namespace = progress.Object{Name: name}
	s.store.Lost = s.store.Lost || begun
	return s.store.Save()
}

func (s *session) tellLost() {
	if s.emptied {
		s.app.remark(lang.Messagef("The sandbox was emptied since you were here, so the lesson got a new namespace. What you made is gone; type `redo` to make it again.",
			"上次之后沙箱清空过，所以课程新建了一个命名空间。之前做的东西都没有了；输入 `redo` 可以重新做一遍。"))
		return
	}
	s.app.remark(lang.Messagef("The lesson's namespace is gone, so a new one was made. What you had made there is no longer so; `redo` makes it again.",
		"课程的命名空间已经不在了，所以新建了一个。之前在里面做的东西不再存在；输入 `redo` 可以重新做一遍。"))
}

// tellHeld says what a namespace that is being deleted waits for.
func (a *app) tellHeld(held cluster.Held) {
	why := held.Why()
	if why.IsZero() {
		why = lang.Messagef("its pods are still ending", "其中的 Pod 还在终止")
	}
	a.remark(lang.Messagef("Waiting until namespace %q is deleted: %s", "正在等待命名空间 %q 删除完成：%s", held.Namespace, why))
}

// tellDamage says that a damaged record was put aside, and what it leaves behind.
func (a *app) tellDamage(store *progress.Store) {
	if store.Damaged == nil {
		return
	}
	a.remark(lang.Messagef("Your progress file was damaged. Saved it as %s; starting the lesson over.", "进度文件已损坏。原文件保存为 %s；课程从头开始。", store.Kept))
	if left := leftBehind(store.Damaged); !left.IsZero() {
		a.remark(left)
	}
}

// leftBehind says how to delete what a damaged record still names.
func leftBehind(damaged *progress.DamagedError) lang.Message {
	ns := damaged.Namespace.Name
	switch {
	case ns == "":
		return lang.Message{}
	case damaged.Cluster == nil:
		return lang.Messagef("The lesson's namespace %q may still exist. To delete it, on the cluster where it is: kubectl delete namespace %s",
			"课程的命名空间 %q 可能还在。要删除它，在它所在的集群上运行：kubectl delete namespace %s", ns, ns)
	case damaged.Cluster.Context == "":
		return lang.Messagef("The lesson's namespace %q may still exist in the sandbox. To delete it: kubectl --kubeconfig \"$(%s sandbox kubeconfig)\" delete namespace %s",
			"课程的命名空间 %q 可能还在沙箱里。要删除它：kubectl --kubeconfig \"$(%s sandbox kubeconfig)\" delete namespace %s", ns, brand.Command, ns)
	}
	return lang.Messagef("The lesson's namespace %q may still exist on context %q. To delete it: kubectl --context %s delete namespace %s",
		"课程的命名空间 %q 可能还在上下文 %q 的集群上。要删除它：kubectl --context %s delete namespace %s", ns, damaged.Cluster.Context, quoted([]string{damaged.Cluster.Context}), ns)
}
