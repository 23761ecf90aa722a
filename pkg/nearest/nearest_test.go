package nearest

import (
	"strings"
	"testing"
)

func TestName(t *testing.T) {
	tests := []struct{ name, from, want string }{
		{"docker2istio-app", "docker2istio-ap docker2istio-nginx", "docker2istio-ap"},
		{"Deploymnt", "DaemonSet Deployment Pod", "Deployment"},
		{"web", "web-config database", ""},
		{"redis", "docker2istio-redis other", "docker2istio-redis"},
		{"nginx", "redis", ""},
		{"ingres", "ingress ingress-nginx", "ingress"},
		{"ingres", "ingress-nginx ingress", "ingress"},
	}
	for _, tt := range tests {
		if got := Name(tt.name, strings.Fields(tt.from)); got != tt.want {
			t.Errorf("Name(%q) = %q, want %q", tt.name, got, tt.want)
		}
	}
}
