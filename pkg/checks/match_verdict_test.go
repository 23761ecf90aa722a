package checks

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v3"
	k8syaml "sigs.k8s.io/yaml"

	"github.com/kubectl-learn/kubectl-learn/pkg/checks/internal/kube"
	"github.com/kubectl-learn/kubectl-learn/pkg/checks/internal/match"
)

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
	return match.Read(n, func(_ *yaml.Node, format string, args ...any) { tb.Fatalf(format, args...) })
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
	if got := match.Compare(&kube.Object{Object: sent}, list[0].Match, nil); len(got) > 0 {
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
		{"ab", "a\u200bb", `data.a is "a\u200bb", wanted "ab": one of them contains an invisible character`, `其中一个含有看不见的字符`},
		{"a:b", "a：b", `data.a is "a：b", wanted "a:b": one of them is written with full-width`, `其中一个使用了全角字符`},
		{"a b\n", "a\u00a0b\r\n\u200b", `they differ in white space and special characters`, `空白和特殊字符不同`},
		{long + "b", long + "c", "data.a is …aaaaaaaaaaaaaaaaaaaac, wanted …aaaaaaaaaaaaaaaaaaaab", "应为 …aaaaaaaaaaaaaaaaaaaab"},
	} {
		r := evaluate(t.Context(), Check{Object: &ObjectProbe{Kind: "ConfigMap", Name: "m"}, Match: map[string]any{"data": map[string]any{"a": tt.wanted}}},
			observation{object: &kube.Object{Object: map[string]any{"apiVersion": "v1", "kind": "ConfigMap", "data": map[string]any{"a": tt.found}}}}, time.Now())
		if !strings.Contains(r.Reason.EN, tt.en) || !strings.Contains(r.Reason.ZH, tt.zh) {
			t.Errorf("%q and %q: reasons %q, %q", tt.wanted, tt.found, r.Reason.EN, r.Reason.ZH)
		}
	}
}

// What differs in a Secret is said without a word of what it holds.
func TestSecretsDifferUnseen(t *testing.T) {
	for _, tt := range []struct{ field, wanted, found, en, zh string }{
		{"stringData", "correct horse", "battery staple", "the value of key password in Secret db isn't what the check wants (values of Secrets are never shown)", "Secret db 中键 password 的值与要求的不同（不显示 Secret 的值）"},
		{"stringData", "correct horse", "correct horse\n", "it ends with a line break, as echo adds", "它的末尾有换行"},
		{"stringData", "correct horse", "Y29ycmVjdCBob3JzZQ==", "it was base64-encoded twice", "base64 编码了两次"},
		{"data", "correct horse", "correct horse", "the check has it under data, which takes base64: use stringData", "文本本身请用 stringData"},
		{"data", "Y29ycmVjdCBob3JzZQ==", "correct horse\n", "it ends with a line break", "它的末尾有换行"},
	} {
		secret := map[string]any{
			"apiVersion": "v1", "kind": "Secret", "metadata": map[string]any{"name": "db"},
			"data": map[string]any{"password": base64.StdEncoding.EncodeToString([]byte(tt.found))},
		}
		c := Check{Object: &ObjectProbe{Kind: "Secret", Name: "db"}, Match: map[string]any{tt.field: map[string]any{"password": tt.wanted}}}
		r := evaluate(t.Context(), c, observation{object: &kube.Object{Object: secret}}, time.Now())
		if r.Verdict != Failed || !strings.Contains(r.Reason.EN, tt.en) || !strings.Contains(r.Reason.ZH, tt.zh) {
			t.Errorf("%s, %q, %q; want %q", r.Verdict, r.Reason.EN, r.Reason.ZH, tt.en)
		}
		if all := fmt.Sprint(r.Reason, r.Differences); strings.Contains(all, "horse") || strings.Contains(all, "staple") || strings.Contains(all, "Y29") {
			t.Errorf("the result shows the secret: %s", all)
		}
	}
	c := Check{Object: &ObjectProbe{Kind: "Secret", Name: "db"}, Match: map[string]any{"stringData": map[string]any{"pasword": "x"}}}
	secret := map[string]any{"apiVersion": "v1", "kind": "Secret", "metadata": map[string]any{"name": "db"}, "data": map[string]any{"password": "eA=="}}
	r := evaluate(t.Context(), c, observation{object: &kube.Object{Object: secret}}, time.Now())
	if want := "Secret db has no key pasword; it has password"; r.Reason.EN != want {
		t.Errorf("reason %q, want %q", r.Reason.EN, want)
	}
}

// anyDocument reads what a fuzzer writes, nil when it is no mapping.
func anyDocument(text string) map[string]any {
	var n yaml.Node
	if len(text) > 4096 || yaml.Unmarshal([]byte(text), &n) != nil || len(n.Content) == 0 || n.Content[0].Kind != yaml.MappingNode {
		return nil
	}
	return match.Read(n.Content[0], func(*yaml.Node, string, ...any) {})
}
