package checks

import (
	"strings"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/kubectl-learn/kubectl-learn/pkg/checks/internal/kube"
	"github.com/kubectl-learn/kubectl-learn/pkg/checks/internal/timing"
)

const wantsMode = `
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  terminationGracePeriodSeconds: 1
  containers:
  - name: web
    image: busybox
    imagePullPolicy: IfNotPresent
    envFrom: [{configMapRef: {name: settings}}]
    command: [sh, -c, 'echo "mode is $MODE"; [ "$MODE" = on ] || exit 1; sleep 3600']
`

// TestMendedWaitsForItsTry fixes what made a pod crash while it waits for its next
// start: from then on nobody calls it failed.
func TestMendedWaitsForItsTry(t *testing.T) {
	t.Parallel()
	l := newLab(t, clusterConfig(t))
	l.create(t, "", "configmaps", "{apiVersion: v1, kind: ConfigMap, metadata: {name: settings}, data: {MODE: 'off'}}")
	l.create(t, "", "pods", wantsMode)
	w := l.watch(t, `- {id: web, name: Web, object: {kind: Pod, name: web}, cel: 'object.status.conditions.exists(c, c.type == "Ready" && c.status == "True")'}`)
	if r := w.until(t, Failed)[0]; !strings.Contains(r.Reason.EN, "container web in Pod web") {
		t.Errorf("reason %q", r.Reason.EN)
	}
	l.crashLoops(t)
	if _, err := l.resource("", "configmaps").Patch(t.Context(), "settings", types.MergePatchType, []byte(`{"data":{"MODE":"on"}}`), metav1.PatchOptions{}); err != nil {
		t.Fatal(err)
	}
	if r := w.until(t, Waiting)[0]; !strings.HasPrefix(r.Reason.EN, "container web in Pod web ended before ConfigMap settings was changed; it ") {
		t.Errorf("reason %q", r.Reason.EN)
	}
	for {
		select {
		case r := <-w.reports:
			if r[0].Verdict == Passed {
				return
			}
			if r[0].Verdict == Failed {
				t.Fatalf("fixed, and still failed: %s", r[0].Reason.EN)
			}
		case <-time.After(time.Minute):
			t.Fatal("the fixed pod was never ready")
		}
	}
}

// crashLoops waits until the pod waits for its next start, a second after its end:
// times of the API have whole seconds.
func (l lab) crashLoops(t *testing.T) {
	t.Helper()
	for {
		pod, err := l.resource("", "pods").Get(t.Context(), "web", metav1.GetOptions{})
		if err != nil {
			t.Fatal(err)
		}
		cs := kube.ContainerStatus(pod, "web")
		ended := kube.Time(cs, "lastState", "terminated", "finishedAt")
		if kube.Text(cs, "state", "waiting", "reason") == "CrashLoopBackOff" && time.Since(ended) > time.Second {
			return
		}
		if !timing.Pause(t.Context(), 50*time.Millisecond) {
			t.Fatal("the pod never waited for its next start")
		}
	}
}
