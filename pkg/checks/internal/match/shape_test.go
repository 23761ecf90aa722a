package match

import (
	"encoding/json"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// gadgetTypes is what an API server says of a custom resource.
const gadgetTypes = `{"components": {"schemas": {
  "io.example.Gadget": {
    "x-kubernetes-group-version-kind": [{"group": "example.io", "version": "v1", "kind": "Gadget"}],
    "properties": {"spec": {"allOf": [{"$ref": "#/components/schemas/Spec"}]}}
  },
  "Spec": {"properties": {
    "doors": {"x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": ["floor", "side"], "items": {"properties": {
      "width": {"allOf": [{"$ref": "#/components/schemas/io.k8s.apimachinery.pkg.api.resource.Quantity"}]}}}},
    "tags": {"x-kubernetes-list-type": "set", "items": {}},
    "sizes": {"additionalProperties": {"pattern": "^(KMGTPE)$", "x-kubernetes-int-or-string": true}},
    "free": {"additionalProperties": true},
    "words": {"x-kubernetes-list-type": "atomic", "items": {}},
    "self": {"$ref": "#/components/schemas/Self"}
  }},
  "Self": {"$ref": "#/components/schemas/Self"}
}}}`

const gadget = `
spec:
  doors: [{floor: 1, side: left, width: 1k, name: a}, {floor: 1, side: right, width: 2k, name: b}]
  tags: [red, green, blue]
  words: [one, two]
  sizes: {big: 1Gi}
  free: {x: 1k, list: [{name: a, v: 1}]}
  self: {self: [1]}
`

func gadgetShape(t *testing.T) *Shape {
	t.Helper()
	var d Description
	if err := json.Unmarshal([]byte(gadgetTypes), &d); err != nil {
		t.Fatal(err)
	}
	s := d.ShapeOf(groupVersionKind("example.io", "v1", "Gadget"))
	if s == nil {
		t.Fatal("the kind was not found")
	}
	return s
}

func TestDifferencesByTheAPIsWord(t *testing.T) {
	tests := map[string]struct {
		match string
		want  []Difference
	}{
		"by two keys":     {"spec: {doors: [{floor: 1, side: right, name: b}]}", nil},
		"by two differs":  {"spec: {doors: [{floor: 1, side: right, name: a}]}", []Difference{{"spec.doors[floor=1,side=right].name", "a", "b"}}},
		"by one of them":  {"spec: {doors: [{side: left, name: b}]}", []Difference{{"spec.doors[side=left].name", "b", "a"}}},
		"none of the key": {"spec: {doors: [{floor: 2, side: left}]}", []Difference{{"spec.doors[floor=2,side=left]", `{"floor":2,"side":"left"}`, "1 left, 1 right"}}},
		"by name instead": {"spec: {doors: [{floor: 2, name: b}]}", []Difference{{"spec.doors[name=b].floor", "2", "1"}}},
		"a quantity":      {`spec: {doors: [{floor: 1, side: left, width: "1000"}]}`, nil},
		"another one":     {`spec: {doors: [{floor: 1, side: left, width: "1001"}]}`, []Difference{{"spec.doors[floor=1,side=left].width", "1001", "1k"}}},
		"in a map":        {"spec: {sizes: {big: 1024Mi}}", nil},
		"not a quantity":  {`spec: {free: {x: "1000"}}`, []Difference{{"spec.free.x", "1000", "1k"}}},
		"a set":           {"spec: {tags: [blue, red]}", nil},
		"not in the set":  {"spec: {tags: [blue, pink]}", []Difference{{"spec.tags", `["blue","pink"]`, `["red","green","blue"]`}}},
		"atomic":          {"spec: {words: [two, one]}", []Difference{{"spec.words", `["two","one"]`, `["one","two"]`}}},
		"unknown below":   {"spec: {free: {list: [{name: a, v: 2}]}}", []Difference{{"spec.free.list[name=a].v", "2", "1"}}},
		"endless":         {"spec: {self: {self: [1]}}", nil},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			got := differences(document(t, tt.match), document(t, gadget), gadgetShape(t))
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("differences (-want +got):\n%s", diff)
			}
		})
	}
}

func FuzzMatch(f *testing.F) {
	f.Add(gadget, gadget)
	f.Add("spec: {doors: [{floor: 1, side: right}], tags: [red]}", gadget)
	f.Add("spec: {replicas: null, template: {spec: {containers: [{name: web, ports: [{}]}]}}}", deploymentText)
	f.Add("a: [[1, [2]], {b: 1}]", "a: [{b: 1e3}, [1]]")
	f.Fuzz(func(t *testing.T, wanted, found string) {
		w, f := anyDocument(wanted), anyDocument(found)
		for _, s := range []*Shape{nil, gadgetShape(t), {fault: errors.New("gone")}} {
			differences(w, f, s)
			if diffs := differences(f, f, s); len(diffs) > 0 && !hasNull(f) {
				t.Errorf("a document is not a part of itself: %v", diffs)
			}
		}
	})
}
