package ask

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/kubectl-learn/kubectl-learn/pkg/checks/internal/kube"
	"github.com/kubectl-learn/kubectl-learn/pkg/checks/internal/words"
)

// follow sends one request, and goes on to where the backend itself redirects. It
// never leaves the backend: the requests carry the learner's credentials.
func (c *Client) follow(ctx context.Context, h Request, to Backend, address string) (Answer, error) {
	a, err := c.visit(ctx, h, address)
	for range h.Redirects {
		next, ok := redirected(a, h.Path)
		if err != nil || !ok {
			break
		}
		if !to.same(h, next, c.base.Hostname()) {
			a.Strayed = true
			break
		}
		if a.Status != http.StatusTemporaryRedirect && a.Status != http.StatusPermanentRedirect && h.Method != http.MethodHead {
			h.Method, h.Body = http.MethodGet, ""
		}
		h.Path = next.RequestURI()
		a, err = c.visit(ctx, h, proxyRoot(address)+h.Path)
	}
	return a, err
}

// redirected is where an answer leads.
func redirected(a Answer, from string) (*url.URL, bool) {
	if a.Status < 300 || a.Status > 399 || a.Headers["Location"] == "" {
		return nil, false
	}
	base, err := url.Parse(from)
	if err != nil {
		return nil, false
	}
	to, err := base.Parse(a.Headers["Location"])
	return to, err == nil
}

// same reports that a URL leads to the backend itself: under one of its names, or
// the one that it was asked by, and on the port that is asked. The API server's
// proxy takes back only what names the very address that it asked.
func (b Backend) same(h Request, to *url.URL, apiHost string) bool {
	if to.Host == "" {
		return true
	}
	scheme, port := "http", "80"
	if h.HTTPS {
		scheme, port = "https", "443"
	}
	if to.Scheme != "" && to.Scheme != scheme {
		return false
	}
	asked := headerOf(h.Headers, "Host")
	if asked == to.Host {
		return true
	}
	if to.Port() != "" {
		port = to.Port()
	}
	return port == b.port(h) && b.called(h, to.Hostname(), hostOnly(asked), apiHost)
}

// port is the number of the port that is asked.
func (b Backend) port(h Request) string {
	if h.Service == "" {
		return kube.PortNumber(b.Pod, h.Port)
	}
	if b.Service != nil {
		if p := kube.ServicePort(b.Service, h.Port); p != nil {
			return words.Plain(p["port"])
		}
	}
	return h.Port
}

// called reports that a host is one of the backend's names. Without a header Host
// of the author's it takes itself for the API server's.
func (b Backend) called(h Request, host, asked, apiHost string) bool {
	names := []string{asked}
	if asked == "" {
		names = []string{apiHost}
	}
	if b.Pod != nil {
		names = append(names, kube.Text(b.Pod.Object, "status", "podIP"))
	}
	if b.Service != nil {
		names = append(names, kube.Text(b.Service.Object, "spec", "clusterIP"))
	}
	if h.Service != "" {
		full := h.Service + "." + b.Namespace
		names = append(names, h.Service, full, full+".svc")
		if strings.HasPrefix(host, full+".svc.") {
			return true
		}
	}
	return host != "" && slices.Contains(names, host)
}

func headerOf(headers map[string]string, name string) string {
	for k, v := range headers {
		if http.CanonicalHeaderKey(k) == name {
			return v
		}
	}
	return ""
}

// hostOnly is a host without its port.
func hostOnly(host string) string { return (&url.URL{Host: host}).Hostname() }

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
