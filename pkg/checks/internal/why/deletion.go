package why

import (
	"strings"

	"github.com/kubectl-learn/kubectl-learn/pkg/checks/internal/kube"
	"github.com/kubectl-learn/kubectl-learn/pkg/checks/internal/words"
	"github.com/kubectl-learn/kubectl-learn/pkg/lang"
)

// Deleting says that an object is on its way out, and what it waits for.
func Deleting(o *kube.Object) lang.Message {
	switch f := o.GetFinalizers(); len(f) {
	case 0:
		return lang.Messagef("%s is being deleted", "%s 正在删除", kube.NameOf(o))
	case 1:
		return lang.Messagef("%s is being deleted, but is waiting for its finalizer %s", "%s 正在删除，等待终结器 %s", kube.NameOf(o), f[0])
	default:
		return lang.Messagef("%s is being deleted, but is waiting for its finalizers %s",
			"%s 正在删除，等待终结器 %s", kube.NameOf(o), words.Shorten(strings.Join(f, ", "), 120))
	}
}

// NamespaceGoing says that a namespace is being deleted, and what keeps it.
func NamespaceGoing(namespace *kube.Object) lang.Message {
	why := lang.Messagef("namespace %s is being deleted", "命名空间 %s 正在删除", namespace.GetName())
	for _, kind := range []string{"NamespaceFinalizersRemaining", "NamespaceContentRemaining", "NamespaceDeletionDiscoveryFailure", "NamespaceDeletionContentFailure"} {
		if c := kube.Condition(namespace, kind); kube.Text(c, "status") == "True" {
			return words.Because(why, words.Translate(words.Shorten(words.OneLine(kube.Text(c, "message")), 200), placePhrases()))
		}
	}
	return why
}

// placePhrases are the words of the controller that empties namespaces.
func placePhrases() []words.Phrase {
	return []words.Phrase{
		{"Some content in the namespace has finalizers remaining: {}", "something in it is waiting for its finalizers: %s", "其中有对象在等待终结器：%s"},
		{"Some resources are remaining: {}", "something is still in it: %s", "其中还有对象：%s"},
	}
}
