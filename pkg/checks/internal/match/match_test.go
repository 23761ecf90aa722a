package match

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v3"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

// differences compares without the API's word, or with it.
func differences(wanted, found map[string]any, s *Shape) []Difference {
	m := matcher{}
	m.maps(wanted, found, "", s)
	var list []Difference
	for _, g := range m.gaps {
		list = append(list, Difference{Path: g.Path, Wanted: g.Wanted, Found: g.Found})
	}
	return list
}

func TestDifferences(t *testing.T) {
	const web = "spec.template.spec.containers[name=web]"
	in := func(field string) string {
		return "spec: {template: {spec: {containers: [{name: web, " + field + "}]}}}"
	}
	tests := map[string]struct {
		match string
		want  []Difference
	}{
		"subset":          {"spec: {replicas: 1}", nil},
		"scalar":          {"spec: {replicas: 3}", []Difference{{"spec.replicas", "3", "1"}}},
		"not there":       {"spec: {paused: true}", []Difference{{"spec.paused", "true", ""}}},
		"not wanted":      {"spec: {replicas: null}", []Difference{{"spec.replicas", "null", "1"}}},
		"rightly absent":  {"spec: {paused: null}", nil},
		"dotted key":      {"metadata: {labels: {app.kubernetes.io/name: api}}", []Difference{{`metadata.labels["app.kubernetes.io/name"]`, "api", "web"}}},
		"map for scalar":  {"spec: {replicas: {a: 1}}", []Difference{{"spec.replicas", `{"a":1}`, "1"}}},
		"by name":         {in("image: nginx:1.28"), nil},
		"by name differs": {in("image: nginx:1.29"), []Difference{{web + ".image", "nginx:1.29", "nginx:1.28"}}},
		"no such item":    {"spec: {template: {spec: {containers: [{name: app}]}}}", []Difference{{"spec.template.spec.containers[name=app]", `{"name":"app"}`, "side, web"}}},
		"env across type": {in("env: [{name: PORT, value: 8080}]"), nil},
		"port by number":  {in("ports: [{containerPort: 80}]"), nil},
		"port as text":    {in(`ports: [{containerPort: "443"}]`), nil},
		"port by name":    {in("ports: [{name: http, containerPort: 81}]"), []Difference{{web + ".ports[name=http].containerPort", "81", "80"}}},
		"without a word":  {in("resources: {requests: {cpu: 1000m}}"), []Difference{{web + ".resources.requests.cpu", "1000m", "1"}}},
		"int quantity":    {in("resources: {requests: {cpu: 1}}"), nil},
		"other quantity":  {in("resources: {requests: {cpu: 500m}}"), []Difference{{web + ".resources.requests.cpu", "500m", "1"}}},
		"words by place":  {in("command: [nginx, -g]"), nil},
		"fewer words":     {in("command: [nginx]"), []Difference{{web + ".command", `["nginx"]`, `["nginx","-g"]`}}},
		"condition":       {`status: {conditions: [{type: Available, status: "True"}]}`, nil},
		"no key at all":   {in("ports: [{protocol: UDP}]"), []Difference{{web + ".ports[].protocol", "UDP", "TCP"}}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			got := differences(document(t, tt.match), document(t, deploymentText), nil)
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("differences (-want +got):\n%s", diff)
			}
		})
	}
}

// What is no amount is compared as the text that it is, whatever its key is called.
func TestTextIsNoAmount(t *testing.T) {
	for _, tt := range []struct{ wanted, found string }{
		{"metadata: {labels: {a: 1000m}}", "metadata: {labels: {a: '1'}}"},
		{"data: {limits: 1000m}", "data: {limits: '1'}"},
		{"metadata: {annotations: {requests: 1Gi}}", "metadata: {annotations: {requests: 1024Mi}}"},
		{"data: {port: 80}", "data: {port: '080'}"},
		{"data: {port: '080'}", "data: {port: 80}"},
		{"data: {version: 1}", "data: {version: '1.0'}"},
		{"data: {version: 1.0}", "data: {version: '1'}"},
		{"data: {version: '1.0'}", "data: {version: '1'}"},
		{"data: {version: 1.10}", "data: {version: '1.1'}"},
		{"spec: {id: 9007199254740993}", "spec: {id: 9007199254740992}"},
		{"spec: {on: 'yes'}", "spec: {on: true}"},
	} {
		if got := differences(document(t, tt.wanted), document(t, tt.found), nil); len(got) != 1 {
			t.Errorf("%s and %s differ in %v", tt.wanted, tt.found, got)
		}
	}
	for _, tt := range []struct{ wanted, found string }{
		{"data: {port: 80}", "data: {port: '80'}"},
		{"data: {version: 1.0}", "data: {version: '1.0'}"},
		{"data: {version: 1.10}", "data: {version: '1.10'}"},
		{"spec: {port: '80'}", "spec: {port: 80}"},
		{"spec: {share: 1.0}", "spec: {share: 1}"},
		{"spec: {share: 0.50}", "spec: {share: 0.5}"},
	} {
		if got := differences(document(t, tt.wanted), document(t, tt.found), nil); len(got) != 0 {
			t.Errorf("%s and %s differ in %v", tt.wanted, tt.found, got)
		}
	}
}

// One found item answers for one wanted, whichever way the two lists are ordered.
func TestOneItemAnswersForOne(t *testing.T) {
	tests := map[string]struct {
		wanted, found string
		want          []Difference
	}{
		"two of one":         {"a: [{key: k}, {key: k}]", "a: [{key: k, effect: NoSchedule}]", []Difference{{"a[key=k]", "2", "1"}}},
		"two of two":         {"a: [{key: k}, {key: k}]", "a: [{key: k, effect: x}, {key: k, effect: y}]", nil},
		"greedy would fail":  {"a: [{key: k}, {key: k, effect: x}]", "a: [{key: k, effect: x}, {key: k, effect: y}]", nil},
		"a chain":            {"a: [{x: 1}, {x: 1, y: 1}, {y: 1, z: 1}]", "a: [{x: 1, y: 1, z: 1}, {x: 1, y: 1}, {x: 1}]", nil},
		"a chain too few":    {"a: [{x: 1}, {x: 1, y: 1}, {y: 1}]", "a: [{x: 1, y: 1}, {x: 1, y: 1}]", []Difference{{"a[]", "3", "2"}}},
		"the nearest left":   {"a: [{key: k, effect: x}, {key: k, effect: z}]", "a: [{key: k, effect: x}, {key: k, effect: w}]", []Difference{{"a[key=k].effect", "z", "w"}}},
		"no keys at all":     {"a: [{ip: 1}, {ip: 1}]", "a: [{ip: 1, host: h}]", []Difference{{"a[]", "2", "1"}}},
		"each left once":     {"a: [{k: 1}, {k: 2}]", "a: [{k: 3}, {k: 4}]", []Difference{{"a[].k", "1", "3"}, {"a[].k", "2", "4"}}},
		"more than there is": {"a: [{name: x}, {name: z}]", "a: [{name: x}]", []Difference{{"a[name=z]", `{"name":"z"}`, "x"}}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			got := differences(document(t, tt.wanted), document(t, tt.found), nil)
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("differences (-want +got):\n%s", diff)
			}
		})
	}
}

// The assignment is as large as any: compared with all permutations.
func TestAssignIsTheLargest(t *testing.T) {
	seed := time.Now().UnixNano()
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(uint64(seed), 0))
	for range 2000 {
		n, m := 1+random.IntN(5), 1+random.IntN(5)
		fits := make([][]bool, n)
		for w := range fits {
			fits[w] = make([]bool, m)
			for f := range fits[w] {
				fits[w][f] = random.IntN(3) == 0
			}
		}
		of := assign(n, m, func(w, f int) bool { return fits[w][f] })
		got, used := 0, map[int]bool{}
		for w, f := range of {
			if f < 0 {
				continue
			}
			if !fits[w][f] || used[f] {
				t.Fatalf("%v: %v is no assignment", fits, of)
			}
			used[f] = true
			got++
		}
		if want := most(fits, 0, map[int]bool{}); got != want {
			t.Fatalf("%v: %v serves %d, %d can be served", fits, of, got, want)
		}
	}
}

// most tries everything.
func most(fits [][]bool, w int, used map[int]bool) int {
	if w == len(fits) {
		return 0
	}
	best := most(fits, w+1, used)
	for f, fit := range fits[w] {
		if fit && !used[f] {
			used[f] = true
			best = max(best, 1+most(fits, w+1, used))
			delete(used, f)
		}
	}
	return best
}

// anyDocument reads what a fuzzer writes, nil when it is no mapping.
func anyDocument(text string) map[string]any {
	var n yaml.Node
	if len(text) > 4096 || yaml.Unmarshal([]byte(text), &n) != nil || len(n.Content) == 0 || n.Content[0].Kind != yaml.MappingNode {
		return nil
	}
	return Read(n.Content[0], func(*yaml.Node, string, ...any) {})
}

// hasNull reports a null, which asks that there is nothing.
func hasNull(v any) bool {
	switch v := v.(type) {
	case nil:
		return true
	case map[string]any:
		for _, inner := range v {
			if hasNull(inner) {
				return true
			}
		}
	case []any:
		return slices.ContainsFunc(v, hasNull)
	}
	return false
}

func groupVersionKind(group, version, kind string) schema.GroupVersionKind {
	return schema.GroupVersionKind{Group: group, Version: version, Kind: kind}
}

// document reads a YAML text as Parse reads a match.
func document(tb testing.TB, text string) map[string]any {
	tb.Helper()
	var n yaml.Node
	if err := yaml.Unmarshal([]byte(text), &n); err != nil {
		tb.Fatal(err)
	}
	return manifest(tb, n.Content[0])
}

func manifest(tb testing.TB, n *yaml.Node) map[string]any {
	tb.Helper()
	return Read(n, func(_ *yaml.Node, format string, args ...any) { tb.Fatalf(format, args...) })
}

const deploymentText = `
metadata: {name: web, labels: {app.kubernetes.io/name: web}}
spec:
  replicas: 1
  template:
    spec:
      containers:
      - name: side
        image: busybox
      - name: web
        image: nginx:1.28
        env: [{name: A, value: "1"}, {name: PORT, value: "8080"}]
        ports: [{name: http, containerPort: 80, protocol: TCP}, {containerPort: 443}]
        command: [nginx, -g]
        resources: {requests: {cpu: "1", memory: 1Gi}}
status:
  conditions: [{type: Progressing, status: "True"}, {type: Available, status: "True"}]
`

// Difference is what a gap shows.
type Difference struct{ Path, Wanted, Found string }
