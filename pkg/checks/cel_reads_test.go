package checks

import (
	"strings"
	"testing"
	"time"

	"github.com/kubectl-learn/kubectl-learn/pkg/checks/internal/ask"
	"github.com/kubectl-learn/kubectl-learn/pkg/checks/internal/kube"
)

// Nobody answers: no expression may pass, unless it asks why nobody does.
func TestNobodyAnswers(t *testing.T) {
	tests := map[string]Verdict{
		`!response.body.contains("error")`:                                  Failed,
		`response.status != 500`:                                            Failed,
		`!(response.status == 200)`:                                         Failed,
		`response.json == null`:                                             Failed,
		`response.headers == {}`:                                            Failed,
		`!("error" in response.headers)`:                                    Failed,
		`response.body == "" // error`:                                      Failed,
		`has(response.error) && response.status == 0`:                       Failed,
		`size(responses) == 1`:                                              Failed,
		`[{"error": 1}].all(error, error.error == 1)`:                       Failed,
		`response.seconds < 100.0`:                                          Failed,
		`true`:                                                              Failed,
		`response.error != ""`:                                              Passed,
		`response.error.contains("refused")`:                                Passed,
		`responses.all(r, r.error != "")`:                                   Passed,
		`responses.filter(r, r.status == 0)[0].error != ""`:                 Passed,
		`responses[0].error == "connection refused" && response.status < 1`: Passed,
	}
	pod := &kube.Object{Object: document(t, "{kind: Pod, apiVersion: v1, metadata: {name: web}, spec: {nodeName: n}, status: {phase: Running, conditions: [{type: Ready, status: \"True\"}]}}")}
	for expression, want := range tests {
		t.Run(expression, func(t *testing.T) {
			c := parsed(t, "- id: a\n  name: A\n  http: {pod: web, port: 80}\n  cel: |\n    "+expression)[0]
			s := observation{object: pod, reply: reply{answers: []ask.Answer{{Err: "connection refused"}}}}
			r := evaluate(t.Context(), c, s, time.Now())
			if r.Verdict != want || r.Verdict != Passed && r.Reason.IsZero() {
				t.Errorf("evaluate gave %s, %q; want %s", r.Verdict, r.Reason.EN, want)
			}
		})
	}
}

// A part that does not hold waits only where it reads what the cluster writes.
func TestConditionWaitsForTheCluster(t *testing.T) {
	const deployment = `{kind: Deployment, apiVersion: apps/v1,
  metadata: {name: web, generation: 1, labels: {status: a}},
  spec: {replicas: 1, status: b, template: {spec: {containers: [{name: status}]}}},
  data: {status: blue}, status: {observedGeneration: 1, conditions: []}}`
	tests := map[string]Verdict{
		`object.data.status == "green"`:                                                  Failed,
		`object.data["status"] == "green"`:                                               Failed,
		`object.spec.status == "c" && object.status.readyReplicas == 1`:                  Failed,
		`object.metadata.labels.status == "b"`:                                           Failed,
		`object.spec.template.spec.containers.exists(status, status.name == "web")`:      Failed,
		`object.spec.template.spec.containers.exists(c, c.name == "status of the pods")`: Failed,
		`object.spec.replicas == 3 // status`:                                            Failed,
		`object.status.readyReplicas == 1`:                                               Waiting,
		`object["status"]["readyReplicas"] == 1`:                                         Waiting,
		`has(object.status.readyReplicas)`:                                               Waiting,
		`"readyReplicas" in object.status`:                                               Waiting,
		`object.status.?readyReplicas.orValue(0) == 1`:                                   Waiting,
		`object.?status.?readyReplicas.orValue(0) == 1`:                                  Waiting,
		`object.status.conditions.exists(c, c.type == "Available")`:                      Waiting,
		`object["sta" + "tus"].readyReplicas == 1`:                                       Waiting,
		`[object].all(o, o.status.readyReplicas == 1)`:                                   Waiting,
		`object.spec.replicas == 1 && object.status.readyReplicas == 1`:                  Waiting,
		`object.spec.replicas == 3 || object.status.readyReplicas == 1`:                  Waiting,
	}
	for expression, want := range tests {
		t.Run(expression, func(t *testing.T) {
			c := parsed(t, "- id: a\n  name: A\n  object: {kind: Deployment, name: web}\n  cel: |\n    "+expression)[0]
			r := evaluate(t.Context(), c, observation{object: &kube.Object{Object: document(t, deployment)}}, time.Now())
			if r.Verdict != want {
				t.Errorf("evaluate gave %s, %q; want %s", r.Verdict, r.Reason.EN, want)
			}
		})
	}
}

// A command's exit code is told unless the expression asks for it itself.
func TestExitCodeIsTold(t *testing.T) {
	for expression, want := range map[string]string{
		`stdout.contains("exitCode")`:      "env exited with code 3",
		`stdout == "3" // exitCode`:        "env exited with code 3",
		`exitCode == 2`:                    "exitCode is 3, wanted 2",
		`stdout == "" && [exitCode] == []`: "[exitCode]",
	} {
		t.Run(expression, func(t *testing.T) {
			c := parsed(t, "- id: a\n  name: A\n  run: {command: env}\n  cel: |\n    "+expression)[0]
			out := &ask.Output{ExitCode: 3}
			out.Where.EN = "env"
			r := evaluate(t.Context(), c, observation{reply: reply{output: out}}, time.Now())
			if r.Verdict != Failed || !strings.Contains(r.Reason.EN, want) {
				t.Errorf("evaluate gave %s, %q; want failed, %q", r.Verdict, r.Reason.EN, want)
			}
		})
	}
}
