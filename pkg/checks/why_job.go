package checks

import (
	"github.com/kubectl-learn/kubectl-learn/pkg/lang"
)

// jobObstacle speaks for a Job that has given up, or is not to run.
func jobObstacle(job *object, f finding, found bool) (finding, bool) {
	c := conditionOf(job, "Failed")
	if textAt(c, "status") != "True" {
		if suspended, _ := at(job.Object, "spec", "suspend").(bool); suspended {
			return blocked(lang.Messagef("%s is suspended", "%s 已挂起", namedObject(job))), true
		}
		return f, found
	}
	why := whyJobFailed(job, c)
	if found && f.state == Blocked && textAt(c, "reason") != "DeadlineExceeded" {
		f.reason = and(f.reason, why)
		return f, true
	}
	return blocked(why), true
}

func whyJobFailed(job *object, c map[string]any) lang.Message {
	switch textAt(c, "reason") {
	case "BackoffLimitExceeded":
		return lang.Messagef("%s has given up (failed pods: %d, backoffLimit: %d)", "%s 已放弃（失败的 Pod：%d，backoffLimit: %d）",
			namedObject(job), numberOr(at(job.Object, "status"), "failed", 0), numberOr(at(job.Object, "spec"), "backoffLimit", 6))
	case "DeadlineExceeded":
		return lang.Messagef("%s was stopped because it took longer than %d s (activeDeadlineSeconds)", "%s 超过 %d 秒（activeDeadlineSeconds），已被终止",
			namedObject(job), numberOr(at(job.Object, "spec"), "activeDeadlineSeconds", 0))
	}
	return because(lang.Messagef("%s has failed", "%s 已失败", namedObject(job)), lang.Same(told(textAt(c, "message"))))
}

// jobRuns reports that a Job is neither complete nor failed.
func jobRuns(job *object) bool {
	return job.GetKind() == "Job" && textAt(conditionOf(job, "Complete"), "status") != "True" &&
		textAt(conditionOf(job, "Failed"), "status") != "True"
}

func whyJobRuns(job *object) lang.Message {
	return lang.Messagef("%s is still running: %d done, %d active, %d failed", "%s 正在运行：已完成 %d，运行中 %d，失败 %d", namedObject(job),
		numberOr(at(job.Object, "status"), "succeeded", 0), numberOr(at(job.Object, "status"), "active", 0), numberOr(at(job.Object, "status"), "failed", 0))
}
