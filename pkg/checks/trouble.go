package checks

import (
	"errors"
	"strings"

	apierrors "k8s.io/apimachinery/pkg/api/errors"

	"github.com/kubectl-learn/kubectl-learn/pkg/checks/internal/words"
	"github.com/kubectl-learn/kubectl-learn/pkg/lang"
)

// errNoRunner and errNoAnswers say that the engine was not given what a probe asks.
var (
	errNoRunner  = errors.New("no runner")
	errNoAnswers = errors.New("no answers")
)

// errSlow says that the API gave no answer in time.
var errSlow = errors.New("no answer in time")

// troubleOf says why it was not possible to look.
func troubleOf(err error) lang.Message {
	var unserved *unservedError
	var ambiguous *ambiguousError
	var worded *lang.Error
	var strange *strangeError
	switch {
	case err == nil:
		return lang.Message{}
	case errors.As(err, &unserved):
		return unserved.why()
	case errors.As(err, &ambiguous):
		return ambiguous.why()
	case errors.As(err, &strange):
		return strange.why()
	case errors.As(err, &worded):
		return worded.What
	case errors.Is(err, errNoRunner):
		return lang.Messagef("this check runs a command on your machine, which is not allowed here", "这项检查要在你的机器上运行命令，这里不允许")
	case errors.Is(err, errNoAnswers):
		return lang.Messagef("this check looks at an answer, and there are none here", "这项检查要看问题的答案，这里没有答案可看")
	case apierrors.IsForbidden(err):
		return whyForbidden(err.Error())
	}
	if why, ok := Unreachable(err); ok {
		return why
	}
	return lang.Messagef("the API server cannot tell: %s", "API 服务器无法回答：%s", words.Shorten(words.OneLine(err.Error()), 200))
}

func (e *unservedError) why() lang.Message {
	kind := e.kind
	if e.apiVersion != "" {
		kind = e.apiVersion + " " + kind
	}
	if e.near != "" {
		return lang.Messagef("the cluster has no kind %q, but it has %q", "集群没有 %q 这种类型，但有 %q", kind, e.near)
	}
	if len(e.away) > 0 {
		return lang.Messagef("the cluster has no kind %q, but the API group %s does not answer", "集群没有 %q 这种类型，但 API 组 %s 没有响应",
			kind, strings.Join(e.away, ", "))
	}
	return lang.Messagef("the cluster has no kind %q", "集群没有 %q 这种类型", kind)
}

func (e *ambiguousError) why() lang.Message {
	return lang.Messagef("several API groups serve the kind %q: choose one by apiVersion: %s", "有多个 API 组提供 %q 这种类型：用 apiVersion: %s 指定其中一个",
		e.kind, lang.Message{EN: strings.Join(e.apiVersions, " or apiVersion: "), ZH: strings.Join(e.apiVersions, " 或 apiVersion: ")})
}

// whyForbidden names what the API server does not let the user do.
func whyForbidden(message string) lang.Message {
	return lang.Messagef("not allowed to look: %s", "没有查看的权限：%s", words.Translate(words.Shorten(words.OneLine(message), 300), forbiddenPhrases()))
}

// forbiddenPhrases are the words of the API server for who may not look.
func forbiddenPhrases() []words.Phrase {
	return []words.Phrase{
		{
			`{} is forbidden: User "{}" cannot {} resource "{}" in API group "{}" in the namespace "{}"`,
			"user %[2]q may not %[3]s %[4]s in namespace %[6]s%.0[1]s%.0[5]s", "用户 %[2]q 不能在命名空间 %[6]s 中 %[3]s %[4]s%.0[1]s%.0[5]s",
		},
		{
			`{} is forbidden: User "{}" cannot {} resource "{}" in API group "{}" at the cluster scope`,
			"user %[2]q may not %[3]s %[4]s in the cluster%.0[1]s%.0[5]s", "用户 %[2]q 不能在集群中 %[3]s %[4]s%.0[1]s%.0[5]s",
		},
	}
}
