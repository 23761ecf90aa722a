package advice

import (
	"errors"

	"github.com/kubectl-learn/kubectl-learn/internal/brand"
	"github.com/kubectl-learn/kubectl-learn/internal/home"
	"github.com/kubectl-learn/kubectl-learn/internal/progress"
	"github.com/kubectl-learn/kubectl-learn/pkg/lang"
)

func explainProgress(err error) *Error {
	var (
		busy       *progress.BusyError
		unwritable *progress.UnwritableError
	)
	if e := explainRecord(err); e != nil {
		return e
	}
	switch {
	case errors.As(err, &busy):
		return &Error{
			What:  lang.Messagef("lesson %q is already open in another terminal", "课程 %q 已经在另一个终端中打开", busy.Lesson),
			Hints: []lang.Message{lang.Messagef("continue there, or close it and start the lesson here", "请在那里继续，或者先把它关掉，再在这里开始")},
		}
	case errors.As(err, &unwritable):
		return &Error{
			What:  lang.Messagef("can't write to %s: %v", "无法写入 %s：%v", unwritable.Dir, Words(unwritable.Err)),
			Hints: []lang.Message{lang.Messagef("choose a folder that you can write to: export %s=~/somewhere", "换一个你能写入的文件夹：export %s=~/somewhere", home.Env)},
		}
	}
	return nil
}

// explainRecord handles a record that can't be read.
func explainRecord(err error) *Error {
	var (
		damaged *progress.DamagedError
		newer   *progress.NewerError
	)
	switch {
	case errors.As(err, &newer):
		return &Error{
			What: lang.Messagef("a newer version of this program wrote the progress file %s, so it stays unchanged", "进度文件 %s 由更新版本的程序写入，所以没有改动它", newer.File),
			Hints: []lang.Message{
				lang.Messagef("update this program: kubectl krew upgrade %s", "升级本程序：kubectl krew upgrade %s", brand.Plugin),
				lang.Messagef("or keep your progress in another folder: export %s=~/somewhere", "或者另用一个文件夹保存进度：export %s=~/somewhere", home.Env),
			},
		}
	case errors.As(err, &damaged):
		e := &Error{
			What:  lang.Messagef("can't read the progress file %s: %v", "无法读取进度文件 %s：%v", damaged.File, lang.Words(damaged.Err)),
			Hints: []lang.Message{lang.Messagef("%s start LESSON saves it under another name and starts the lesson over", "运行 %s start 课程名，会把它另存，并从头开始这一课", brand.Command)},
		}
		if left := LeftBehind(damaged); !left.IsZero() {
			e.Hints = append(e.Hints, left)
		}
		return e
	}
	return nil
}

// LeftBehind says how to delete what a damaged record still names.
func LeftBehind(damaged *progress.DamagedError) lang.Message {
	ns := damaged.Namespace.Name
	switch {
	case ns == "":
		return lang.Message{}
	case damaged.Cluster == nil:
		return lang.Messagef("The lesson's namespace %q may still exist. To delete it, run on its cluster: kubectl delete namespace %s",
			"课程的命名空间 %q 可能还在。要删除它，在它所在的集群上运行：kubectl delete namespace %s", ns, ns)
	case damaged.Cluster.Context == "":
		return lang.Messagef("The lesson's namespace %q may still exist in the sandbox. To delete it: kubectl --kubeconfig \"$(%s sandbox kubeconfig)\" delete namespace %s",
			"课程的命名空间 %q 可能还在沙箱里。要删除它：kubectl --kubeconfig \"$(%s sandbox kubeconfig)\" delete namespace %s", ns, brand.Command, ns)
	}
	return lang.Messagef("The lesson's namespace %q may still exist on context %q. To delete it: kubectl --context %s delete namespace %s",
		"课程的命名空间 %q 可能还在上下文 %q 的集群上。要删除它：kubectl --context %s delete namespace %s", ns, damaged.Cluster.Context, shellQuote(damaged.Cluster.Context), ns)
}
