package play

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestUnchangeable reads what kubectl 1.36 prints.
func TestUnchangeable(t *testing.T) {
	const deployment = `Error from server (Invalid): error when applying patch:
{"spec":{"selector":{"matchLabels":{"a":"2"}}}}
to:
Resource: "apps/v1, Resource=deployments", GroupVersionKind: "apps/v1, Kind=Deployment"
Name: "web", Namespace: "t"
for: "e.yaml": error when patching "e.yaml": Deployment.apps "web" is invalid: spec.selector: Invalid value: {"matchLabels":{"a":"2"}}: field is immutable
`
	const pod = `Error from server (Invalid): error when applying patch:
{"spec":{"containers":[{"command":["x"],"name":"c"}]}}
to:
Resource: "/v1, Resource=pods", GroupVersionKind: "/v1, Kind=Pod"
Name: "p", Namespace: "t"
for: "e.yaml": error when patching "e.yaml": Pod "p" is invalid: spec: Forbidden: pod updates may not change fields other than ` + "`spec.containers[*].image`" + `
`
	const replicas = `The Deployment "few" is invalid: spec.replicas: Invalid value: -1: must be greater than or equal to 0
`
	for said, want := range map[string][]string{
		"":                                       nil,
		deployment:                               {"Deployment web"},
		deployment + pod:                         {"Deployment web", "Pod p"},
		replicas:                                 nil,
		replicas + pod:                           {"Pod p"},
		pod + replicas:                           {"Pod p"},
		"deployment.apps/web configured\n" + pod: {"Pod p"},
		"The RoleBinding \"r\" is invalid: roleRef: Invalid value: {}: cannot change roleRef":                                           {"RoleBinding r"},
		"The StatefulSet \"s\" is invalid: spec: Forbidden: updates to statefulset spec for fields other than 'replicas' are forbidden": {"StatefulSet s"},
		"The ConfigMap \"c\" is invalid: data: Forbidden: field is immutable when `immutable` is set":                                   {"ConfigMap c"},
		replicas + "Error from server (Invalid): error when applying patch:\n{\"data\":{\"say\":\"immutable\"}}":                        nil,
		`Error from server (Forbidden): deployments.apps "web" is forbidden: User "a" cannot patch it`:                                  nil,
		"The connection to the server 127.0.0.1:1 was refused - did you specify the right host or port?":                                nil,
	} {
		if diff := cmp.Diff(want, unchangeable(said)); diff != "" {
			t.Errorf("%s\n(-want +got):\n%s", said, diff)
		}
	}
}
