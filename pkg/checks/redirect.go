package checks

import (
	"context"
	"net/http"
	"net/url"
	"strings"
)

// follow sends one request, and goes on to where the backend itself redirects. It
// never leaves the backend: the requests carry the learner's credentials.
func (e *Engine) follow(ctx context.Context, h HTTPProbe, address string) (answer, error) {
	a, err := e.visit(ctx, h, address)
	for range h.Redirects {
		next, ok := redirected(a, h.Path)
		if err != nil || !ok {
			break
		}
		if a.status != http.StatusTemporaryRedirect && a.status != http.StatusPermanentRedirect && h.Method != http.MethodHead {
			h.Method, h.Body = http.MethodGet, ""
		}
		h.Path = next
		a, err = e.visit(ctx, h, proxyRoot(address)+next)
	}
	return a, err
}

// redirected is the path of the same backend that an answer leads to.
func redirected(a answer, from string) (string, bool) {
	if a.status < 300 || a.status > 399 || a.headers["Location"] == "" {
		return "", false
	}
	base, err := url.Parse(from)
	if err != nil {
		return "", false
	}
	to, err := base.Parse(a.headers["Location"])
	if err != nil || to.Host != "" {
		return "", false
	}
	return to.RequestURI(), true
}

// proxyRoot is the backend's place in the API server's proxy without a path.
func proxyRoot(address string) string {
	root, _, _ := strings.Cut(address, "/proxy/")
	return root + "/proxy"
}

// backendLocation takes back what the API server's proxy does to a redirect: it
// puts its own path before that of the backend.
func backendLocation(location string, asked *url.URL) string {
	to, err := url.Parse(location)
	root := proxyRoot(asked.Path)
	if err != nil || to.Host != "" && to.Host != asked.Host || !strings.HasPrefix(to.Path, root+"/") {
		return location
	}
	path := *to
	path.Scheme, path.Host, path.Path, path.RawPath = "", "", strings.TrimPrefix(to.Path, root), ""
	return path.String()
}
