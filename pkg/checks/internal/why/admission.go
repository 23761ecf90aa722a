package why

import (
	"strings"

	"github.com/kubectl-learn/kubectl-learn/pkg/checks/internal/words"
	"github.com/kubectl-learn/kubectl-learn/pkg/lang"
)

// whyNotMade puts into plain words why the API server does not take a pod.
func whyNotMade(message string) lang.Message {
	message = strings.TrimPrefix(words.OneLine(message), "Error creating: ")
	if _, rest, is := strings.Cut(message, " is forbidden: "); is && strings.HasPrefix(message, "pods ") {
		message = rest
	}
	return words.Translate(words.Shorten(message, 300), admissionPhrases())
}

// admissionPhrases are the words of the admission plugins of the API server.
func admissionPhrases() []words.Phrase {
	return []words.Phrase{
		{
			"exceeded quota: {}, requested: {}, used: {}, limited: {}",
			"ResourceQuota %s is exceeded: a pod needs %s, used: %s, allowed: %s", "ResourceQuota %s 不够：一个 Pod 需要 %s，已用 %s，上限 %s",
		},
		{
			"failed quota: {}: must specify {} for: {}",
			"ResourceQuota %s requires every container to set %s; this one doesn't: %s", "因为有 ResourceQuota %s，每个容器都要写明 %s；没有写的是：%s",
		},
		{
			"maximum {} usage per {} is {}, but limit is {}",
			"the namespace's LimitRange allows at most %[3]s of %[1]s for a %[2]s, but this one has a limit of %[4]s", "命名空间的 LimitRange 规定每个 %[2]s 的 %[1]s 至多 %[3]s，这里的上限是 %[4]s",
		},
		{
			"minimum {} usage per {} is {}, but request is {}",
			"the namespace's LimitRange requires at least %[3]s of %[1]s for a %[2]s, but this one requests %[4]s", "命名空间的 LimitRange 规定每个 %[2]s 的 %[1]s 至少 %[3]s，这里只要求 %[4]s",
		},
		{
			`violates PodSecurity "{}:{}": {}`,
			"the namespace's Pod Security level %s forbids it%.0[2]s: %[3]s", "命名空间的 Pod 安全级别 %s 不允许%.0[2]s：%[3]s",
		},
		{
			`error looking up service account {}/{}: serviceaccount "{}" not found`,
			"there is no ServiceAccount %[3]s in namespace %[1]s", "命名空间 %[1]s 中没有 ServiceAccount %[3]s",
		},
		{`admission webhook "{}" denied the request: {}`, "admission webhook %s denied it: %s", "准入 webhook %s 拒绝了它：%s"},
		{`Internal error occurred: failed calling webhook "{}": {}`, "admission webhook %s isn't responding: %s", "准入 webhook %s 没有响应：%s"},
		{"ValidatingAdmissionPolicy '{}' with binding '{}' denied request: {}", "ValidatingAdmissionPolicy %s (%s) denied it: %s", "ValidatingAdmissionPolicy %s（%s）拒绝了它：%s"},
	}
}
