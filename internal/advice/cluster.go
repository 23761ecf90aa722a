package advice

import (
	"errors"
	"strings"

	"github.com/kubectl-learn/kubectl-learn/internal/brand"
	"github.com/kubectl-learn/kubectl-learn/internal/cluster"
	"github.com/kubectl-learn/kubectl-learn/pkg/lang"
)

func explainCluster(err error) *Error {
	var (
		noSandbox  *cluster.NoSandboxError
		sandbox    *cluster.SandboxError
		noContext  *cluster.NoContextError
		production *cluster.ProductionError
		unguarded  *cluster.GuardError
	)
	switch {
	case errors.As(err, &noSandbox):
		return &Error{
			What: lang.Messagef("can't find the sandbox program %s; looked for %s", "找不到沙箱程序 %s；已查找 %s", brand.SandboxBinary, strings.Join(noSandbox.Looked, ", ")),
			Hints: []lang.Message{
				lang.Messagef("build it: make build", "构建它：make build"),
				lang.Messagef("or use your own cluster: %s start LESSON --context NAME", "或者使用你自己的集群：%s start LESSON --context NAME", brand.Command),
			},
		}
	case errors.As(err, &sandbox):
		return &Error{
			What:  lang.Messagef("the sandbox did not start", "沙箱没有启动成功"),
			Hints: []lang.Message{lang.Messagef("see its log: %s logs", "查看日志：%s logs", brand.SandboxBinary)},
		}
	case errors.As(err, &noContext):
		return &Error{
			What:  lang.Messagef("there is no context %q in your kubeconfig", "你的 kubeconfig 里没有名为 %q 的上下文", noContext.Context),
			Hints: ContextHints(noContext.Known),
			Code:  Usage,
		}
	case errors.As(err, &production):
		return &Error{
			What:  lang.Messagef("context %q looks like a production cluster: %s", "上下文 %q 看起来是生产集群：%s", production.Context, production.Sign),
			Hints: []lang.Message{lang.Messagef("if it's a practice cluster, allow it: --allow-context %s", "如果它确实是练习用的：--allow-context %s", production.Context)},
		}
	case errors.As(err, &unguarded):
		return &Error{
			What: lang.Messagef("can't tell whether context %q is a production cluster: %v", "无法判断上下文 %q 是不是生产集群：%v", unguarded.Context, Words(unguarded.Err)),
			Hints: []lang.Message{
				lang.Messagef("try again once the cluster responds: kubectl --context %s get nodes", "等集群能正常响应时再试：kubectl --context %s get nodes", unguarded.Context),
				lang.Messagef("or, if you know that it's a practice cluster, allow it: --allow-context %s", "或者，如果你确定它是练习用的：--allow-context %s", unguarded.Context),
			},
		}
	}
	return nil
}

// ContextHints says which contexts there are to choose from.
func ContextHints(known []string) []lang.Message {
	sandbox := lang.Messagef("without --context the lesson uses the sandbox", "不写 --context，课程就会使用沙箱")
	if len(known) == 0 {
		return []lang.Message{lang.Messagef("it has no contexts at all; name another file with --kubeconfig FILE", "里面一个上下文也没有；用 --kubeconfig FILE 指定别的文件"), sandbox}
	}
	return []lang.Message{lang.Messagef("it has: %s", "它有：%s", strings.Join(known, ", ")), sandbox}
}

// explainChange handles a cluster that doesn't respond, or doesn't do what a lesson
// asks.
func explainChange(err error) *Error {
	var (
		unreachable *cluster.UnreachableError
		refused     *cluster.RefusedError
		stuck       *cluster.StuckError
	)
	switch {
	case errors.As(err, &unreachable):
		return explainUnreachable(unreachable)
	case errors.As(err, &refused):
		return explainRefused(refused)
	case errors.As(err, &stuck):
		why := stuck.Held.Why()
		if why.IsZero() {
			why = lang.Messagef("Kubernetes doesn't say why", "Kubernetes 没有给出原因")
		}
		return &Error{
			What: lang.Messagef("namespace %q is still being deleted: %s", "命名空间 %q 还没有删除完成：%s", stuck.Held.Namespace, why),
			Hints: []lang.Message{
				lang.Messagef("see what is left in it: kubectl%s get namespace %s -o jsonpath='{.status.conditions}'", "查看其中还剩什么：kubectl%s get namespace %s -o jsonpath='{.status.conditions}'", contextFlag(stuck.Context), stuck.Held.Namespace),
				lang.Messagef("once it's gone, run the same command again", "等它删除完成后，再运行同样的命令"),
			},
		}
	}
	return nil
}

func explainUnreachable(e *cluster.UnreachableError) *Error {
	why := Words(e.Err)
	if e.Context == "" {
		return &Error{
			What:  lang.Messagef("the sandbox (%s): %s", "沙箱（%s）：%s", e.Server, why),
			Hints: []lang.Message{lang.Messagef("check its status: %[1]s sandbox status; restart it: %[1]s sandbox down && %[1]s sandbox up", "查看它的状态：%[1]s sandbox status；重启它：%[1]s sandbox down && %[1]s sandbox up", lang.Same(brand.Command))},
		}
	}
	return &Error{
		What:  lang.Messagef("context %q (%s): %s", "上下文 %q（%s）：%s", e.Context, e.Server, why),
		Hints: []lang.Message{lang.Messagef("check whether kubectl can reach it: kubectl%s version", "看看 kubectl 能不能连上：kubectl%s version", contextFlag(e.Context))},
	}
}

func explainRefused(e *cluster.RefusedError) *Error {
	sandbox := lang.Messagef("or use the sandbox, where you have all permissions: leave out --context", "或者使用沙箱，你在里面有全部权限：去掉 --context")
	if e.Rights {
		return &Error{
			What: lang.Messagef("you don't have permission to create namespaces on context %q, and a lesson needs one of its own", "你没有权限在上下文 %q 上创建命名空间，而每个课程都需要一个自己的命名空间", e.Context),
			Hints: []lang.Message{
				lang.Messagef("ask your cluster administrator for this permission; to check whether you have it: kubectl%s auth can-i create namespaces", "请向集群管理员申请这个权限；查看是否已有：kubectl%s auth can-i create namespaces", contextFlag(e.Context)),
				sandbox,
			},
		}
	}
	return &Error{
		What: lang.Messagef("the cluster doesn't let you create namespace %q: %s", "集群不允许创建命名空间 %q：%s", e.Namespace, lang.Words(e.Err)),
		Hints: []lang.Message{
			lang.Messagef("a quota or policy of the cluster forbids it, and nothing was created; ask your cluster administrator", "这是集群的配额或策略决定的，没有创建任何东西。请联系集群管理员"),
			sandbox,
		},
	}
}

// contextFlag is the kubectl flag that chooses a context, or the sandbox by its
// kubeconfig.
func contextFlag(name string) lang.Message {
	if name == "" {
		return lang.Same(` --kubeconfig "$(` + brand.Command + ` sandbox kubeconfig)"`)
	}
	return lang.Same(" --context " + shellQuote(name))
}
