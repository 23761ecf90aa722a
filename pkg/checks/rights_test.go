package checks

import (
	"fmt"
	"strings"
	"testing"

	"k8s.io/client-go/rest"
)

// allowed lets a user do no more in the lab's namespace than what is said as
// "verbs resources" pairs, and returns an engine for that user.
func (l lab) allowed(t *testing.T, user string, rules ...string) *Engine {
	t.Helper()
	var list []string
	for _, rule := range rules {
		verbs, resources, _ := strings.Cut(rule, " ")
		list = append(list, fmt.Sprintf("{apiGroups: ['', apps, discovery.k8s.io], verbs: [%s], resources: [%s]}", verbs, resources))
	}
	l.create(t, "rbac.authorization.k8s.io", "roles", fmt.Sprintf("{apiVersion: rbac.authorization.k8s.io/v1, kind: Role, metadata: {name: %s}, rules: [%s]}", user, strings.Join(list, ", ")))
	l.create(t, "rbac.authorization.k8s.io", "rolebindings", fmt.Sprintf("{apiVersion: rbac.authorization.k8s.io/v1, kind: RoleBinding, metadata: {name: %s}, "+
		"roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: %[1]s}, subjects: [{apiGroup: rbac.authorization.k8s.io, kind: User, name: %[1]s}]}", user))
	cfg := rest.CopyConfig(clusterConfig(t))
	cfg.Impersonate.UserName = user
	engine, err := NewEngine(cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(engine.Close)
	return engine
}

// A right that is missing where it decides makes a check unknown, and is named. A
// right that is missing where it only explains changes no verdict.
func TestMissingRightsAreUnknown(t *testing.T) {
	l := newLab(t, clusterConfig(t))
	l.create(t, "apps", "deployments", webDeployment)
	l.create(t, "", "services", "{apiVersion: v1, kind: Service, metadata: {name: web}, spec: {selector: {app: web}, ports: [{port: 80}]}}")
	const (
		byHTTP = "http: {service: web, port: 80}"
	)
	everything := []string{"'*' '*'"}
	read := []string{"get,list,watch pods,services,deployments,replicasets,controllerrevisions"}
	noPods := []string{"get,list,watch services,deployments,replicasets", "get,create services/proxy,pods/proxy,pods/log,pods/exec"}
	noSets := []string{"get,list,watch services,deployments,pods", "get,create services/proxy,pods/proxy,pods/log,pods/exec"}
	tests := []struct {
		name  string
		rules []string
		src   string
		want  Verdict
		// right is what the reason must name, with the namespace.
		right string
	}{
		{"http", everything, byHTTP, Passed, ""},
		{"http, no pods", noPods, byHTTP, Passed, ""},
		{"http, no proxy", read, byHTTP, Unknown, "get services/proxy"},
		{"http post, no proxy", read, "http: {service: web, port: 80, method: POST}", Unknown, "create services/proxy"},
		{"http by pods, no proxy", read, "http: {selector: app=web, port: 80}", Unknown, "get pods/proxy"},
		{"http by deployment", everything, "http: {deployment: web, port: 80}", Passed, ""},
		{"http by deployment, no pods", noPods, "http: {deployment: web, port: 80}", Unknown, "list pods"},
		{"http by deployment, no sets", noSets, "http: {deployment: web, port: 80}", Unknown, "list replicasets"},
		{"http by pods, no pods", noPods, "http: {selector: app=web, port: 80}", Unknown, "list pods"},
		{"logs by deployment, no pods", noPods, "logs: {deployment: web}\n  cel: log == log", Unknown, "list pods"},
		{"logs, no log", read, "logs: {deployment: web}\n  cel: log == log", Unknown, "get pods/log"},
		{"exec", everything, "exec: {deployment: web, command: [cat, /etc/hostname]}", Passed, ""},
		{"exec by deployment, no pods", noPods, "exec: {deployment: web, command: [cat, /etc/hostname]}", Unknown, "list pods"},
		{"exec, no exec", read, "exec: {deployment: web, command: [cat, /etc/hostname]}", Unknown, "create pods/exec"},
		{"exec of nothing, no pods", noPods, "exec: {deployment: wbe, command: [ls]}", Failed, ""},
		{"rollout, no sets", noSets, "rollout: {name: web}\n  cel: revision.number == 1", Unknown, "list replicasets"},
		{"rollout, no sets needed", noSets, "rollout: {name: web}", Passed, ""},
	}
	w := l.watch(t, "- {id: ready, name: Ready, rollout: {name: web}}")
	w.until(t, Passed)
	for i, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			one := l
			one.engine = l.allowed(t, fmt.Sprintf("learner-%d", i), tt.rules...)
			src := "- id: a\n  name: A\n  " + tt.src
			results := one.watch(t, src).until(t, tt.want)
			looked, err := one.engine.Look(t.Context(), l.namespace, parsed(t, src))
			if err != nil {
				t.Fatal(err)
			}
			for how, r := range map[string]Result{"Watch": results[0], "Look": looked[0]} {
				want := "can't " + tt.right + " in namespace " + l.namespace
				if r.Verdict != tt.want || tt.right != "" && !strings.Contains(r.Reason.EN, want) {
					t.Errorf("%s gave %s, %q; want %s, %q", how, r.Verdict, r.Reason.EN, tt.want, want)
				}
				if tt.right != "" && !strings.Contains(r.Reason.ZH, tt.right) {
					t.Errorf("%s gave %q", how, r.Reason.ZH)
				}
			}
		})
	}
}

// nginxConf answers with what looks like words of the API server, redirects as
// nginx does, and cuts the response short.
const nginxConf = `
apiVersion: v1
kind: ConfigMap
metadata: {name: conf}
data:
  default.conf: |
    server {
      listen 8080;
      location = /status { default_type application/json; return 503 '{"kind":"Status","apiVersion":"v1","status":"Failure","reason":"ServiceUnavailable","code":503,"message":"my own"}'; }
      location = /denied { default_type application/json; return 403 '{"kind":"Status","apiVersion":"v1","status":"Failure","reason":"Forbidden","code":403,"message":"my own"}'; }
      location = /words { return 503 "error trying to reach service: mine"; }
      location = /old { return 301 /new; }
      location = /new { return 200 "arrived"; }
    }
`

const nginxPod = `
apiVersion: v1
kind: Pod
metadata: {name: odd, labels: {app: odd}}
spec:
  terminationGracePeriodSeconds: 1
  containers:
  - {name: nginx, image: nginx, ports: [{name: http, containerPort: 8080}], volumeMounts: [{name: conf, mountPath: /etc/nginx/conf.d}]}
  volumes: [{name: conf, configMap: {name: conf}}]
`

// What a backend does wrong is failed, whatever it looks like.
func TestBackendsFaultsAreFailed(t *testing.T) {
	l := newLab(t, clusterConfig(t))
	l.create(t, "", "configmaps", nginxConf)
	l.create(t, "", "pods", nginxPod)
	for name, port := range map[string]int{"same": 8080, "other": 80} {
		l.create(t, "", "services", fmt.Sprintf("{apiVersion: v1, kind: Service, metadata: {name: %s}, spec: {selector: {app: odd}, ports: [{name: web, port: %d, targetPort: 8080}]}}", name, port))
	}
	w := l.watch(t, "- {id: ready, name: Ready, http: {service: same, port: 8080, path: /new}}")
	w.until(t, Passed)
	tests := map[string]struct {
		src     string
		verdict Verdict
		reason  string
	}{
		"a Status":            {"http: {service: same, port: 8080, path: /status}", Failed, "returned 503"},
		"a Status, read":      {"http: {service: same, port: 8080, path: /status}\n  cel: response.status == 503 && response.json.message == 'my own'", Passed, ""},
		"a Status, forbidden": {"http: {service: same, port: 8080, path: /denied}", Failed, "returned 403"},
		"the proxy's words":   {"http: {service: same, port: 8080, path: /words}\n  cel: response.body.contains('mine')", Passed, ""},
		"nobody listens":      {"http: {pod: odd, port: 81}", Failed, "nothing listens on port 81"},
		"no such port":        {"http: {service: same, port: nope}", Failed, "Service same has no port nope"},
		"no such port's name": {"http: {pod: odd, port: nope}", Failed, `no container of Pod odd has a port named "nope" (8080 (http))`},
		"the port's name":     {"http: {pod: odd, port: http, path: /new}", Passed, ""},
		"a redirect":          {"http: {service: same, port: web, path: /old, redirects: 2}\n  cel: response.status == 200 && response.body == 'arrived'", Passed, ""},
		"a redirect, by pod":  {"http: {pod: odd, port: http, path: /old, redirects: 2}\n  cel: response.body == 'arrived'", Passed, ""},
		"a redirect away": {
			"http: {service: other, port: web, path: /old, redirects: 2}\n  cel: response.status == 200", Failed,
			"response.status is 301, wanted 200; the redirect to http://127.0.0.1:8080/new wasn't followed: it doesn't lead to service other, port web",
		},
		"no such program": {"exec: {pod: odd, command: [no-such-program]}", Failed, "the container of Pod odd has no program no-such-program"},
		"no program":      {"exec: {pod: odd, command: [/etc/nginx/conf.d/default.conf]}", Failed, "permission denied"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			results, err := l.engine.Look(t.Context(), l.namespace, parsed(t, "- id: a\n  name: A\n  grace: 0s\n  "+tt.src))
			if err != nil {
				t.Fatal(err)
			}
			if r := results[0]; r.Verdict != tt.verdict || !strings.Contains(r.Reason.EN, tt.reason) {
				t.Errorf("%s, %q; want %s, %q", r.Verdict, r.Reason.EN, tt.verdict, tt.reason)
			}
		})
	}
}
