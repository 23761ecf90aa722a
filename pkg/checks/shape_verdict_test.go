package checks

import (
	"errors"
	"testing"

	"github.com/kubectl-learn/kubectl-learn/pkg/checks/internal/kube"
	"github.com/kubectl-learn/kubectl-learn/pkg/checks/internal/match"
)

const gadget = `
spec:
  doors: [{floor: 1, side: left, width: 1k, name: a}, {floor: 1, side: right, width: 2k, name: b}]
  tags: [red, green, blue]
  words: [one, two]
  sizes: {big: 1Gi}
  free: {x: 1k, list: [{name: a, v: 1}]}
  self: {self: [1]}
`

// Only where the API's word would decide, its absence leaves the verdict open.
func TestUnreadTypesMatterOnlyForSets(t *testing.T) {
	const src = "- id: a\n  name: A\n  object: {kind: Gadget, name: g}\n  match: "
	tests := map[string]struct {
		match string
		want  Verdict
	}{
		"same":          {"{spec: {tags: [red, green, blue]}}", Passed},
		"other order":   {"{spec: {tags: [blue, red]}}", Unknown},
		"surely not":    {"{spec: {tags: [pink]}}", Failed},
		"list of maps":  {"{spec: {doors: [{floor: 1, side: right, name: b}]}}", Passed},
		"maps, another": {"{spec: {doors: [{floor: 1, side: right, name: c}]}}", Failed},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			o := &kube.Object{Object: document(t, "apiVersion: example.io/v1\nkind: Gadget\nmetadata: {name: g}\n"+gadget)}
			s := observation{object: o, shape: match.Unread(errors.New("gone"))}
			r := evaluate(t.Context(), parsed(t, src+tt.match)[0], s, s.asked)
			if r.Verdict != tt.want {
				t.Errorf("%s, %q; want %s", r.Verdict, r.Reason.EN, tt.want)
			}
		})
	}
}
