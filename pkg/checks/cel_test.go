package checks

import (
	"context"
	"errors"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/kubectl-learn/kubectl-learn/internal/patience"
	"github.com/kubectl-learn/kubectl-learn/pkg/checks/internal/ask"
	"github.com/kubectl-learn/kubectl-learn/pkg/checks/internal/expr"
	"github.com/kubectl-learn/kubectl-learn/pkg/checks/internal/kube"
	"github.com/kubectl-learn/kubectl-learn/pkg/checks/internal/timing"
)

// conditionFor compiles an expression of a check on one object, on many, or on
// answers.
func conditionFor(tb testing.TB, probe, expression string) *expr.Condition {
	tb.Helper()
	src := "- id: a\n  name: A\n  " + probe + "\n  cel: |\n    " + strings.ReplaceAll(expression, "\n", "\n    ")
	checks, err := Parse([]byte(src), Position{File: "x", Line: 1})
	if err != nil {
		tb.Fatal(err)
	}
	return checks[0].condition
}

const (
	onObject  = "object: {kind: Deployment, name: web}"
	onObjects = "objects: {kind: Pod}"
	onHTTP    = "http: {service: web, port: 80}"
)

func sixVisits() []ask.Answer {
	var answers []ask.Answer
	for n := range strings.FieldsSeq("1 2 3 4 5 6") {
		answers = append(answers, ask.Answer{
			Status: 200, Body: "hello from 10.0.0." + n + ", " + n + " visits",
			Headers: map[string]string{"Server": "nginx"}, Seconds: 0.01,
		})
	}
	return answers
}

func TestConditions(t *testing.T) {
	vars := map[string]map[string]any{
		onObject: {"object": document(t, deploymentText)},
		onObjects: {"objects": []any{
			document(t, "{metadata: {name: a}, status: {phase: Running}}"),
			document(t, "{metadata: {name: b}, status: {phase: Pending}}"),
		}},
		onHTTP: responseVars(sixVisits()),
	}
	tests := map[string]struct {
		probe, expression string
		want              bool
		// wantReason is what explain says when it does not hold.
		wantReason string
	}{
		"ready":            {onObject, "object.spec.replicas == 1", true, ""},
		"scaled":           {onObject, "object.spec.replicas == 3", false, "spec.replicas is 1, wanted 3"},
		"at least":         {onObject, "object.spec.replicas >= 2", false, "spec.replicas is 1, wanted at least 2"},
		"text":             {onObject, `object.metadata.name == "api"`, false, `metadata.name is "web", wanted "api"`},
		"missing field":    {onObject, "object.status.readyReplicas == object.spec.replicas", false, "status.readyReplicas is not set, wanted 1 (spec.replicas)"},
		"missing right":    {onObject, "object.spec.replicas == object.status.readyReplicas", false, "status.readyReplicas is not set"},
		"negated":          {onObject, "!(object.status.readyReplicas == 1)", false, "the condition is false: !(object.status.readyReplicas == 1)"},
		"second side":      {onObject, "object.spec.replicas == 1 && object.spec.replicas > 1", false, "spec.replicas is 1, wanted more than 1"},
		"condition":        {onObject, `object.status.conditions.exists(c, c.type == "Available" && c.status == "True")`, true, ""},
		"macro's value":    {onObject, "object.status.conditions.map(c, c.type).size() == 3", false, "status.conditions.map(c, c.type).size() is 2, wanted 3"},
		"optional":         {onObject, "object.status.?readyReplicas.orValue(0) == 0", true, ""},
		"int":              {onObject, `int(object.spec.template.spec.containers[1].env[1].value) == 8080`, true, ""},
		"quantity":         {onObject, `quantity("1000m").compareTo(quantity("1")) == 0`, true, ""},
		"across types":     {onObject, "object.spec.replicas > 0.5", true, ""},
		"bad index":        {onObject, "object.status.conditions[7].type == \"x\"", false, "status.conditions[7].type is not set, wanted \"x\""},
		"no overload":      {onObject, "object.metadata.name > 3", false, "metadata.name is \"web\", wanted more than 3"},
		"not a truth":      {onObject, "object.spec.replicas", false, "the condition is false: spec.replicas"},
		"objects":          {onObjects, `objects.all(o, o.status.phase == "Running")`, false, `one of them: status.phase is "Pending", wanted "Running"`},
		"not one":          {onObjects, `objects.all(o, o.status.phase != "Running" && o.metadata.name == "b")`, false, `one of them: status.phase is "Running", wanted anything but "Running"`},
		"not set in one":   {onObjects, `objects.all(o, o.status.ready == true)`, false, `the condition is false: objects.all(o, o.status.ready == true)`},
		"contains":         {onObject, `object.metadata.name.contains("api")`, false, `metadata.name is "web", wanted it to contain "api"`},
		"begins":           {onObject, `object.metadata.name.startsWith("api")`, false, `metadata.name is "web", wanted it to start with "api"`},
		"ends":             {onObject, `object.metadata.name.endsWith("api")`, false, `metadata.name is "web", wanted it to end with "api"`},
		"matches":          {onObject, `object.metadata.name.matches("^a")`, false, `metadata.name is "web", wanted it to match "^a"`},
		"of no text":       {onObject, `object.metadata.nix.contains("api")`, false, `the condition is false: metadata.nix.contains("api")`},
		"each in words":    {onHTTP, `responses.all(r, r.body.contains("thanks"))`, false, `one of the responses: body is "hello from 10.0.0.1, 1 visits", wanted it to contain "thanks"`},
		"none of them":     {onObjects, `objects.exists(o, o.status.phase == "Failed")`, false, `nothing in objects matches: status.phase == "Failed"`},
		"none in a field":  {onObject, `object.status.conditions.exists(c, c.type == "Ready" && c.status == "True")`, false, `nothing in status.conditions matches: type == "Ready" && status == "True"`},
		"none, one letter": {onObjects, `objects.exists(s, s.status.phase == "Failed")`, false, `nothing in objects matches: status.phase == "Failed"`},
		"exactly one":      {onObjects, `objects.exists_one(o, o.status.phase == "Failed")`, false, `the condition is false: objects.exists_one(o, o.status.phase == "Failed")`},
		"none of none":     {onObject, `object.nix.exists(c, c.type == "Ready")`, false, `nix is not set`},
		"some objects":     {onObjects, `objects.filter(o, o.status.phase == "Running").size() == 1`, true, ""},
		"visits": {
			onHTTP, `responses.all(r, r.status == 200) && responses.map(r, r.body.find("[0-9]+ visits")).distinct().size() == 6`,
			true, "",
		},
		"rise by one": {onHTTP, `[1,2,3,4,5].all(i, int(responses[i].body.find("[0-9]+ visits").split(" ")[0]) == int(responses[i-1].body.find("[0-9]+ visits").split(" ")[0]) + 1)`, true, ""},
		"headers":     {onHTTP, `response.headers["Server"] == "nginx" && response.seconds < 1.0 && response.error == ""`, true, ""},
		"pods": {
			onHTTP, `responses.map(r, r.body.find("10[.0-9]+")).distinct().size() >= 7`, false,
			`responses.map(r, r.body.find("10[.0-9]+")).distinct().size() is 6, wanted at least 7`,
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			c := conditionFor(t, tt.probe, tt.expression)
			got, err := c.Holds(t.Context(), vars[tt.probe])
			if err != nil && !errors.Is(err, expr.ErrNotSo) {
				t.Fatal(err)
			}
			if got != tt.want {
				t.Fatalf("holds = %v (%v), want %v", got, err, tt.want)
			}
			if got {
				return
			}
			if reason := c.Explain(t.Context(), vars[tt.probe], false).Reason.EN; reason != tt.wantReason {
				t.Errorf("reason %q, want %q", reason, tt.wantReason)
			}
		})
	}
}

// costly loops ten million times.
const costly = `object.l.all(a, object.l.all(b, object.l.all(c, object.l.all(d, a + b + c + d >= 0))))`

func costlyVars() map[string]any {
	list := make([]any, 60)
	for i := range list {
		list[i] = int64(i)
	}
	return map[string]any{"object": map[string]any{"l": list}}
}

func TestCostlyConditionIsGivenUp(t *testing.T) {
	_, err := conditionFor(t, onObject, costly).Holds(t.Context(), costlyVars())
	if err == nil || errors.Is(err, expr.ErrNotSo) || !errors.Is(err, expr.ErrTooCostly) {
		t.Errorf("holds gave %v, want that it was given up", err)
	}
}

// A search in a long text costs by its length, not 1.
func TestCostlySearchIsGivenUp(t *testing.T) {
	long := []ask.Answer{{Status: 200, Body: strings.Repeat("a", ask.MaxBody)}}
	begun := time.Now()
	_, err := conditionFor(t, onHTTP, `response.body.findAll("a").all(x, response.body.find("(a|b)*c") == "")`).Holds(t.Context(), responseVars(long))
	if err == nil || errors.Is(err, expr.ErrNotSo) || !errors.Is(err, expr.ErrTooCostly) {
		t.Errorf("holds gave %v, want that it was given up", err)
	}
	if took := time.Since(begun); patience.Late(took, 3*timing.Expression) {
		t.Errorf("that took %s", took)
	}
}

func TestConditionEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := conditionFor(t, onObject, costly).Holds(ctx, costlyVars())
	if err == nil || errors.Is(err, expr.ErrNotSo) || errors.Is(err, expr.ErrTooCostly) {
		t.Errorf("holds gave %v, want the end of the context", err)
	}
}

// FuzzConditions gives expressions to the compiler and, when they compile, to an
// object: whatever they are, they end soon and with one of the verdicts.
func FuzzConditions(f *testing.F) {
	for _, seed := range []string{
		"object.spec.replicas == 1", `object.metadata.name.find("w.*").size() > 0`, `json("{}").a == 1`,
		"object.status.conditions.map(c, c.type).distinct().size() == 3", costly,
		`object.metadata.name.replace("", object.metadata.name).split("").join("--") == ""`, `lists.range(100000000).map(x, x * x).size() == 1`,
		`quantity("1").isLessThan(quantity("2k"))`, `object.x.?y.orValue(3) == 3 && [1, 2].all(i, i > 0)`,
		`format.dns1123Label().validate("A").hasValue()`, `semver("1.0.0").isLessThan(semver("1.1.0"))`,
	} {
		f.Add(seed, deploymentText)
	}
	f.Fuzz(func(t *testing.T, expression, text string) {
		o := anyDocument(text)
		src := "- id: a\n  name: A\n  object: {kind: Pod, name: p}\n  cel: " + strconv.Quote(expression)
		checks, err := Parse([]byte(src), Position{File: "f", Line: 1})
		if err != nil || o == nil {
			t.Skip()
		}
		begun := time.Now()
		r := evaluate(t.Context(), checks[0], observation{object: &kube.Object{Object: o}}, begun)
		if took := time.Since(begun); patience.Late(took, 2*mostTime) {
			t.Errorf("that took %s", took)
		}
		if r.Verdict != Passed && r.Reason.IsZero() {
			t.Errorf("%s without a reason", r.Verdict)
		}
	})
}
