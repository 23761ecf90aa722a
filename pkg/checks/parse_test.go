package checks

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/kubectl-learn/kubectl-learn/pkg/checks/internal/timing"
)

const designExample = `- id: app-scaled
  name: Three copies of the app are ready
  points: 2
  object: {kind: Deployment, name: docker2istio-app}
  match: {spec: {replicas: 3}}
  cel: object.status.readyReplicas == object.spec.replicas
- id: counts-visits
  name: The page counts visits, whichever pod answers
  http: {service: docker2istio-nginx, port: 80, path: /, times: 6, interval: 50ms, headers: {X-Real-IP: 1.2.3.4}}
  cel: responses.all(r, r.status == 200) && responses.map(r, r.body.find("[0-9]+ visits")).distinct().size() == 6
  hints:
  - when: responses.exists(r, r.status == 502)
    say: nginx answers, the app behind it does not.
- id: pods
  name: Some pods
  objects: {kind: Pod, selector: "app=web,tier in (a, b)", min: 1, max: 3}
- id: gone
  name: It is gone
  absent: {kind: ConfigMap, name: old, namespace: other}
`

func TestParse(t *testing.T) {
	got, err := Parse([]byte(designExample), Position{File: "en.md", Line: 40})
	if err != nil {
		t.Fatal(err)
	}
	one, three := 1, 3
	want := []Check{
		{
			ID: "app-scaled", Name: "Three copies of the app are ready", Grace: timing.Grace, Points: 2,
			Object: &ObjectProbe{Kind: "Deployment", Name: "docker2istio-app"},
			Match:  map[string]any{"spec": map[string]any{"replicas": int64(3)}},
			CEL:    "object.status.readyReplicas == object.spec.replicas",
			At:     Position{File: "en.md", Line: 40},
		},
		{
			ID: "counts-visits", Name: "The page counts visits, whichever pod answers", Grace: timing.Grace, Points: 1,
			HTTP: &HTTPProbe{
				Service: "docker2istio-nginx", Port: "80", Path: "/", Times: 6, Method: "GET",
				Interval: 50 * time.Millisecond, Headers: map[string]string{"X-Real-IP": "1.2.3.4"},
			},
			CEL: `responses.all(r, r.status == 200) && responses.map(r, r.body.find("[0-9]+ visits")).distinct().size() == 6`,
			Hints: []Hint{{
				When: "responses.exists(r, r.status == 502)", Say: "nginx answers, the app behind it does not.",
			}},
			At: Position{File: "en.md", Line: 46},
		},
		{
			ID: "pods", Name: "Some pods", Grace: timing.Grace, Points: 1,
			Objects: &ObjectsProbe{Kind: "Pod", Selector: "app=web,tier in (a, b)", Min: &one, Max: &three},
			At:      Position{File: "en.md", Line: 53},
		},
		{
			ID: "gone", Name: "It is gone", Grace: timing.Grace, Points: 1,
			Absent: &AbsentProbe{Kind: "ConfigMap", Name: "old", Namespace: "other"},
			At:     Position{File: "en.md", Line: 56},
		},
	}
	if diff := cmp.Diff(want, got, cmpopts.IgnoreUnexported(Check{}, Hint{}, ObjectsProbe{}, HTTPProbe{})); diff != "" {
		t.Errorf("Parse (-want +got):\n%s", diff)
	}
}

// object is a check that lacks only what a test adds.
const bareObject = "- id: a\n  name: A\n  object: {kind: Pod, name: p}\n"

func TestParseFaults(t *testing.T) {
	tests := map[string]struct {
		src     string
		wantErr []string
	}{
		"empty":                  {"", []string{"x.md:10: no checks found"}},
		"no list items":          {"[]", []string{"x.md:10: no checks found: write a list of checks"}},
		"nothing":                {"# later\n---\n", []string{"x.md:10: no checks found"}},
		"null":                   {"null", []string{"x.md:10: no checks found"}},
		"a second document":      {bareObject + "---\n" + bareObject, []string{"x.md:14: a second YAML document starts here"}},
		"a broken one behind":    {bareObject + "---\n- [", []string{"x.md:14: not YAML"}},
		"header twice":           {"- id: a\n  name: A\n  http: {pod: p, port: 80, headers: {A: b, A: c}}", []string{`x.md:12: key "A" appears twice`}},
		"not YAML":               {"- id: a\n  name: [", []string{"x.md:11: not YAML"}},
		"not a list":             {"id: a", []string{"x.md:10: checks must be a list, not a mapping"}},
		"not a mapping":          {"- 3", []string{`x.md:10: a check must be a mapping, not "3"`}},
		"unknown key":            {bareObject + "  pionts: 2", []string{`x.md:13: unknown key "pionts" in a check (did you mean "points"?)`}},
		"unknown probe":          {"- id: a\n  name: A\n  htpp: {service: x}", []string{`did you mean "http"?`, `x.md:10: check "a" has no probe`}},
		"unknown field":          {"- id: a\n  name: A\n  http: {service: x, prot: 80}", []string{`x.md:12: unknown key "prot" in http (did you mean "port"?)`, "http needs a port"}},
		"two probes":             {bareObject + "  absent: {kind: Pod, name: q}", []string{`x.md:10: check "a" has 2 probes: split it into 2 checks`}},
		"no id":                  {"- name: A\n  object: {kind: Pod, name: p}", []string{"x.md:10: a check needs an ID"}},
		"bad id":                 {"- id: A b\n  name: A\n  object: {kind: Pod, name: p}", []string{`ID "A b" must be lowercase letters`}},
		"no name":                {"- id: a\n  object: {kind: Pod, name: p}", []string{`x.md:10: check "a" needs a name`}},
		"same id":                {bareObject + bareObject, []string{`x.md:13: ID "a" is already used on line 10`}},
		"same key":               {"- id: a\n  id: b\n  name: A\n  object: {kind: Pod, name: p}", []string{`x.md:11: key "id" appears twice`}},
		"points a word":          {bareObject + "  points: many", []string{`x.md:13: points must be a whole number, not "many"`}},
		"points negative":        {bareObject + "  points: -1", []string{"points must be from 0 to 1000, not -1"}},
		"for an answer":          {"- id: a\n  name: A\n  for: 2s\n  answer: {quiz: q}", []string{"x.md:12: for can't be used with answer"}},
		"for too long":           {bareObject + "  for: 1h", []string{"x.md:13: for must be", "10m"}},
		"looks at an object":     {bareObject + "  looks: 3", []string{"x.md:13: looks only works with http, logs, exec and run: other probes watch the API, so use for"}},
		"looks, none":            {"- id: a\n  name: A\n  looks: 0\n  run: {command: ls}", []string{"x.md:12: looks must be from 1 to 100, not 0"}},
		"no kind":                {"- id: a\n  name: A\n  object: {name: p}", []string{"x.md:12: object needs a kind"}},
		"object a word":          {"- id: a\n  name: A\n  object: p", []string{`x.md:12: object must be a mapping, not "p"`}},
		"match a list":           {bareObject + "  match: [1]", []string{"x.md:13: match must be a part of a manifest, not a list"}},
		"match twice":            {bareObject + "  match: {spec: {a: 1, a: 2}}", []string{`x.md:13: key "a" appears twice`}},
		"match on http":          {"- id: a\n  name: A\n  http: {pod: p, port: 80}\n  match: {a: 1}", []string{"x.md:13: match only works on objects"}},
		"cel on absent":          {"- id: a\n  name: A\n  absent: {kind: Pod, name: p}\n  cel: 'true'", []string{"x.md:13: absent doesn't take a cel"}},
		"selector":               {"- id: a\n  name: A\n  objects: {kind: Pod, selector: 'a in'}", []string{`x.md:12: selector "a in" isn't a valid label selector`}},
		"count and min":          {"- id: a\n  name: A\n  objects: {kind: Pod, count: 1, min: 1}", []string{"either count, or min and max"}},
		"min over max":           {"- id: a\n  name: A\n  objects: {kind: Pod, min: 3, max: 1}", []string{"min is 3, more than max, 1"}},
		"http of a bad selector": {"- id: a\n  name: A\n  http: {selector: 'a=(', port: 80}", []string{`x.md:12: selector "a=(" isn't a valid label selector`}},
		"service and pod":        {"- id: a\n  name: A\n  http: {service: s, pod: p, port: 80}", []string{"x.md:12: http needs one of service, pod, deployment, selector"}},
		"path":                   {"- id: a\n  name: A\n  http: {service: s, port: 80, path: x}", []string{`path "x" must start with exactly one slash`}},
		"times":                  {"- id: a\n  name: A\n  http: {service: s, port: 80, times: 0}", []string{"times must be from 1 to 100, not 0"}},
		"interval":               {"- id: a\n  name: A\n  http: {service: s, port: 80, interval: 5}", []string{`interval must be a duration such as 500ms, not "5"`}},
		"method":                 {"- id: a\n  name: A\n  http: {service: s, port: 80, method: 'get it'}", []string{"method must be an uppercase word"}},
		"https":                  {"- id: a\n  name: A\n  http: {service: s, port: 80, https: 3}", []string{`https must be true or false, not "3"`}},
		"hint":                   {bareObject + "  hints: [{when: 'true'}]", []string{"x.md:13: a hint needs a say"}},
		"alias":                  {"- &x {id: a, name: A, object: {kind: Pod, name: p}}\n- *x", []string{`x.md:11: ID "a" is already used on line 10`}},
		"cel name":               {bareObject + "  cel: objct.x == 1", []string{"x.md:13:8: undeclared reference to 'objct'"}},
		"cel in a block":         {bareObject + "  cel: |\n    object.x == 1 &&\n      foo == 2", []string{"x.md:15:7: undeclared reference to 'foo'"}},
		"cel quoted":             {bareObject + "  cel: \"foo == 2\"", []string{"x.md:13:9: undeclared reference to 'foo'"}},
		"cel folded":             {bareObject + "  cel: >\n    object.x == 1 &&\n    foo == 2", []string{"x.md:13:8: undeclared reference to 'foo'"}},
		"cel syntax":             {bareObject + "  cel: object.x ==", []string{"x.md:13:", "Syntax error"}},
		"cel not a truth":        {bareObject + "  cel: 1 + 2", []string{"x.md:13: the expression must be true or false, but its type is int"}},
		"cel regex":              {bareObject + "  cel: 'object.x.matches(\"[\")'", []string{"x.md:13:"}},
		"cel type":               {"- id: a\n  name: A\n  http: {pod: p, port: 80}\n  cel: response.statuss == 200", []string{"x.md:13:16: undefined field 'statuss'"}},
		"hint's cel":             {bareObject + "  hints:\n  - {when: oops, say: x}", []string{"x.md:14:12: undeclared reference to 'oops'"}},
		"several":                {bareObject + "  pionts: 2\n  cel: foo", []string{"pionts", "x.md:14:8: undeclared reference to 'foo'"}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			got, err := Parse([]byte(tt.src), Position{File: "x.md", Line: 10})
			if err == nil {
				t.Fatalf("Parse found no fault, got %+v", got)
			}
			for _, want := range tt.wantErr {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("the error lacks %q:\n%v", want, err)
				}
			}
		})
	}
}

func FuzzParse(f *testing.F) {
	f.Add(designExample)
	f.Add(bareObject + "  cel: |\n    object.x ==\n      foo\n")
	f.Add("- &x {id: a}\n- *x")
	f.Add("- id: a\n  name: A\n  http: {service: s, port: 80, interval: 5s}\n  hints: [{say: x}]")
	f.Fuzz(func(t *testing.T, src string) {
		checks, err := Parse([]byte(src), Position{File: "f", Line: 1})
		if err == nil && len(checks) == 0 {
			t.Errorf("Parse gave neither checks nor faults")
		}
		for _, c := range checks {
			if c.ID == "" || c.Name == "" {
				t.Errorf("Parse let a check without id or name pass: %+v", c)
			}
		}
	})
}

func BenchmarkParseLesson(b *testing.B) {
	var src strings.Builder
	for i := range 25 {
		src.WriteString(strings.ReplaceAll(
			"- id: c-N\n  name: N\n  object: {kind: Deployment, name: web}\n"+
				"  cel: object.status.readyReplicas == object.spec.replicas && object.metadata.name.find(\"w.*\") == \"web\"\n",
			"N", string(rune('a'+i))))
	}
	for b.Loop() {
		if _, err := Parse([]byte(src.String()), Position{File: "en.md", Line: 1}); err != nil {
			b.Fatal(err)
		}
	}
}
