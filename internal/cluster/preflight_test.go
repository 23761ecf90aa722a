package cluster

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"testing"

	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/rest"

	"github.com/kubectl-learn/kubectl-learn/pkg/steps"
)

const (
	readyNode   = `{"metadata":{"name":"a"},"status":{"conditions":[{"type":"MemoryPressure","status":"False"},{"type":"Ready","status":"True"}]}}`
	lostNode    = `{"metadata":{"name":"b"},"status":{"conditions":[{"type":"Ready","status":"Unknown"}]}}`
	drainedNode = `{"metadata":{"name":"c"},"spec":{"unschedulable":true},"status":{"conditions":[{"type":"Ready","status":"True"}]}}`
	youngNode   = `{"metadata":{"name":"d"}}`
	headNode    = `{"metadata":{"name":"e"},"spec":{"taints":[{"key":"node-role.kubernetes.io/control-plane","effect":"NoSchedule"}]},"status":{"conditions":[{"type":"Ready","status":"True"}]}}`
	fencedNode  = `{"metadata":{"name":"f"},"spec":{"taints":[{"key":"a","effect":"PreferNoSchedule"},{"key":"team","value":"b","effect":"NoExecute"}]},"status":{"conditions":[{"type":"Ready","status":"True"}]}}`
	avoidedNode = `{"metadata":{"name":"g"},"spec":{"taints":[{"key":"spot","effect":"PreferNoSchedule"}]},"status":{"conditions":[{"type":"Ready","status":"True"}]}}`
)

// answers is an API server that responds from a table; everything else is forbidden.
func answers(t *testing.T, table map[string]string) *Cluster {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		body, ok := table[r.URL.Path]
		if !ok {
			w.WriteHeader(http.StatusForbidden)
			body = `{"kind":"Status","apiVersion":"v1","status":"Failure","reason":"Forbidden","code":403}`
		}
		if _, err := w.Write([]byte(body)); err != nil {
			t.Error(err)
		}
	}))
	t.Cleanup(server.Close)
	config := &rest.Config{Host: server.URL}
	client, err := dynamic.NewForConfig(config)
	if err != nil {
		t.Fatal(err)
	}
	return &Cluster{Context: "x", Server: server.URL, Config: config, client: client}
}

func nodes(items string) string {
	return `{"kind":"NodeList","apiVersion":"v1","items":[` + items + `]}`
}

func classes(items string) string {
	return `{"kind":"IngressClassList","apiVersion":"networking.k8s.io/v1","items":[` + items + `]}`
}

func TestPreflight(t *testing.T) {
	const nodesAt, classesAt = "/api/v1/nodes", "/apis/networking.k8s.io/v1/ingressclasses"
	needs := steps.Requires{Kubernetes: ">=1.30", Nodes: 2, Capabilities: []steps.Capability{steps.CapabilityIngress}}
	ingress := classes(`{"metadata":{"name":"nginx"}}`)
	for name, tt := range map[string]struct {
		version, nodes, classes string
		want                    string
	}{
		"all there":      {"v1.36.3", readyNode + "," + readyNode, ingress, ""},
		"a distribution": {"v1.30.4+k3s1", readyNode + "," + readyNode, ingress, ""},
		"older":          {"v1.29.9", readyNode + "," + readyNode, ingress, "the cluster runs Kubernetes v1.29.9, the lesson needs >=1.30"},
		"one node":       {"v1.36.3", readyNode, ingress, "the cluster has 1 nodes that take pods, the lesson needs 2"},
		"one that works": {"v1.36.3", readyNode + "," + lostNode + "," + drainedNode + "," + youngNode, ingress, "the cluster has 1 nodes that take pods, the lesson needs 2"},
		"tainted nodes":  {"v1.36.3", readyNode + "," + headNode + "," + fencedNode, ingress, "the cluster has 1 nodes that take pods, the lesson needs 2"},
		"an avoided one": {"v1.36.3", readyNode + "," + avoidedNode, ingress, ""},
		"no ingress":     {"v1.36.3", readyNode + "," + readyNode, classes(""), "the cluster lacks ingress, which the lesson needs"},
	} {
		t.Run(name, func(t *testing.T) {
			c := answers(t, map[string]string{
				"/version": `{"gitVersion":"` + tt.version + `"}`, nodesAt: nodes(tt.nodes), classesAt: tt.classes,
			})
			got := ""
			if err := c.Preflight(t.Context(), needs); err != nil {
				got = err.Error()
			}
			if got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

func TestPreflightTellsControllersApart(t *testing.T) {
	const traefik = `{"metadata":{"name":"traefik"},"spec":{"controller":"traefik.io/ingress-controller"}}`
	for name, tt := range map[string]struct {
		capability steps.Capability
		classes    string
		lacks      bool
	}{
		"any will do":         {steps.CapabilityIngress, traefik, false},
		"another one":         {steps.CapabilityIngressNginx, traefik, true},
		"among others":        {steps.CapabilityIngressNginx, traefik + `,{"metadata":{"name":"nginx"},"spec":{"controller":"k8s.io/ingress-nginx"}}`, false},
		"F5's, of that name":  {steps.CapabilityIngressNginx, `{"metadata":{"name":"nginx"},"spec":{"controller":"nginx.org/ingress-controller"}}`, true},
		"under another class": {steps.CapabilityIngressNginx, `{"metadata":{"name":"inner"},"spec":{"controller":"k8s.io/ingress-nginx"}}`, true},
	} {
		t.Run(name, func(t *testing.T) {
			c := answers(t, map[string]string{"/apis/networking.k8s.io/v1/ingressclasses": classes(tt.classes)})
			err := c.Preflight(t.Context(), steps.Requires{Capabilities: []steps.Capability{tt.capability}})
			if lacking, ok := errors.AsType[*IncapableError](err); ok != tt.lacks || ok && lacking.Capability != tt.capability {
				t.Errorf("got %v", err)
			}
		})
	}
}

func TestPreflightTakesWhatIsForbiddenToBeThere(t *testing.T) {
	c := answers(t, map[string]string{"/version": `{"gitVersion":"v1.36.3"}`})
	if err := c.Preflight(t.Context(), steps.Requires{Nodes: 3, Capabilities: []steps.Capability{steps.CapabilityIngress}}); err != nil {
		t.Error(err)
	}
}

func TestPreflightSaysWhichNodesAreMissing(t *testing.T) {
	c := answers(t, map[string]string{"/api/v1/nodes": nodes(readyNode)})
	few, ok := errors.AsType[*FewNodesError](c.Preflight(t.Context(), steps.Requires{Nodes: 3}))
	if !ok || few.Want != 3 || few.Have != 1 || few.Sandbox {
		t.Errorf("got %+v", few)
	}
}
