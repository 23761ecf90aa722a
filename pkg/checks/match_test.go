package checks

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v3"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

// document reads a YAML text as Parse reads a match.
func document(tb testing.TB, text string) map[string]any {
	tb.Helper()
	var n yaml.Node
	if err := yaml.Unmarshal([]byte(text), &n); err != nil {
		tb.Fatal(err)
	}
	f := &faults{}
	m := f.values(n.Content[0])
	if err := f.err(); err != nil {
		tb.Fatal(err)
	}
	return m
}

// differences compares without the API's word, or with it.
func differences(wanted, found map[string]any, s *shape) []Difference {
	m := matcher{}
	m.maps(wanted, found, "", s)
	return m.diffs
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
		"quantity":        {in("resources: {requests: {cpu: 1000m, memory: 1024Mi}}"), nil},
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

func TestQuantitiesOnlyWhereTheyAre(t *testing.T) {
	got := differences(document(t, "metadata: {labels: {a: 1000m}}"), document(t, "metadata: {labels: {a: '1'}}"), nil)
	if len(got) != 1 {
		t.Errorf("a label was compared as a quantity: %v", got)
	}
}

// anyDocument reads what a fuzzer writes, nil when it is no mapping.
func anyDocument(text string) map[string]any {
	var n yaml.Node
	if len(text) > 4096 || yaml.Unmarshal([]byte(text), &n) != nil || len(n.Content) == 0 || n.Content[0].Kind != yaml.MappingNode {
		return nil
	}
	return (&faults{}).values(n.Content[0])
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
