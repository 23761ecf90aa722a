package follow

import (
	"fmt"
	"strings"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/kubectl-learn/kubectl-learn/pkg/checks/internal/kube"
	"github.com/kubectl-learn/kubectl-learn/pkg/lang"
)

// StrangeError says that the API answered with something else than it was asked for.
// A list of another kind is no proof that there is nothing of the one that is meant.
type StrangeError struct{ wanted, found string }

func (e *StrangeError) Error() string {
	return fmt.Sprintf("asked for %s, the API answered with %s", e.wanted, e.found)
}

// Words says it to a learner.
func (e *StrangeError) Words() lang.Message {
	return lang.Messagef("the API server was asked for %s and answered with %s", "向 API 服务器查询 %s，得到的却是 %s", e.wanted, e.found)
}

// rightList checks that a list is of the wanted kind. A custom resource may name its
// list as it likes, but not as that of another kind.
func (c *Cluster) rightList(gvr schema.GroupVersionResource, kind string, list *unstructured.UnstructuredList) error {
	wanted, found := gvr.GroupVersion().WithKind(kind+"List"), list.GroupVersionKind()
	right := found == wanted
	if !right && found.GroupVersion() == wanted.GroupVersion() && found.Kind != "" && rankOf(gvr.Group) == rankOther {
		_, another, _ := c.kinds.known(strings.TrimSuffix(found.Kind, "List"), gvr.GroupVersion().String())
		right = !another
	}
	if !right {
		return strange(wanted, found)
	}
	for i := range list.Items {
		if err := rightObject(gvr, kind, &list.Items[i]); err != nil {
			return err
		}
	}
	return nil
}

func rightObject(gvr schema.GroupVersionResource, kind string, o *kube.Object) error {
	wanted := gvr.GroupVersion().WithKind(kind)
	if found := o.GroupVersionKind(); found != wanted {
		return strange(wanted, found)
	}
	return nil
}

func strange(wanted, found schema.GroupVersionKind) error {
	words := func(k schema.GroupVersionKind) string {
		if k.Kind == "" {
			return `""`
		}
		return k.Kind + " (" + k.GroupVersion().String() + ")"
	}
	return &StrangeError{wanted: words(wanted), found: words(found)}
}
