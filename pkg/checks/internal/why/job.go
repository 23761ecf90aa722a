package why

import (
	"github.com/kubectl-learn/kubectl-learn/pkg/checks/internal/kube"
	"github.com/kubectl-learn/kubectl-learn/pkg/checks/internal/words"
	"github.com/kubectl-learn/kubectl-learn/pkg/lang"
)

// jobObstacle explains a Job that has given up, or is not to run.
func jobObstacle(job *kube.Object, f Finding, found bool) (Finding, bool) {
	c := kube.Condition(job, "Failed")
	if kube.Text(c, "status") != "True" {
		if suspended, _ := kube.At(job.Object, "spec", "suspend").(bool); suspended {
			return blocked(lang.Messagef("%s is suspended", "%s 已挂起", kube.NameOf(job))), true
		}
		return f, found
	}
	why := whyJobFailed(job, c)
	if found && f.State == Blocked && kube.Text(c, "reason") != "DeadlineExceeded" {
		f.Reason = words.And(f.Reason, why)
		return f, true
	}
	return blocked(why), true
}

func whyJobFailed(job *kube.Object, c map[string]any) lang.Message {
	switch kube.Text(c, "reason") {
	case "BackoffLimitExceeded":
		return lang.Messagef("%s has given up (failed pods: %d, backoffLimit: %d)", "%s 已放弃（失败的 Pod：%d，backoffLimit: %d）",
			kube.NameOf(job), kube.NumberOr(kube.At(job.Object, "status"), "failed", 0), kube.NumberOr(kube.At(job.Object, "spec"), "backoffLimit", 6))
	case "DeadlineExceeded":
		return lang.Messagef("%s was stopped because it took longer than %d s (activeDeadlineSeconds)", "%s 超过 %d 秒（activeDeadlineSeconds），已被终止",
			kube.NameOf(job), kube.NumberOr(kube.At(job.Object, "spec"), "activeDeadlineSeconds", 0))
	}
	return words.Because(lang.Messagef("%s has failed", "%s 已失败", kube.NameOf(job)), lang.Same(words.Plainly(kube.Text(c, "message"))))
}

func whyJobRuns(job *kube.Object) lang.Message {
	return lang.Messagef("%s is still running: %d done, %d active, %d failed", "%s 正在运行：已完成 %d，运行中 %d，失败 %d", kube.NameOf(job),
		kube.NumberOr(kube.At(job.Object, "status"), "succeeded", 0), kube.NumberOr(kube.At(job.Object, "status"), "active", 0), kube.NumberOr(kube.At(job.Object, "status"), "failed", 0))
}
