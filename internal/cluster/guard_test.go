package cluster

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"
)

func TestGuardReadsNames(t *testing.T) {
	for _, tt := range []struct {
		context, server string
		refused         bool
	}{
		{"minikube", "https://127.0.0.1:8443", false},
		{"kind-products", "https://127.0.0.1:1", false},
		{"reproduction", "https://127.0.0.1:1", false},
		{"acme-prod", "https://10.0.0.1", true},
		{"PROD", "https://10.0.0.1", true},
		{"team/production/eu", "https://10.0.0.1", true},
		{"eu-1", "https://api.live.example.com", true},
	} {
		t.Run(tt.context, func(t *testing.T) {
			c := &Cluster{Context: tt.context, Server: tt.server}
			sign := c.productionName()
			if (sign != "") != tt.refused {
				t.Errorf("sign %q, want refused %v", sign, tt.refused)
			}
		})
	}
}

func TestGuardLeavesTheSandboxAlone(t *testing.T) {
	if err := (&Cluster{Server: "https://prod"}).Guard(t.Context()); err != nil {
		t.Error(err)
	}
	_, refused := errors.AsType[*ProductionError]((&Cluster{Context: "x-prod"}).Guard(t.Context()))
	if !refused {
		t.Error("a context named like production was not refused")
	}
}

// page is a list of n objects in namespace, and the token of the page after it.
func page(namespace string, n int, next string) string {
	items := make([]string, n)
	for i := range items {
		items[i] = fmt.Sprintf(`{"metadata":{"name":"o%d","namespace":%q}}`, i, namespace)
	}
	return fmt.Sprintf(`{"kind":"PartialObjectMetadataList","apiVersion":"meta.k8s.io/v1","metadata":{"continue":%q},"items":[%s]}`, next, strings.Join(items, ","))
}

func TestGuardCounts(t *testing.T) {
	few := page("", 3, "")
	for name, tt := range map[string]struct {
		nodes, pods http.HandlerFunc
		want        string
	}{
		"small":           {says(few), says(page("shop", 100, "")), ""},
		"many nodes":      {says(page("", 11, "")), says(page("", 0, "")), `context "x" looks like production: it has more than 10 nodes`},
		"many pods":       {says(few), says(page("shop", 101, "")), `context "x" looks like production: it runs more than 100 pods outside kube-system`},
		"its own pods":    {says(few), says(page("kube-system", 400, "")), ""},
		"on a later page": {says(few), pages(page("kube-system", 500, "2"), page("shop", 60, "3"), page("shop", 60, "")), `context "x" looks like production: it runs more than 100 pods outside kube-system`},
		"forbidden":       {refuses(http.StatusForbidden, "Forbidden"), refuses(http.StatusForbidden, "Forbidden"), ""},
		"nodes forbidden": {refuses(http.StatusForbidden, "Forbidden"), says(page("shop", 101, "")), `context "x" looks like production: it runs more than 100 pods outside kube-system`},
		"time-out there":  {refuses(http.StatusGatewayTimeout, "Timeout"), says(few), `failed to find out whether context "x" is production: failed to count nodes: refused`},
		"not logged in":   {refuses(http.StatusUnauthorized, "Unauthorized"), says(few), `failed to find out whether context "x" is production: failed to count nodes: refused`},
		"pods fail":       {says(few), refuses(http.StatusInternalServerError, "InternalError"), `failed to find out whether context "x" is production: failed to count pods: refused`},
		"no answer":       {says(few), hangs, `failed to find out whether context "x" is production: no response within 200ms`},
	} {
		t.Run(name, func(t *testing.T) {
			c := fakeAPI(t, map[string]http.HandlerFunc{"/api/v1/nodes": tt.nodes, "/api/v1/pods": tt.pods})
			limit := guardTimeout
			if name == "no answer" {
				limit = 200 * time.Millisecond
			}
			got := ""
			if err := c.guard(t.Context(), limit); err != nil {
				got = err.Error()
			}
			if got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

func TestGuardEndsWhenItIsInterrupted(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	c := fakeAPI(t, map[string]http.HandlerFunc{"/api/v1/nodes": func(w http.ResponseWriter, r *http.Request) {
		cancel()
		hangs(w, r)
	}})
	if err := c.Guard(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}
