package why

import (
	"strings"

	"github.com/kubectl-learn/kubectl-learn/pkg/checks/internal/kube"
	"github.com/kubectl-learn/kubectl-learn/pkg/lang"
	"github.com/kubectl-learn/kubectl-learn/pkg/nearest"
)

// Missing says where an object is instead, if it is anywhere near.
func Missing(m kube.Ref, s Surroundings) lang.Message {
	what := kube.Named(m.Kind, m.Name)
	var names []string
	if s.Around != nil {
		for _, o := range s.Around.List(m.Kind) {
			names = append(names, o.GetName())
		}
	}
	switch {
	case len(s.Elsewhere) > 0:
		return lang.Messagef("%s is in namespace %s, not in %s", "%s 在命名空间 %s 中，应在 %s 中",
			what, strings.Join(s.Elsewhere, ", "), m.Namespace)
	case len(s.OtherKinds) > 0:
		return lang.Messagef("there is no %s%s, but there is a %s with that name", "没有 %s%s，但有同名的 %s",
			what, nearObject(m.Kind, m.Name, s), strings.Join(s.OtherKinds, ", "))
	case nearest.Name(m.Name, names) != "":
		return lang.Messagef("there is no %s, but there is %s", "没有 %s，但有 %s", what, nearest.Name(m.Name, names))
	case m.Namespace == "":
		return lang.Messagef("there is no %s in the cluster", "集群中没有 %s", what)
	default:
		return lang.Messagef("there is no %s in namespace %s", "命名空间 %[2]s 中没有 %[1]s", what, m.Namespace)
	}
}
