package daemon

import (
	"slices"
	"testing"
)

func TestDaemonAsksNoProxy(t *testing.T) {
	got := daemonEnv([]string{"PATH=/bin", "http_proxy=http://p:1", "HTTPS_PROXY=http://p:1"})
	if want := []string{"PATH=/bin", "KUBECTL_LEARN_LANG=en"}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}
