package checks

import (
	"testing"
	"time"

	"github.com/kubectl-learn/kubectl-learn/pkg/checks/internal/kube"
	"github.com/kubectl-learn/kubectl-learn/pkg/checks/internal/why"
)

const silentPod = `
apiVersion: v1
kind: Pod
metadata: {name: web}
spec: {nodeName: n, containers: [{name: web}]}
status:
  phase: Running
  conditions: [{type: PodScheduled, status: "True"}, {type: Ready, status: "True"}]
  containerStatuses: [{name: web, ready: true, state: {running: {}}}]
`

func TestAPodThatDeclaresNoPorts(t *testing.T) {
	c := parsed(t, "[{id: a, name: A, http: {pod: web, port: http}}]")[0]
	r, found := backendObstacle(c, observation{object: &kube.Object{Object: document(t, silentPod)}, Surroundings: why.Surroundings{Around: recorded{}.around()}}, time.Now())
	want := `no container of Pod web has a port named "http": they declare no ports`
	if !found || r.verdict != Failed || r.reason.EN != want {
		t.Errorf("%s, %q; want %q", r.verdict, r.reason.EN, want)
	}
}
