package controlplane

import (
	"io"
	"log/slog"
	"net/http"
	"strings"
	"testing"

	"k8s.io/apiserver/pkg/authentication/user"
	"k8s.io/apiserver/pkg/endpoints/request"

	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/freespace"
)

func TestKeepRoom(t *testing.T) {
	const learner, kubelet = "kubernetes-admin", ownName
	tests := []struct {
		name, user         string
		info               request.RequestInfo
		plenty, low, empty bool // whether it is served
	}{
		{"reading", learner, request.RequestInfo{Verb: "list", Resource: "pods"}, true, true, true},
		{"creating", learner, request.RequestInfo{Verb: "create", Resource: "pods"}, true, false, false},
		{"changing", learner, request.RequestInfo{Verb: "patch", Resource: "deployments", APIGroup: "apps"}, true, false, false},
		{"deleting", learner, request.RequestInfo{Verb: "delete", Resource: "pods"}, true, true, false},
		{"exec", learner, request.RequestInfo{Verb: "create", Resource: "pods", Subresource: "exec"}, true, true, true},
		{"may I?", learner, request.RequestInfo{Verb: "create", Resource: "selfsubjectaccessreviews", APIGroup: "authorization.k8s.io"}, true, true, true},
		{"a node's status of a pod", kubelet, request.RequestInfo{Verb: "patch", Resource: "pods", Subresource: "status"}, true, true, false},
		{"a node's lease", kubelet, request.RequestInfo{Verb: "update", Resource: "leases", APIGroup: "coordination.k8s.io"}, true, true, false},
		{"an event", kubelet, request.RequestInfo{Verb: "create", Resource: "events"}, true, false, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			tt.info.IsResourceRequest = true
			for left, want := range map[int64]bool{freespace.ForCluster: tt.plenty, freespace.ForCluster - 1: tt.low, freespace.ForItself - 1: tt.empty} {
				k := &keepRoom{free: func() (int64, error) { return left, nil }, log: slog.New(slog.NewTextHandler(io.Discard, nil))}
				ctx := request.WithUser(request.WithRequestInfo(t.Context(), &tt.info), &user.DefaultInfo{Name: tt.user})
				r, err := http.NewRequestWithContext(ctx, http.MethodPost, "/", nil)
				if err != nil {
					t.Fatal(err)
				}
				got := k.refusal(r)
				if served := got == nil; served != want {
					t.Errorf("with %d bytes left: served %v, want %v", left, served, want)
				}
				if got != nil && !strings.Contains(got.Error(), "free some space") {
					t.Errorf("%v", got)
				}
			}
		})
	}
}
