package node_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/kubectl-learn/kubectl-learn/internal/patience"
)

const mounted = `
apiVersion: v1
kind: ConfigMap
metadata: {name: texts}
data: {a: old, gone: soon}
---
apiVersion: v1
kind: PersistentVolume
metadata: {name: disk}
spec: {capacity: {storage: 1Gi}, accessModes: [ReadWriteOnce], storageClassName: manual, hostPath: {path: /mnt/disk}}
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: claim}
spec: {accessModes: [ReadWriteOnce], storageClassName: manual, resources: {requests: {storage: 1Gi}}}
---
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  terminationGracePeriodSeconds: 0
  containers:
  - name: web
    image: web:1.0
    volumeMounts:
    - {name: texts, mountPath: /texts}
    - {name: texts, mountPath: /part/a, subPath: a}
    - {name: texts, mountPath: /empty, subPath: nothing}
    - {name: later, mountPath: /later}
    - {name: host, mountPath: /host}
    - {name: disk, mountPath: /disk}
  volumes:
  - {name: texts, configMap: {name: texts}}
  - {name: later, configMap: {name: later, optional: true}}
  - {name: host, hostPath: {path: /data/deep, type: DirectoryOrCreate}}
  - {name: disk, persistentVolumeClaim: {claimName: claim}}
---
apiVersion: v1
kind: Pod
metadata: {name: wrong}
spec:
  containers: [{name: web, image: "web:1.0", volumeMounts: [{name: v, mountPath: /v}]}]
  volumes: [{name: v, hostPath: {path: /no/such, type: Directory}}]
`

// TestVolumes changes what a running pod has mounted.
func TestVolumes(t *testing.T) {
	ns := apply(t, mounted)
	must(t, "-n", ns, "wait", "--for=condition=Ready", "pod/web", "--timeout="+patience.Limit().String())
	read := func(path string) string {
		out, _, _ := kubectl(t, "-n", ns, "exec", "web", "--", "cat", path)
		return strings.TrimSpace(out)
	}
	must(t, "-n", ns, "patch", "configmap", "texts", "--type=json", `-p=[{"op":"remove","path":"/data/gone"},{"op":"replace","path":"/data/a","value":"new"}]`)
	must(t, "-n", ns, "create", "configmap", "later", "--from-literal=b=here")
	eventually(t, "the change in the mounted file", func() bool { return read("/texts/a") == "new" })
	eventually(t, "the optional file", func() bool { return read("/later/b") == "here" })
	if got := read("/texts/gone"); !strings.Contains(got, "no such file") {
		t.Errorf("a key that was taken away: %q", got)
	}
	if got := read("/part/a"); got != "old" {
		t.Errorf("a subPath changed to %q", got)
	}
	for file, place := range map[string]string{"/host/x": "data/deep/x", "/disk/y": "mnt/disk/y"} {
		must(t, "-n", ns, "exec", "web", "--", "touch", file)
		if _, err := os.Stat(filepath.Join(nodeDir, "host", place)); err != nil {
			t.Errorf("%s is not on the node's disk: %v", file, err)
		}
	}
	const want = `MountVolume.SetUp failed for volume "v" : hostPath type check failed: /no/such is not a directory`
	eventually(t, "the refused hostPath", func() bool { return strings.Contains(must(t, "-n", ns, "get", "events"), want) })
}
