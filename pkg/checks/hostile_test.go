package checks

import (
	"encoding/json"
	"path/filepath"
	"testing"
	"time"
	"unicode/utf8"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/kubectl-learn/kubectl-learn/internal/patience"
	"github.com/kubectl-learn/kubectl-learn/pkg/checks/internal/ask"
	"github.com/kubectl-learn/kubectl-learn/pkg/checks/internal/why"
)

const hostileChecks = `
- {id: a, name: A, object: {kind: Deployment, name: web}, cel: object.status.readyReplicas == object.spec.replicas}
- {id: b, name: B, object: {kind: Pod, name: web}, match: {status: {phase: Running}}}
- {id: c, name: C, objects: {kind: Pod, selector: app=web, count: 2}, match: {status: {phase: Running}}}
- {id: d, name: D, object: {kind: Job, name: web}, match: {status: {succeeded: 1}}}
- {id: e, name: E, object: {kind: PersistentVolumeClaim, name: web}, match: {status: {phase: Bound}}}
- {id: f, name: F, http: {service: web, port: 80}}
- {id: g, name: G, http: {deployment: web, port: 80}}
- {id: h, name: H, rollout: {name: web}}
- {id: i, name: I, events: {kind: Pod, name: web, min: 3}}
- {id: j, name: J, logs: {deployment: web}, cel: log == "x"}
`

// FuzzJudge gives objects that no API server would make to every rule: none may
// panic or hang, and each check gets a verdict, with a reason unless it passed.
func FuzzJudge(f *testing.F) {
	checks := parsed(f, hostileChecks)
	for _, text := range []string{
		"[]", `[{"kind":"Pod","metadata":[]}]`,
		`[{"apiVersion":"v1","kind":"Pod","metadata":{"name":"web"},"status":{"containerStatuses":[{"name":1,"state":{"waiting":{"reason":"CrashLoopBackOff"}}}]}}]`,
		`[{"apiVersion":"batch/v1","kind":"Job","metadata":{"name":"web"},"status":{"conditions":[{"type":"Failed","status":"True","reason":"DeadlineExceeded"}]}}]`,
	} {
		f.Add([]byte(text), 502)
	}
	files, err := filepath.Glob("testdata/states/*-real.yaml")
	if err != nil {
		f.Fatal(err)
	}
	for _, file := range files {
		f.Add(objectsIn(f, file), 502)
	}
	f.Fuzz(func(t *testing.T, text []byte, status int) {
		var list []any
		if json.Unmarshal(text, &list) != nil {
			return
		}
		around := recorded{}
		for _, v := range list {
			if m, ok := v.(map[string]any); ok {
				o := &unstructured.Unstructured{Object: m}
				around[o.GetKind()] = append(around[o.GetKind()], o)
			}
		}
		for _, c := range checks {
			begun := time.Now()
			out := evaluate(t.Context(), c, hostileObservation(c, around, status), recordedAt)
			if out.Verdict == "" || out.Verdict != Passed && out.Reason.IsZero() || !utf8.ValidString(out.Reason.EN) {
				t.Errorf("check %s: verdict %q, reason %q", c.ID, out.Verdict, out.Reason.EN)
			}
			if took := time.Since(begun); patience.Late(took, 5*time.Second) {
				t.Errorf("check %s took %s", c.ID, took)
			}
		}
	})
}

func hostileObservation(c Check, around recorded, status int) observation {
	about := c.probe().subject()
	s := observation{namespace: "learn", Surroundings: why.Surroundings{Around: around.around()}}
	for _, o := range around[about.kind] {
		if about.selector != nil {
			s.objects = append(s.objects, o)
		} else if o.GetName() == about.name || s.object == nil {
			s.object = o
		}
	}
	if c.HTTP != nil && c.HTTP.ready(s) {
		s.answers = []ask.Answer{{Status: status}}
	}
	s.secrets = secretsOf(c, s)
	return s
}
