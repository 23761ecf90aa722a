package advice

import (
	"errors"

	"github.com/kubectl-learn/kubectl-learn/internal/brand"
	"github.com/kubectl-learn/kubectl-learn/internal/cluster"
	"github.com/kubectl-learn/kubectl-learn/pkg/lang"
)

func explainPreflight(err error) *Error {
	var (
		old       *cluster.OldError
		few       *cluster.FewNodesError
		incapable *cluster.IncapableError
	)
	sandbox := lang.Messagef("the sandbox has what it needs: leave out --context", "沙箱满足要求：去掉 --context 即可")
	switch {
	case errors.As(err, &old):
		return &Error{
			What:  lang.Messagef("this lesson needs Kubernetes %s; the cluster runs %s", "这个课程需要 Kubernetes %s，而集群运行的是 %s", old.Want, old.Have),
			Hints: []lang.Message{sandbox},
		}
	case errors.As(err, &few) && few.Sandbox:
		return explainNodesOff(few)
	case errors.As(err, &few):
		return &Error{
			What:  lang.Messagef("this lesson needs %d nodes that can run pods; the cluster has %d", "这个课程需要 %d 个能运行 Pod 的节点，而集群只有 %d 个", few.Want, few.Have),
			Hints: []lang.Message{sandbox},
		}
	case errors.As(err, &incapable) && incapable.Sandbox:
		return &Error{
			What: lang.Messagef("this lesson needs %s, which was deleted from the sandbox", "这个课程需要 %s，而它在沙箱里被删掉了", incapable.Capability.Name()),
			Hints: []lang.Message{lang.Messagef("restart the sandbox to get it back; everything else stays: %[1]s sandbox down && %[1]s sandbox up",
				"重启沙箱，它就会恢复，其余的都会保留：%[1]s sandbox down && %[1]s sandbox up", lang.Same(brand.Command))},
		}
	case errors.As(err, &incapable):
		return &Error{
			What:  lang.Messagef("this lesson needs %s, which the cluster doesn't have", "这个课程需要 %s，而集群没有", incapable.Capability.Name()),
			Hints: []lang.Message{sandbox},
		}
	}
	return nil
}

// explainNodesOff handles a sandbox that has as many nodes as a lesson needs, but some
// of them are stopped or cordoned.
func explainNodesOff(few *cluster.FewNodesError) *Error {
	command := lang.Same(brand.Command)
	return &Error{
		What: lang.Messagef("this lesson needs %d nodes that can run pods; the sandbox has %d: the others are stopped or cordoned",
			"这个课程需要 %d 个能运行 Pod 的节点，而沙箱只有 %d 个：其余的已停止，或者标记为不可调度", few.Want, few.Have),
		Hints: []lang.Message{
			lang.Messagef("see which ones: %s sandbox nodes", "看看是哪些：%s sandbox nodes", command),
			lang.Messagef("start a stopped node: %s sandbox nodes start NAME", "启动已停止的节点：%s sandbox nodes start 节点名", command),
			lang.Messagef("uncordon a node that shows SchedulingDisabled: kubectl --kubeconfig $(%s sandbox kubeconfig) uncordon NAME",
				"恢复显示 SchedulingDisabled 的节点：kubectl --kubeconfig $(%s sandbox kubeconfig) uncordon 节点名", command),
		},
	}
}
