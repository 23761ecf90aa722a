package cluster

import (
	"errors"
	"testing"
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
