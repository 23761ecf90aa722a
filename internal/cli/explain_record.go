package cli

import (
	"errors"

	"github.com/kubectl-learn/kubectl-learn/internal/brand"
	"github.com/kubectl-learn/kubectl-learn/internal/cluster"
	"github.com/kubectl-learn/kubectl-learn/internal/home"
	"github.com/kubectl-learn/kubectl-learn/internal/progress"
	"github.com/kubectl-learn/kubectl-learn/pkg/lang"
)

// explainRecord is for a record that cannot be read.
func explainRecord(err error) *advice {
	var (
		damaged *progress.DamagedError
		newer   *progress.NewerError
	)
	switch {
	case errors.As(err, &newer):
		return &advice{
			what: lang.Messagef("a newer version of this program wrote the progress file %s; it is left as it is", "进度文件 %s 由更新版本的程序写入；这里不会改动它", newer.File),
			hints: []lang.Message{
				lang.Messagef("update this program: kubectl krew upgrade %s", "升级本程序：kubectl krew upgrade %s", brand.Plugin),
				lang.Messagef("or play with a progress folder of your own: export %s=~/somewhere", "或者另用一个文件夹保存进度：export %s=~/somewhere", home.Env),
			},
		}
	case errors.As(err, &damaged):
		e := &advice{
			what:  lang.Messagef("the progress file %s cannot be read: %v", "进度文件 %s 无法读取：%v", damaged.File, lang.Words(damaged.Err)),
			hints: []lang.Message{lang.Messagef("%s start LESSON saves it under another name and starts the lesson over", "运行 %s start 课程名，会把它另存，并从头开始这一课", brand.Command)},
		}
		if left := leftBehind(damaged); !left.IsZero() {
			e.hints = append(e.hints, left)
		}
		return e
	}
	return nil
}

// explainChange is for a cluster that does not answer, or does not do what a
// lesson asks of it.
func explainChange(err error) *advice {
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
			why = lang.Messagef("Kubernetes does not say why", "Kubernetes 没有给出原因")
		}
		return &advice{
			what: lang.Messagef("namespace %q is still being deleted: %s", "命名空间 %q 还没有删除完成：%s", stuck.Held.Namespace, why),
			hints: []lang.Message{
				lang.Messagef("look at what is left in it: kubectl%s get namespace %s -o jsonpath='{.status.conditions}'", "查看其中还剩什么：kubectl%s get namespace %s -o jsonpath='{.status.conditions}'", contextFlag(stuck.Context), stuck.Held.Namespace),
				lang.Messagef("when it is gone, run the same command again", "等它删除完成后，再运行同样的命令"),
			},
		}
	}
	return nil
}

func explainUnreachable(e *cluster.UnreachableError) *advice {
	why := words(e.Err)
	if e.Context == "" {
		return &advice{
			what:  lang.Messagef("the sandbox (%s): %s", "沙箱（%s）：%s", e.Server, why),
			hints: []lang.Message{lang.Messagef("see how it is: %[1]s sandbox status; restart it: %[1]s sandbox down && %[1]s sandbox up", "查看它的状态：%[1]s sandbox status；重启它：%[1]s sandbox down && %[1]s sandbox up", lang.Same(brand.Command))},
		}
	}
	return &advice{
		what:  lang.Messagef("context %q (%s): %s", "上下文 %q（%s）：%s", e.Context, e.Server, why),
		hints: []lang.Message{lang.Messagef("see whether kubectl can: kubectl%s version", "看看 kubectl 能不能连上：kubectl%s version", contextFlag(e.Context))},
	}
}

func explainRefused(e *cluster.RefusedError) *advice {
	sandbox := lang.Messagef("or play in the sandbox, where you may do everything: leave out --context", "或者使用沙箱，在里面你什么都能做：去掉 --context")
	if e.Rights {
		return &advice{
			what: lang.Messagef("you may not create namespaces on context %q, and a lesson needs one of its own", "你没有权限在上下文 %q 上创建命名空间，而每个课程都需要一个自己的命名空间", e.Context),
			hints: []lang.Message{
				lang.Messagef("ask the cluster's administrators for that right; to see whether you have it: kubectl%s auth can-i create namespaces", "请向集群管理员申请这个权限；查看是否已有：kubectl%s auth can-i create namespaces", contextFlag(e.Context)),
				sandbox,
			},
		}
	}
	return &advice{
		what: lang.Messagef("the cluster does not let you create namespace %q: %s", "集群不允许创建命名空间 %q：%s", e.Namespace, lang.Words(e.Err)),
		hints: []lang.Message{
			lang.Messagef("a quota or a policy of the cluster says so; nothing was created. Ask the cluster's administrators", "这是集群的配额或策略决定的，没有创建任何东西。请联系集群管理员"),
			sandbox,
		},
	}
}

// contextFlag names a context to kubectl; the sandbox is named by its file.
func contextFlag(name string) lang.Message {
	if name == "" {
		return lang.Same(` --kubeconfig "$(` + brand.Command + ` sandbox kubeconfig)"`)
	}
	return lang.Same(" --context " + quoted([]string{name}))
}
