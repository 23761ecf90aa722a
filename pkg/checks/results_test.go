package checks

import (
	"bytes"
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kubectl-learn/kubectl-learn/pkg/lang"
)

func TestResultsPassed(t *testing.T) {
	for name, tt := range map[string]struct {
		verdicts []Verdict
		want     bool
	}{
		"none":       {nil, false},
		"all":        {[]Verdict{Passed, Passed}, true},
		"one failed": {[]Verdict{Passed, Failed}, false},
		"one waits":  {[]Verdict{Waiting}, false},
		"unknown":    {[]Verdict{Unknown, Passed}, false},
	} {
		var results Results
		for _, v := range tt.verdicts {
			results = append(results, Result{Verdict: v})
		}
		if got := results.Passed(); got != tt.want {
			t.Errorf("%s: Passed is %v, want %v", name, got, tt.want)
		}
	}
}

func TestResultAsJSON(t *testing.T) {
	checks := parsed(t, "- {id: a, name: 'A < B', points: 2, object: {kind: ConfigMap, name: a}}\n- {id: b, name: B, absent: {kind: Pod, name: b}}")
	results := Results{
		{
			Check: checks[0], Verdict: Failed, Reason: lang.Messagef("not so", "并非如此"), Hint: "look again",
			Differences: []Difference{{Path: "data.a", Wanted: "1", Found: "2"}},
		},
		{Check: checks[1], Verdict: Passed},
	}
	var got bytes.Buffer
	e := json.NewEncoder(&got)
	e.SetEscapeHTML(false)
	if err := e.Encode(results); err != nil {
		t.Fatal(err)
	}
	want := `[{"id":"a","name":"A < B","probe":"object","line":1,"points":2,"verdict":"failed",` +
		`"reason":{"en":"not so","zh":"并非如此"},"hint":"look again","differences":[{"path":"data.a","wanted":"1","found":"2"}]},` +
		`{"id":"b","name":"B","probe":"absent","line":2,"points":1,"verdict":"passed"}]` + "\n"
	if diff := cmp.Diff(want, got.String()); diff != "" {
		t.Errorf("JSON (-want +got):\n%s", diff)
	}
}
