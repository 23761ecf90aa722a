package checks

import (
	"strings"
	"testing"
)

// What no cluster can answer to is refused with its line, before anything is asked.
func TestParseRefusesWhatCannotBe(t *testing.T) {
	long := strings.Repeat("a", 64)
	tests := map[string]struct{ src, want string }{
		"dots":               {"object: {kind: ConfigMap, name: ..}", `x.md:12: name ".." isn't a valid ConfigMap name: use lowercase letters`},
		"a path":             {"object:\n    kind: Secret\n    name: a/b", `x.md:14: name "a/b" isn't a valid Secret name`},
		"kind and name":      {"absent: {kind: Deployment, name: deployment/web}", `name "deployment/web" isn't a valid Deployment name`},
		"a path of RBAC":     {"absent: {kind: Role, name: a/b}", `name "a/b" isn't a valid Role name: it can't be`},
		"capitals":           {"absent: {kind: Pod, name: Web}", `name "Web" isn't a valid Pod name`},
		"an underscore":      {"rollout: {name: my_app}", `name "my_app" isn't a valid Deployment name`},
		"a service":          {"http: {service: web.shop, port: 80}", `service "web.shop" isn't a valid Service name`},
		"a pod":              {"http: {pod: ../web, port: 80}", `pod "../web" isn't a valid Pod name`},
		"a pod of logs":      {"logs: {pod: -web}\n  cel: log != ''", `pod "-web" isn't a valid`},
		"a deployment":       {"exec: {deployment: web app, command: [ls]}", `deployment "web app" isn't a valid`},
		"a container":        {"exec: {pod: a, container: a.b, command: [ls]}", `x.md:12: container "a.b" isn't a valid container name`},
		"a namespace":        {"objects: {kind: Pod, namespace: kube.system}", `namespace "kube.system" isn't a valid Namespace name`},
		"a long namespace":   {"objects: {kind: Pod, namespace: " + long + "}", "use at most 63"},
		"an event's object":  {"events: {kind: Pod, name: 'web:80'}", `name "web:80" isn't a valid`},
		"a Secret to mask":   {"run: {command: ls}\n  mask: [a/b]", `x.md:13: mask "a/b" isn't a valid Secret name`},
		"apiVersion":         {"object: {kind: A, name: a, apiVersion: a/b/c}", `x.md:12: apiVersion "a/b/c" must be a version such as v1`},
		"apiVersion, no end": {"object: {kind: A, name: a, apiVersion: apps/}", `apiVersion "apps/" must be`},
		"port 0":             {"http: {pod: a, port: 0}", `x.md:12: port "0" must be a number from 1 to 65535`},
		"port too high":      {"http: {service: a, port: 99999}", `port "99999" must be a number from 1 to 65535`},
		"port with a path":   {`http: {service: a, port: "80/proxy"}`, `port "80/proxy" must be a number`},
		"port, octal":        {"http: {service: a, port: '080'}", `port "080" must be a number`},
		"port, negative":     {"http: {service: a, port: -80}", `port "-80" must be`},
		"a pod's port":       {"http: {pod: a, port: a-name-that-is-too-long}", "must be a number from 1 to 65535, or the name of a port: lowercase letters"},
		"port with a scheme": {"http: {service: a, port: 'https:80'}", `port "https:80" must be`},
		"path to elsewhere":  {"http: {service: a, port: 80, path: /../../secrets}", `path "/../../secrets" contains ..`},
		"the same, hidden":   {"http: {service: a, port: 80, path: /a/%2e%2e/b}", "contains .."},
		"two slashes":        {"http: {service: a, port: 80, path: //b/c}", `path "//b/c" must start with exactly one slash`},
		"a fragment":         {"http: {service: a, port: 80, path: /a#b}", `path "/a#b" contains #`},
		"a bad escape":       {"http: {service: a, port: 80, path: /100%}", "such as a percent sign as %25"},
		"a header's name":    {"http: {service: a, port: 80, headers: {a b: c}}", `header "a b" can't be a header's name`},
		"a header's value":   {`http: {service: a, port: 80, headers: {a: "b\nc"}}`, `the value of header "a" contains a line break`},
		"together":           {"http: {service: a/b, port: 0, path: x}\n  cel: foo", "foo"},
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

// The API lets kinds have different names; a check is no stricter than it.
func TestParseTakesWhatCanBe(t *testing.T) {
	for name, src := range map[string]string{
		"RBAC":               "object: {kind: ClusterRole, name: 'system:node'}",
		"a capital":          "object: {kind: RoleBinding, name: Alice@example.com}",
		"dots":               "object: {kind: ConfigMap, name: kube-root-ca.crt}",
		"a digit first":      "object: {kind: Service, name: 1web}",
		"somebody's kind":    "object: {kind: User, name: 'system:admin'}",
		"somebody's Service": "object: {kind: Service, apiVersion: serving.example.dev/v1, name: a.b}",
		"a port's name":      "http: {service: a, port: a-name-that-is-quite-long}",
		"the highest port":   "http: {pod: a, port: 65535}",
		"a query":            "http: {service: a, port: 80, path: '/a?b=../c&d=%2F'}",
		"dots in a path":     "http: {service: a, port: 80, path: /a..b/.well-known/}",
		"a path in Chinese":  "http: {service: a, port: 80, path: /你好}",
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := Parse([]byte("- id: a\n  name: A\n  "+src), Position{File: "x.md", Line: 10}); err != nil {
				t.Error(err)
			}
		})
	}
}

// A check that is built in Go is judged by the same rules.
func TestFlawsOfABuiltCheck(t *testing.T) {
	for want, c := range map[string]Check{
		`check "a" has no probe`:              {ID: "a"},
		`check "a" has 2 probes`:              {ID: "a", Object: &ObjectProbe{Kind: "Pod", Name: "a"}, Absent: &AbsentProbe{Kind: "Pod", Name: "a"}},
		"object needs a name":                 {Object: &ObjectProbe{Kind: "Pod"}},
		"http needs a port":                   {HTTP: &HTTPProbe{Service: "a"}},
		`port "99999" must be a number`:       {HTTP: &HTTPProbe{Service: "a", Port: "99999"}},
		"match only works on objects":         {HTTP: &HTTPProbe{Service: "a", Port: "1"}, Match: map[string]any{}},
		"min is 2, more than max, 1":          {Objects: &ObjectsProbe{Kind: "Pod", Min: new(2), Max: new(1)}},
		"exec needs a command":                {Exec: &ExecProbe{PodChoice: PodChoice{Pod: "a"}}},
		`rollout doesn't support the kind ""`: {Rollout: &RolloutProbe{Name: "a"}},
	} {
		var texts []string
		for _, one := range c.flaws() {
			texts = append(texts, one.text)
		}
		if !strings.Contains(strings.Join(texts, "\n"), want) {
			t.Errorf("flaws %q, want one with %q", texts, want)
		}
	}
}
