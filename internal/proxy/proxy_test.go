package proxy

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestSpareKeepsProxiesFromThisMachine(t *testing.T) {
	const own = "localhost,127.0.0.1,::1"
	for name, tt := range map[string]struct {
		env   []string
		hosts []string
		want  []string
	}{
		"no proxy": {
			env:  []string{"PATH=/bin", "http_proxy="},
			want: []string{"PATH=/bin", "http_proxy="},
		},
		"a proxy": {
			env:  []string{"https_proxy=http://p:1"},
			want: []string{"https_proxy=http://p:1", "no_proxy=" + own, "NO_PROXY=" + own},
		},
		"upper case": {
			env:  []string{"ALL_PROXY=socks5://p:1"},
			want: []string{"ALL_PROXY=socks5://p:1", "no_proxy=" + own, "NO_PROXY=" + own},
		},
		"what was said stays": {
			env:  []string{"http_proxy=http://p:1", "no_proxy=.corp.example, 10.0.0.0/8"},
			want: []string{"http_proxy=http://p:1", "no_proxy=.corp.example, 10.0.0.0/8", "no_proxy=.corp.example,10.0.0.0/8," + own, "NO_PROXY=.corp.example,10.0.0.0/8," + own},
		},
		"said twice": {
			env:  []string{"http_proxy=http://p:1", "no_proxy=a", "NO_PROXY=b,localhost"},
			want: []string{"http_proxy=http://p:1", "no_proxy=a", "NO_PROXY=b,localhost", "no_proxy=a," + own, "NO_PROXY=b,localhost,127.0.0.1,::1"},
		},
		"never any": {
			env:  []string{"http_proxy=http://p:1", "NO_PROXY=*"},
			want: []string{"http_proxy=http://p:1", "NO_PROXY=*", "no_proxy=*", "NO_PROXY=*"},
		},
		"a name for this machine": {
			env:   []string{"http_proxy=http://p:1"},
			hosts: []string{"kubernetes.docker.internal"},
			want:  []string{"http_proxy=http://p:1", "no_proxy=" + own + ",kubernetes.docker.internal", "NO_PROXY=" + own + ",kubernetes.docker.internal"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			before := append([]string(nil), tt.env...)
			if diff := cmp.Diff(tt.want, Spare(tt.env, tt.hosts...)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(before, tt.env); diff != "" {
				t.Errorf("it changed what it was given:\n%s", diff)
			}
		})
	}
}

func TestDropLeavesNoProxy(t *testing.T) {
	got := Drop([]string{"A=b", "HTTPS_PROXY=http://p", "http_proxy=http://p", "all_proxy=x", "no_proxy=a"})
	if diff := cmp.Diff([]string{"A=b", "no_proxy=a"}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestIsLoopback(t *testing.T) {
	for _, tt := range []struct {
		addresses []string
		want      bool
	}{
		{nil, false},
		{[]string{"127.0.0.1"}, true},
		{[]string{"127.0.0.1", "::1"}, true},
		{[]string{"127.0.0.1", "10.0.0.1"}, false},
		{[]string{"no address"}, false},
	} {
		if got := IsLoopback(tt.addresses); got != tt.want {
			t.Errorf("%v: %v", tt.addresses, got)
		}
	}
}
