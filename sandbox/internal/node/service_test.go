package node_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/kubectl-learn/kubectl-learn/internal/patience"
)

const served = `
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 3
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      terminationGracePeriodSeconds: 1
      containers: [{name: web, image: "web:1.0", ports: [{containerPort: 80, name: http}]}]
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {type: NodePort, selector: {app: web}, ports: [{port: 8080, targetPort: http}]}
---
apiVersion: v1
kind: Service
metadata: {name: headless}
spec: {clusterIP: None, selector: {app: web}, ports: [{port: 80}]}
---
apiVersion: v1
kind: Pod
metadata: {name: client}
spec: {terminationGracePeriodSeconds: 0, containers: [{name: client, image: "web:1.0", command: [sleep]}]}
`

func TestServices(t *testing.T) {
	ns := apply(t, served)
	must(t, "-n", ns, "rollout", "status", "deployment/web", "--timeout="+patience.Limit().String())
	must(t, "-n", ns, "wait", "--for=condition=Ready", "pod/client", "--timeout="+patience.Limit().String())
	vip := jsonpath(t, ns, "service/web", ".spec.clusterIP")
	fetch := func(url string) (string, string) {
		out, errs, _ := kubectl(t, "-n", ns, "exec", "client", "--", "fetch", url)
		return out, errs
	}
	client := jsonpath(t, ns, "pod/client", ".status.podIP")
	for _, host := range []string{vip + ":8080", "web:8080", "web." + ns + ":8080", "web." + ns + ".svc.cluster.local:8080", "headless"} {
		if out, errs := fetch("http://" + host); !strings.HasPrefix(out, "hello from web-") || !strings.Contains(out, " to "+client+":") {
			t.Errorf("%s: %q %q", host, out, errs)
		}
	}
	for url, want := range map[string]string{
		"http://nothing":          "no such host",
		"http://" + client + ":9": "connect: connection refused",
		"http://10.244.0.250":     "connect: no route to host",
	} {
		if _, errs := fetch(url); !strings.Contains(errs, want) {
			t.Errorf("%s: %q, want %q", url, errs, want)
		}
	}
	if out, errs := fetch("https://kubernetes.default/version"); !strings.Contains(errs, "certificate") {
		t.Errorf("the API server from a pod: %q %q", out, errs)
	}
	if got := must(t, "get", "--raw", "/api/v1/namespaces/"+ns+"/services/web:8080/proxy/"); !strings.HasPrefix(got, "hello from web-") {
		t.Errorf("service proxy: %q", got)
	}
	nodePort(t, ns)
}

func nodePort(t *testing.T, ns string) {
	t.Helper()
	url := "http://127.0.0.1:" + jsonpath(t, ns, "service/web", ".spec.ports[0].nodePort")
	seen := map[string]bool{}
	for range 40 {
		m := regexp.MustCompile(`from (web-\S+) to 10\.244\.0\.1:`).FindStringSubmatch(get(t, url))
		if m == nil {
			t.Fatalf("node port: %q", get(t, url))
		}
		seen[m[1]] = true
	}
	if len(seen) != 3 {
		t.Errorf("40 visits reached %v", seen)
	}
	must(t, "-n", ns, "scale", "deployment/web", "--replicas=0")
	eventually(t, "the node port to refuse", func() bool { return strings.Contains(get(t, url), "connection refused") })
}
