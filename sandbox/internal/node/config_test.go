package node_test

import (
	"strings"
	"testing"

	"github.com/kubectl-learn/kubectl-learn/internal/patience"
)

const configured = `
apiVersion: v1
kind: ConfigMap
metadata: {name: texts}
data: {greeting: "good day", other: "x"}
---
apiVersion: v1
kind: Secret
metadata: {name: hidden}
stringData: {password: opensesame}
---
apiVersion: v1
kind: Pod
metadata: {name: web, labels: {app: web}}
spec:
  terminationGracePeriodSeconds: 0
  initContainers:
  - {name: first, image: "web:1.0", command: [touch, /shared/made], volumeMounts: [{name: shared, mountPath: /shared}]}
  containers:
  - name: web
    image: web:1.0
    env:
    - {name: NODE, valueFrom: {fieldRef: {fieldPath: spec.nodeName}}}
    - {name: IP, valueFrom: {fieldRef: {fieldPath: status.podIP}}}
    - {name: TEXT, valueFrom: {configMapKeyRef: {name: texts, key: greeting}}}
    - {name: BOTH, value: "$(TEXT) $(NODE)"}
    envFrom: [{secretRef: {name: hidden}, prefix: SECRET_}]
    volumeMounts:
    - {name: texts, mountPath: /etc/greeting, subPath: greeting}
    - {name: texts, mountPath: /texts}
    - {name: shared, mountPath: /shared}
    - {name: labels, mountPath: /labels}
  volumes:
  - {name: texts, configMap: {name: texts}}
  - {name: shared, emptyDir: {}}
  - {name: labels, downwardAPI: {items: [{path: labels, fieldRef: {fieldPath: metadata.labels}}]}}
`

func TestConfiguration(t *testing.T) {
	ns := apply(t, configured)
	must(t, "-n", ns, "wait", "--for=condition=Ready", "pod/web", "--timeout="+patience.Limit().String())
	ip := jsonpath(t, ns, "pod/web", ".status.podIP")
	if got := must(t, "get", "--raw", "/api/v1/namespaces/"+ns+"/pods/web:80/proxy/"); !strings.HasPrefix(got, "good day from web to 10.244.0.1:") {
		t.Errorf("page: %q", got)
	}
	env := must(t, "-n", ns, "exec", "web", "--", "env")
	for _, want := range []string{
		"NODE=sandbox-1", "IP=" + ip, "TEXT=good day", "BOTH=good day sandbox-1", "SECRET_password=opensesame",
		"COLOUR=blue", "KUBERNETES_SERVICE_HOST=10.96.0.1", "HOSTNAME=web",
	} {
		if !strings.Contains("\n"+env, "\n"+want+"\n") {
			t.Errorf("no %s in\n%s", want, env)
		}
	}
	files := must(t, "-n", ns, "exec", "web", "--", "cat", "/texts/other", "/labels/labels", "/shared/made",
		"/var/run/secrets/kubernetes.io/serviceaccount/namespace")
	if want := "x\napp=\"web\"\n\n" + ns + "\n"; files != want {
		t.Errorf("files %q, want %q", files, want)
	}
	if token := must(t, "-n", ns, "exec", "web", "--", "cat", "/var/run/secrets/kubernetes.io/serviceaccount/token"); strings.Count(token, ".") != 2 {
		t.Errorf("token %q", token)
	}
	if _, errs, _ := kubectl(t, "-n", ns, "exec", "web", "--", "touch", "/texts/new"); !strings.Contains(errs, "read-only file system") {
		t.Errorf("writing into a ConfigMap: %q", errs)
	}
	if got := jsonpath(t, ns, "pod/web", ".status.initContainerStatuses[0].state.terminated.reason"); got != "Completed" {
		t.Errorf("init container: %q", got)
	}
}

func TestMissingConfiguration(t *testing.T) {
	ns := apply(t, `
apiVersion: v1
kind: Pod
metadata: {name: mount}
spec:
  containers: [{name: app, image: "web:1.0", volumeMounts: [{name: texts, mountPath: /texts}]}]
  volumes: [{name: texts, configMap: {name: absent}}]
---
apiVersion: v1
kind: Pod
metadata: {name: env}
spec:
  containers: [{name: app, image: "web:1.0", envFrom: [{configMapRef: {name: absent}}]}]
`)
	eventually(t, "CreateContainerConfigError", func() bool {
		return jsonpath(t, ns, "pod/env", ".status.containerStatuses[0].state.waiting.reason") == "CreateContainerConfigError"
	})
	if got := jsonpath(t, ns, "pod/env", ".status.containerStatuses[0].state.waiting.message"); got != `configmap "absent" not found` {
		t.Errorf("message %q", got)
	}
	eventually(t, "FailedMount", func() bool {
		return strings.Contains(must(t, "-n", ns, "get", "events"), `MountVolume.SetUp failed for volume "texts" : configmap "absent" not found`)
	})
	if got := jsonpath(t, ns, "pod/mount", ".status.containerStatuses[0].state.waiting.reason"); got != "ContainerCreating" {
		t.Errorf("waiting reason %q", got)
	}
	must(t, "-n", ns, "create", "configmap", "absent", "--from-literal=a=b")
	must(t, "-n", ns, "wait", "--for=condition=Ready", "pod", "--all", "--timeout="+patience.Limit().String())
}
