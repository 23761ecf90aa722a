package checks

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

func TestParseAskers(t *testing.T) {
	one := 1
	tests := map[string]struct {
		src  string
		want any
	}{
		"logs": {
			"logs: {deployment: web, container: app, previous: true, tail: 20, since: 5m}\n  cel: log.contains('x')",
			&LogsProbe{PodChoice: PodChoice{Deployment: "web", Container: "app"}, Previous: true, Tail: 20, Since: 5 * time.Minute},
		},
		"exec": {
			"exec: {selector: app=redis, command: [redis-cli, get, visits], timeout: 2s}",
			&ExecProbe{PodChoice: PodChoice{Selector: "app=redis"}, Command: []string{"redis-cli", "get", "visits"}, Timeout: 2 * time.Second},
		},
		"events": {
			"events: {kind: Pod, name: web, reason: Unhealthy, type: Warning, min: 1}",
			&EventsProbe{Kind: "Pod", Name: "web", Reason: "Unhealthy", Type: "Warning", Min: &one},
		},
		"rollout": {"rollout: {name: web}", &RolloutProbe{Kind: "Deployment", Name: "web"}},
		"run":     {"run: {command: kubectl version, timeout: 3s}", &RunProbe{Command: "kubectl version", Timeout: 3 * time.Second}},
		"answer":  {"answer: {quiz: who-starts-it}", &AnswerProbe{Quiz: "who-starts-it"}},
		"http": {
			"http: {pod: web, port: 80, redirects: 2, timeout: 1s, https: true, headers: {Host: shop.example}}",
			&HTTPProbe{
				Pod: "web", Port: "80", Path: "/", Times: 1, Method: "GET", Redirects: 2, Timeout: time.Second, HTTPS: true,
				Headers: map[string]string{"Host": "shop.example"},
			},
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			c := parsed(t, "- id: a\n  name: A\n  "+tt.src)[0]
			if diff := cmp.Diff(tt.want, c.Probe(), cmpopts.IgnoreUnexported(PodChoice{}, HTTPProbe{})); diff != "" {
				t.Errorf("Parse (-want +got):\n%s", diff)
			}
			if c.Kind() != name {
				t.Errorf("Kind is %q, want %q", c.Kind(), name)
			}
		})
	}
}

func TestParseAskersFaults(t *testing.T) {
	tests := map[string]struct{ src, want string }{
		"no pod":             {"exec: {command: [ls]}", "x.md:12: exec needs one of pod, deployment, selector"},
		"two pods":           {"exec: {pod: a, selector: b=c, command: [ls]}", "x.md:12: exec needs one of pod, deployment, selector"},
		"bad selector":       {"logs: {selector: 'a in'}\n  cel: 'true'", `selector "a in" isn't a valid label selector`},
		"no command":         {"exec: {pod: a}", "x.md:12: exec needs a command"},
		"command a text":     {"exec: {pod: a, command: ls}", `x.md:12: command must be a list, not "ls"`},
		"log without cel":    {"logs: {pod: a}", `x.md:10: check "a" needs a cel`},
		"event's type":       {"events: {type: warning}", `type "warning" must be Normal or Warning`},
		"event without kind": {"events: {name: web}", "events with a name also need a kind"},
		"events both":        {"events: {min: 1, count: 1}", "events takes either count, or min and max"},
		"rollout's kind":     {"rollout: {kind: Deploymnt, name: a}", `rollout doesn't support the kind "Deploymnt" (did you mean "Deployment"?)`},
		"rollout's name":     {"rollout: {}", "x.md:12: rollout needs a name"},
		"no run":             {"run: {command: ' '}", "x.md:12: run needs a command"},
		"no quiz":            {"answer: {}", "x.md:12: answer needs a quiz"},
		"unknown key":        {"run: {comand: ls}", `unknown key "comand" in run (did you mean "command"?)`},
		"variable of others": {"run: {command: ls}\n  cel: object.x == 1", "x.md:13:8: undeclared reference to 'object'"},
		"revision's field":   {"rollout: {name: a}\n  cel: revision.image == 'x'", "x.md:13:16: undefined field 'image'"},
		"authorization":      {"http: {pod: a, port: 80, headers: {authorization: x}}", "never reaches the backend"},
		"mask a text":        {"run: {command: ls}\n  mask: db", `x.md:13: mask must be a list, not "db"`},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			_, err := Parse([]byte("- id: a\n  name: A\n  "+tt.src), Position{File: "x.md", Line: 10})
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("Parse gave %v, want %q in it", err, tt.want)
			}
		})
	}
}
