package checks

import (
	"encoding/base64"
	"fmt"
	"strings"
	"testing"

	"github.com/kubectl-learn/kubectl-learn/pkg/checks/internal/ask"
	"github.com/kubectl-learn/kubectl-learn/pkg/checks/internal/kube"
	"github.com/kubectl-learn/kubectl-learn/pkg/lang"
)

func TestHideIn(t *testing.T) {
	const secret = "hunter2-very-long"
	for _, tt := range []struct{ text, secret, want string }{
		{"it is hunter2-very-long, twice hunter2-very-long", secret, "it is ***, twice ***"},
		{"shortened to hunter2-v… and more", secret, "shortened to ***… and more"},
		{"begins like hun…", secret, "begins like ***…"},
		{"another h…", secret, "another h…"},
		{"nothing here", secret, "nothing here"},
		{"exit code 1 of 12, a1", "1", "exit code *** of 12, a1"},
		{"pw=abc.", "abc", "pw=***."},
	} {
		if got := hideIn(tt.text, tt.secret); got != tt.want {
			t.Errorf("hideIn(%q, %q) = %q, want %q", tt.text, tt.secret, got, tt.want)
		}
	}
}

// A secret must not come out by any way in which a result shows what was seen.
func TestSecretsAreNotShown(t *testing.T) {
	const value = "line one is long\nline two is longer \"quoted\""
	secret := func() *kube.Object {
		return &kube.Object{Object: map[string]any{
			"apiVersion": "v1", "kind": "Secret", "metadata": map[string]any{"name": "db"},
			"data": map[string]any{"key": base64.StdEncoding.EncodeToString([]byte(value)), "short": base64.StdEncoding.EncodeToString([]byte("abc"))},
		}}
	}
	tests := map[string]struct {
		src         string
		observation observation
	}{
		"match":      {"object: {kind: Secret, name: db}\n  match: {stringData: {key: other, short: x}}", observation{object: secret()}},
		"match data": {"object: {kind: Secret, name: db}\n  match: {data: {key: b3RoZXI=}}", observation{object: secret()}},
		"cel":        {"object: {kind: Secret, name: db}\n  cel: string(base64.decode(object.data.key)) == 'x' || object.data.key == 'y'", observation{object: secret()}},
		"exec":       {"exec: {pod: p, command: [env]}\n  mask: [db]\n  cel: stdout == 'x'", observation{reply: reply{output: &ask.Output{Stdout: value}}}},
		"exit":       {"exec: {pod: p, command: [env]}\n  mask: [db]", observation{reply: reply{output: &ask.Output{ExitCode: 1, Stderr: "no\n" + value}}}},
		"logs":       {"logs: {pod: p}\n  mask: [db]\n  cel: log == 'x'", observation{reply: reply{output: &ask.Output{Stdout: value}}}},
		"http":       {"http: {pod: p, port: 80}\n  mask: [db]\n  cel: response.body == 'x'", observation{reply: reply{answers: []ask.Answer{{Status: 200, Body: value}}}}},
		"http 500":   {"http: {pod: p, port: 80}\n  mask: [db]", observation{reply: reply{answers: []ask.Answer{{Status: 500, Body: value}}}}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			c := parsed(t, "- id: a\n  name: A\n  "+strings.ReplaceAll(tt.src, "base64.decode(object.data.key)", "b''"))[0]
			s := tt.observation
			s.Around = recorded{"Secret": {secret()}}.around()
			if s.object == nil {
				s.object = &kube.Object{Object: document(t, "{kind: Pod, apiVersion: v1, metadata: {name: p}}")}
			}
			s.secrets = secretsOf(c, s)
			r := evaluate(t.Context(), c, s, s.asked).Result
			if r.Verdict == Passed || r.Reason.IsZero() {
				t.Fatalf("the check gave %s, %q", r.Verdict, r.Reason.EN)
			}
			shown := fmt.Sprint(r.Reason, r.Differences, r.Reason.In(lang.Chinese))
			for _, part := range []string{"one is long", "two is longer", "abc", base64.StdEncoding.EncodeToString([]byte(value))[:20]} {
				if strings.Contains(shown, part) {
					t.Errorf("%q is shown: %s", part, shown)
				}
			}
		})
	}
}
