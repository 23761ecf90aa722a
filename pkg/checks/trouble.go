package checks

import (
	"errors"

	apierrors "k8s.io/apimachinery/pkg/api/errors"

	"github.com/kubectl-learn/kubectl-learn/pkg/checks/internal/words"
	"github.com/kubectl-learn/kubectl-learn/pkg/lang"
)

// troubleOf says why it was not possible to look.
func troubleOf(err error) lang.Message {
	var worded interface {
		error
		Words() lang.Message
	}
	switch {
	case err == nil:
		return lang.Message{}
	case errors.As(err, &worded):
		return worded.Words()
	case apierrors.IsForbidden(err):
		return whyForbidden(err.Error())
	}
	if why, ok := Unreachable(err); ok {
		return why
	}
	return lang.Messagef("the API server can't tell: %s", "API 服务器无法回答：%s", words.Shorten(words.OneLine(err.Error()), 200))
}

// whyForbidden names what the API server does not let the user do.
func whyForbidden(message string) lang.Message {
	return lang.Messagef("you lack permission: %s", "没有查看的权限：%s", words.Translate(words.Shorten(words.OneLine(message), 300), forbiddenPhrases()))
}

// forbiddenPhrases are the words of the API server for who may not look.
func forbiddenPhrases() []words.Phrase {
	return []words.Phrase{
		{
			`{} is forbidden: User "{}" cannot {} resource "{}" in API group "{}" in the namespace "{}"`,
			"user %[2]q can't %[3]s %[4]s in namespace %[6]s%.0[1]s%.0[5]s", "用户 %[2]q 不能在命名空间 %[6]s 中 %[3]s %[4]s%.0[1]s%.0[5]s",
		},
		{
			`{} is forbidden: User "{}" cannot {} resource "{}" in API group "{}" at the cluster scope`,
			"user %[2]q can't %[3]s %[4]s in the cluster%.0[1]s%.0[5]s", "用户 %[2]q 不能在集群中 %[3]s %[4]s%.0[1]s%.0[5]s",
		},
	}
}
