package checks

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v3"
	"k8s.io/apimachinery/pkg/runtime/schema"
	k8syaml "sigs.k8s.io/yaml"

	"github.com/kubectl-learn/kubectl-learn/pkg/checks/internal/kube"
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
	var list []Difference
	for _, g := range m.gaps {
		list = append(list, g.Difference)
	}
	return list
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

// What kubectl sends for a manifest is what match wants of it.
func TestMatchReadsAsKubectl(t *testing.T) {
	const src = `
a: [no, off, N, yes, On, y, "no", 'yes', !!str no]
b: [0644, 0o644, 0x10, 0b11, 1_000, 1:30, +3, -4]
c: [~, null, "", "~"]
d: [2001-12-14, 2001-12-14T21:59:43.10-05:00, 1.5, 1.0, 1e3, 12345678901234567890, .5]
no: {on: 1, 7: 2, "no": 3}
e: &e {image: nginx, tags: [a]}
f: {<<: *e, tags: *list}
g: &list [x, z]
h: |
  no
i: null-ish
`
	want := map[string]any{
		"a":     []any{false, false, false, true, true, true, "no", "yes", "no"},
		"b":     []any{int64(420), int64(420), int64(16), int64(3), int64(1000), "1:30", int64(3), int64(-4)},
		"c":     []any{nil, nil, "", "~"},
		"d":     []any{"2001-12-14", "2001-12-14T21:59:43.10-05:00", 1.5, json.Number("1.0"), json.Number("1e3"), 12345678901234567890.0, 0.5},
		"false": map[string]any{"true": int64(1), "7": int64(2), "no": int64(3)},
		"e":     map[string]any{"image": "nginx", "tags": []any{"a"}},
		"f":     map[string]any{"image": "nginx", "tags": []any{"x", "z"}},
		"g":     []any{"x", "z"},
		"h":     "no\n",
		"i":     "null-ish",
	}
	// An alias comes after its anchor.
	text := strings.Replace(src, "f: {<<: *e, tags: *list}\ng: &list [x, z]", "g: &list [x, z]\nf: {<<: *e, tags: *list}", 1)
	list, err := Parse([]byte("- id: a\n  name: A\n  object: {kind: A, name: a}\n  match:\n"+
		regexp.MustCompile("(?m)^(.)").ReplaceAllString(text, "    $1")), Position{File: "x", Line: 1})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, list[0].Match); diff != "" {
		t.Errorf("match (-want +got):\n%s", diff)
	}
	var sent map[string]any
	if err := k8syaml.Unmarshal([]byte(text), &sent); err != nil {
		t.Fatal(err)
	}
	if got := differences(list[0].Match, sent, nil); len(got) > 0 {
		t.Errorf("what kubectl sends differs in %v", got)
	}
}

// Texts that look the same are shown so that they don't, and the reason says what
// is different.
func TestLookalikesAreToldApart(t *testing.T) {
	long := strings.Repeat("a", 200)
	for _, tt := range []struct{ wanted, found, en, zh string }{
		{"\u00e9", "e\u0301", `data.a is "e\u0301", wanted "é": the same letters are written with different Unicode characters`, `data.a 是 "e\u0301"，应为 "é"：同样的字母用了不同的 Unicode 字符`},
		{"yes", "yes ", `data.a is "yes ", wanted "yes": they differ in white space at the start or the end`, `data.a 是 "yes "，应为 "yes"：首尾的空白不同`},
		{"yes", "yes\n", `data.a is "yes\n", wanted "yes": they differ in white space`, `首尾的空白不同`},
		{"a\nb", "a\r\nb", `data.a is "a\r\nb", wanted "a\nb": only one of them has Windows line endings (CRLF)`, `只有其中一个使用 Windows 换行符（CRLF）`},
		{"a b", "a\tb", `data.a is "a\tb", wanted "a b": they differ in the kind of white space`, `空白的种类不同`},
		{"a b", "a\u00a0b", `data.a is "a\u00a0b", wanted "a b": they differ in the kind`, `"a\u00a0b"`},
		{"ab", "a\u200bb", `data.a is "a\u200bb", wanted "ab": one of them holds an invisible character`, `其中一个含有看不见的字符`},
		{"a:b", "a：b", `data.a is "a：b", wanted "a:b": one of them is written with full-width`, `其中一个使用了全角字符`},
		{"a b\n", "a\u00a0b\r\n\u200b", `they differ in white space and special characters`, `空白和特殊字符不同`},
		{long + "b", long + "c", "data.a is …aaaaaaaaaaaaaaaaaaaac, wanted …aaaaaaaaaaaaaaaaaaaab", "应为 …aaaaaaaaaaaaaaaaaaaab"},
	} {
		r := evaluate(t.Context(), Check{Object: &ObjectProbe{Kind: "ConfigMap", Name: "m"}, Match: map[string]any{"data": map[string]any{"a": tt.wanted}}},
			sight{object: &kube.Object{Object: map[string]any{"apiVersion": "v1", "kind": "ConfigMap", "data": map[string]any{"a": tt.found}}}}, time.Now())
		if !strings.Contains(r.Reason.EN, tt.en) || !strings.Contains(r.Reason.ZH, tt.zh) {
			t.Errorf("%q and %q: reasons %q, %q", tt.wanted, tt.found, r.Reason.EN, r.Reason.ZH)
		}
	}
}

// What differs in a Secret is said without a word of what it holds.
func TestSecretsDifferUnseen(t *testing.T) {
	for _, tt := range []struct{ field, wanted, found, en, zh string }{
		{"stringData", "correct horse", "battery staple", "the value of key password in Secret db is not the one wanted (values of Secrets are not shown)", "Secret db 中键 password 的值与要求的不同（不显示 Secret 的值）"},
		{"stringData", "correct horse", "correct horse\n", "it ends with a line break, as echo adds one", "它的末尾有换行"},
		{"stringData", "correct horse", "Y29ycmVjdCBob3JzZQ==", "it was encoded as base64 twice", "base64 编码了两次"},
		{"data", "correct horse", "correct horse", "the check wants it at data, which holds base64: use stringData", "文本本身请用 stringData"},
		{"data", "Y29ycmVjdCBob3JzZQ==", "correct horse\n", "it ends with a line break", "它的末尾有换行"},
	} {
		secret := map[string]any{
			"apiVersion": "v1", "kind": "Secret", "metadata": map[string]any{"name": "db"},
			"data": map[string]any{"password": base64.StdEncoding.EncodeToString([]byte(tt.found))},
		}
		c := Check{Object: &ObjectProbe{Kind: "Secret", Name: "db"}, Match: map[string]any{tt.field: map[string]any{"password": tt.wanted}}}
		r := evaluate(t.Context(), c, sight{object: &kube.Object{Object: secret}}, time.Now())
		if r.Verdict != Failed || !strings.Contains(r.Reason.EN, tt.en) || !strings.Contains(r.Reason.ZH, tt.zh) {
			t.Errorf("%s, %q, %q; want %q", r.Verdict, r.Reason.EN, r.Reason.ZH, tt.en)
		}
		if all := fmt.Sprint(r.Reason, r.Differences); strings.Contains(all, "horse") || strings.Contains(all, "staple") || strings.Contains(all, "Y29") {
			t.Errorf("the result shows the secret: %s", all)
		}
	}
	c := Check{Object: &ObjectProbe{Kind: "Secret", Name: "db"}, Match: map[string]any{"stringData": map[string]any{"pasword": "x"}}}
	secret := map[string]any{"apiVersion": "v1", "kind": "Secret", "metadata": map[string]any{"name": "db"}, "data": map[string]any{"password": "eA=="}}
	r := evaluate(t.Context(), c, sight{object: &kube.Object{Object: secret}}, time.Now())
	if want := "Secret db has no key pasword, it has password"; r.Reason.EN != want {
		t.Errorf("reason %q, want %q", r.Reason.EN, want)
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
