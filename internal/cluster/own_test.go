package cluster

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"testing"

	"k8s.io/client-go/rest"
)

func TestOwnNameIsOneThatAProxyWouldBeAskedFor(t *testing.T) {
	by := func(*http.Request) (*url.URL, error) { return &url.URL{Scheme: "http", Host: "proxy:3128"}, nil }
	names := map[string][]string{
		"kubernetes.docker.internal": {"127.0.0.1"},
		"api.example.com":            {"203.0.113.1"},
	}
	lookup := func(_ context.Context, host string) ([]string, error) {
		if names[host] == nil {
			return nil, errors.New("no such host")
		}
		return names[host], nil
	}
	for name, tt := range map[string]struct {
		config rest.Config
		proxy  func(*http.Request) (*url.URL, error)
		want   string
	}{
		"Docker Desktop":     {rest.Config{Host: "https://kubernetes.docker.internal:6443"}, by, "kubernetes.docker.internal"},
		"elsewhere":          {rest.Config{Host: "https://api.example.com"}, by, ""},
		"nowhere":            {rest.Config{Host: "https://missing.example.com"}, by, ""},
		"an address":         {rest.Config{Host: "https://192.168.49.2:8443"}, by, ""},
		"no proxy for it":    {rest.Config{Host: "https://kubernetes.docker.internal:6443"}, noProxy, ""},
		"its own, proxy-url": {rest.Config{Host: "https://kubernetes.docker.internal:6443", Proxy: by}, noProxy, ""},
	} {
		t.Run(name, func(t *testing.T) {
			if got := (network{proxy: tt.proxy, lookup: lookup}).ownName(t.Context(), &tt.config); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}
