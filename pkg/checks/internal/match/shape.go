package match

import (
	"bytes"
	"encoding/json"
	"strings"

	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/kubectl-learn/kubectl-learn/pkg/checks/internal/words"
	"github.com/kubectl-learn/kubectl-learn/pkg/lang"
)

// Description is what one group and version says of its types, as the API server
// tells it by OpenAPI v3.
type Description struct {
	Components struct {
		Schemas map[string]*node `json:"schemas"`
	} `json:"components"`
}

// node is the part of a type's description that says how values are compared.
type node struct {
	Ref        string           `json:"$ref"`
	AllOf      []*node          `json:"allOf"`
	Properties map[string]*node `json:"properties"`
	Items      *node            `json:"items"`
	Values     *values          `json:"additionalProperties"`
	Pattern    string           `json:"pattern"`

	ListType      string   `json:"x-kubernetes-list-type"`
	ListKeys      []string `json:"x-kubernetes-list-map-keys"`
	MergeKey      string   `json:"x-kubernetes-patch-merge-key"`
	PatchStrategy string   `json:"x-kubernetes-patch-strategy"`

	Kinds []struct{ Group, Version, Kind string } `json:"x-kubernetes-group-version-kind"`
}

// values describes the values of a map, which may also be just true or false.
type values struct{ node *node }

// UnmarshalJSON reads a type's description or a truth value.
func (v *values) UnmarshalJSON(data []byte) error {
	if !bytes.HasPrefix(data, []byte("{")) {
		return nil
	}
	v.node = &node{}
	return json.Unmarshal(data, v.node)
}

// Shape is what the API says of one place in an object. A nil shape says
// nothing: then names of fields tell by which key the items of a list are found
// again, and no text is an amount.
type Shape struct {
	doc  *Description
	node *node
	// fault says why the API's word could not be had.
	fault error
}

// ShapeOf finds the description of a kind, nil when the description has none.
func (d *Description) ShapeOf(gvk schema.GroupVersionKind) *Shape {
	for _, n := range d.Components.Schemas {
		for _, k := range n.Kinds {
			if k.Group == gvk.Group && k.Version == gvk.Version && k.Kind == gvk.Kind {
				return &Shape{doc: d, node: n}
			}
		}
	}
	return nil
}

// resolved follows references; built-in types wrap theirs in allOf.
func (s *Shape) resolved() *node {
	if s == nil {
		return nil
	}
	n := s.node
	for range 10 {
		switch {
		case n == nil:
			return nil
		case n.Ref != "":
			n = s.doc.Components.Schemas[n.Ref[strings.LastIndex(n.Ref, "/")+1:]]
		case len(n.AllOf) == 1 && n.Properties == nil:
			n = n.AllOf[0]
		default:
			return n
		}
	}
	return nil
}

// known reports that the API's word was had for this place.
func (s *Shape) known() bool { return s != nil && s.fault == nil && s.node != nil }

// unread reports that the API's word should be there and could not be had.
func (s *Shape) unread() bool { return s != nil && s.fault != nil }

// field is the place below a key.
func (s *Shape) field(key string) *Shape {
	if !s.known() {
		return s
	}
	n := s.resolved()
	if n == nil {
		return &Shape{doc: s.doc}
	}
	if p, ok := n.Properties[key]; ok {
		return &Shape{doc: s.doc, node: p}
	}
	if n.Values != nil {
		return &Shape{doc: s.doc, node: n.Values.node}
	}
	return &Shape{doc: s.doc}
}

// item is the place of a list's items.
func (s *Shape) item() *Shape {
	if !s.known() {
		return s
	}
	if n := s.resolved(); n != nil {
		return &Shape{doc: s.doc, node: n.Items}
	}
	return &Shape{doc: s.doc}
}

// keys are the merge keys of a list, none when it has none.
func (s *Shape) keys() []string {
	if !s.known() {
		return nil
	}
	if len(s.node.ListKeys) > 0 {
		return s.node.ListKeys
	}
	if s.node.MergeKey != "" {
		return []string{s.node.MergeKey}
	}
	return nil
}

// set reports that a list's order means nothing.
func (s *Shape) set() bool {
	return s.known() && (s.node.ListType == "set" || s.node.ListType == "" && s.node.PatchStrategy == "merge")
}

// quantity reports that a value is an amount such as 500m: the API's own type, or
// the pattern that controller-gen writes for it into custom resources.
func (s *Shape) quantity() bool {
	if !s.known() {
		return false
	}
	n := s.node
	if len(n.AllOf) == 1 {
		n = n.AllOf[0]
	}
	return strings.HasSuffix(n.Ref, ".resource.Quantity") || strings.Contains(n.Pattern, "KMGTPE")
}

// Trouble says that the API's word could not be had, and why.
func (s *Shape) Trouble() lang.Message {
	return lang.Messagef("the API server doesn't say how to compare this: %s", "API 服务器没有说明这里如何比较：%s",
		words.Shorten(words.OneLine(s.fault.Error()), 200))
}

// NeedsShape reports that a partial object has something in it that is
// compared by its type: a list, or what may be an amount.
func NeedsShape(v any) bool {
	switch t := v.(type) {
	case []any:
		return true
	case map[string]any:
		for _, inner := range t {
			if NeedsShape(inner) {
				return true
			}
		}
		return false
	}
	return sameQuantity(v, v)
}

// Unread stands for what the API should have said, and did not because of err.
func Unread(err error) *Shape { return &Shape{fault: err} }
