package ingress

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"os"
	"strings"
	"sync/atomic"
	"time"
)

// Patience with a backend, as ingress-nginx has it by default.
const (
	connectTimeout  = 5 * time.Second
	responseTimeout = 60 * time.Second
	// tries is how many endpoints are tried for one request
	// (proxy-next-upstream-tries).
	tries = 3
)

// handler answers requests according to the current table.
type handler struct {
	current  atomic.Pointer[table]
	backends func(namespace, service, port string) []string
	proxy    *httputil.ReverseProxy
	turn     atomic.Uint64
}

// choice carries the decision about a request to the transport.
type choice struct {
	endpoints []string
	location  location
	uri       string
}

type choiceKey struct{}

func newHandler(dial func(ctx context.Context, network, address string) (net.Conn, error), backends func(namespace, service, port string) []string) *handler {
	h := &handler{backends: backends}
	h.current.Store(build(nil))
	transport := &http.Transport{
		DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
			ctx, cancel := context.WithTimeout(ctx, connectTimeout)
			defer cancel()
			return dial(ctx, network, address)
		},
		ResponseHeaderTimeout: responseTimeout, DisableCompression: true, IdleConnTimeout: responseTimeout, MaxIdleConnsPerHost: 64,
	}
	h.proxy = &httputil.ReverseProxy{
		Rewrite: rewrite, Transport: &nextTransport{transport}, FlushInterval: -1, ErrorHandler: failed,
		ModifyResponse: func(r *http.Response) error {
			r.Header.Del("Server") // nginx hides a backend's, and ingress-nginx its own
			return nil
		},
		ErrorLog: log.New(io.Discard, "", 0), // clients that go away, mostly
	}
	return h
}

func (h *handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	t := h.current.Load()
	uri := normalize(r.URL.Path)
	l, ok := t.siteOf(r.Host).find(uri)
	if !ok || l.to == (backend{}) {
		page(w, http.StatusNotFound)
		return
	}
	if l.bodySize > 0 && r.ContentLength > l.bodySize {
		page(w, http.StatusRequestEntityTooLarge)
		return
	}
	endpoints := h.backends(l.to.namespace, l.to.service, l.to.port)
	if len(endpoints) == 0 {
		page(w, http.StatusServiceUnavailable)
		return
	}
	if beside := t.canaries[l.to]; beside.canary != nil && beside.takes(r) {
		if others := h.backends(beside.namespace, beside.service, beside.port); len(others) > 0 {
			endpoints = others
		}
	}
	if l.bodySize > 0 {
		r.Body = http.MaxBytesReader(w, r.Body, l.bodySize)
	}
	first := int(h.turn.Add(1) % uint64(len(endpoints)))
	c := &choice{append(append([]string(nil), endpoints[first:]...), endpoints[:first]...), l, uri}
	// An answer may begin before the request's body has ended, which package
	// net/http would cut short.
	_ = http.NewResponseController(w).EnableFullDuplex()
	h.proxy.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), choiceKey{}, c)))
}

// rewrite builds the request for the backend, with ingress-nginx's headers.
func rewrite(p *httputil.ProxyRequest) {
	c, _ := p.In.Context().Value(choiceKey{}).(*choice)
	p.Out.URL = &url.URL{Scheme: "http", Host: c.endpoints[0], Path: p.In.URL.Path, RawPath: p.In.URL.RawPath, RawQuery: p.In.URL.RawQuery}
	if uri, query, ok := c.location.target(c.uri, p.In.URL.RawQuery); ok {
		p.Out.URL.Path, p.Out.URL.RawPath, p.Out.URL.RawQuery = uri, "", query
	}
	p.Out.Host = p.In.Host
	client, _, _ := net.SplitHostPort(p.In.RemoteAddr)
	h := p.Out.Header
	h.Del("Proxy")
	if before := p.In.Header.Get("X-Forwarded-For"); before != "" {
		h.Set("X-Original-Forwarded-For", before)
	}
	id := p.In.Header.Get("X-Request-Id")
	if id == "" {
		id = requestID()
	}
	for name, value := range map[string]string{
		"X-Request-Id": id, "X-Real-Ip": client, "X-Forwarded-For": client, "X-Forwarded-Host": p.In.Host, "X-Forwarded-Port": "80",
		"X-Forwarded-Proto": "http", "X-Forwarded-Scheme": "http", "X-Scheme": "http",
	} {
		h.Set(name, value)
	}
	if p.In.UserAgent() == "" {
		h.Set("User-Agent", "") // the client gave none; without this Go would add its own
	}
}

func requestID() string {
	var id [16]byte
	_, _ = rand.Read(id[:]) // it never fails
	return hex.EncodeToString(id[:])
}

// nextTransport tries the next endpoint when one cannot be connected to.
type nextTransport struct{ http.RoundTripper }

func (t *nextTransport) RoundTrip(r *http.Request) (*http.Response, error) {
	c, _ := r.Context().Value(choiceKey{}).(*choice)
	var err error
	for i := range min(tries, len(c.endpoints)) {
		again := r.Clone(r.Context())
		again.URL.Host = c.endpoints[i]
		if r.Body != nil {
			again.Body = io.NopCloser(r.Body) // a failed dial must not close it
		}
		var response *http.Response
		response, err = t.RoundTripper.RoundTrip(again)
		if op, ok := errors.AsType[*net.OpError](err); err == nil || !ok || op.Op != "dial" {
			return response, err
		}
	}
	return nil, err
}

// failed answers for a backend that didn't.
func failed(w http.ResponseWriter, _ *http.Request, err error) {
	_, large := errors.AsType[*http.MaxBytesError](err)
	e, _ := errors.AsType[net.Error](err)
	switch {
	case large:
		page(w, http.StatusRequestEntityTooLarge)
	case errors.Is(err, os.ErrDeadlineExceeded), e != nil && e.Timeout(), strings.Contains(err.Error(), "timeout awaiting response headers"):
		page(w, http.StatusGatewayTimeout)
	default:
		page(w, http.StatusBadGateway)
	}
}
