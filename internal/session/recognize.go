package session

import (
	"context"

	"github.com/kubectl-learn/kubectl-learn/internal/advice"
	"github.com/kubectl-learn/kubectl-learn/internal/brand"
	"github.com/kubectl-learn/kubectl-learn/internal/cluster"
	"github.com/kubectl-learn/kubectl-learn/internal/progress"
	"github.com/kubectl-learn/kubectl-learn/pkg/lang"
)

// recognize fails if a cluster is not the one where the lesson was started. It stores
// the cluster's identity in the record.
func (s *Session) recognize(ctx context.Context, c *cluster.Cluster) (cluster.Sameness, error) {
	sameness, now, err := recognize(ctx, s.Store.Record, c)
	if err == nil && sameness == cluster.Same {
		s.Store.Cluster.Server, s.Store.Cluster.CA, s.Store.Cluster.UID = now.Server, now.CA, now.UID
	}
	return sameness, err
}

// recognize fails if a cluster is not the one that a record names.
func recognize(ctx context.Context, r progress.Record, c *cluster.Cluster) (cluster.Sameness, cluster.Identity, error) {
	sameness, now, err := c.Recognize(ctx, identity(r.Cluster), cluster.Namespace(r.Namespace))
	switch {
	case err != nil:
		return sameness, now, err
	case sameness != cluster.Other:
		return sameness, now, nil
	case c.IsSandbox() && r.Cluster.UID == "":
		// An old record, and the sandbox at another port: there is only one sandbox.
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

// begunElsewhere is the error for a chosen cluster that is not the recorded one.
func begunElsewhere(r progress.Record) *advice.Error {
	return &advice.Error{
		What: lang.Messagef("you started this lesson on %s", "这个课程是在 %s 上开始的", cluster.Where(r.Cluster.Context)),
		Hints: []lang.Message{
			lang.Messagef("continue there: %s start %s", "在那里继续：%s start %s", brand.Command, r.Lesson),
			lang.Messagef("or delete everything it created there and start over: %s reset %s", "或者删除它在那里创建的一切，重新开始：%s reset %s", brand.Command, r.Lesson),
		},
		Code: advice.Usage,
	}
}

// movedAway is the error for a context that now points to another cluster.
func movedAway(r progress.Record, now cluster.Identity) *advice.Error {
	what := lang.Messagef("context %q now points to another cluster (%s); you started this lesson on the one at %s",
		"上下文 %q 现在指向另一个集群（%s），而这个课程是在 %s 的集群上开始的", r.Cluster.Context, now.Server, r.Cluster.Server)
	if now.Server == r.Cluster.Server {
		what = lang.Messagef("the cluster of context %q (%s) is not the one where you started this lesson; it may have been deleted and recreated",
			"上下文 %q 的集群（%s）不是你开始这个课程时的那个；它可能已删除并重新创建", r.Cluster.Context, now.Server)
	}
	return &advice.Error{
		What: what,
		Hints: []lang.Message{
			lang.Messagef("if the original cluster still exists, choose a context that points to it: %s start %s --context NAME", "如果原来的集群还在，指定一个指向它的上下文：%s start %s --context 名称", brand.Command, r.Lesson),
			lang.Messagef("if it's gone, forget your progress there and start over: %s reset %s --forget", "如果它已经不存在，清除在那里的进度，重新开始：%s reset %s --forget", brand.Command, r.Lesson),
		},
	}
}

// emptied is the error for a sandbox that was emptied, with the lesson's namespace in
// it.
func emptied(r progress.Record) *advice.Error {
	return &advice.Error{
		What:  lang.Messagef("the sandbox was emptied after you started lesson %q, so the lesson's namespace is gone", "沙箱在你开始课程 %q 之后清空过，课程的命名空间已经不在了", r.Lesson),
		Hints: []lang.Message{lang.Messagef("create it again, and type redo in the lesson: %s start %s", "重新创建它，然后在课程里输入 redo：%s start %s", brand.Command, r.Lesson)},
	}
}
