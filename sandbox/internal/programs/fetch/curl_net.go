package fetch

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// client makes connections by the pod's network, a new one for each request.
func (c *curl) client() (*http.Client, error) {
	wait, err := c.seconds("connect-timeout")
	if err != nil {
		return nil, err
	}
	secure := &tls.Config{InsecureSkipVerify: c.o.has("insecure"), MinVersion: tls.VersionTLS12} //nolint:gosec // that is what -k asks for
	if c.o.has("cacert") {
		text, err := c.read(c.o.last("cacert"))
		secure.RootCAs = x509.NewCertPool()
		if err != nil || !secure.RootCAs.AppendCertsFromPEM([]byte(text)) {
			return nil, fmt.Errorf("error setting certificate file: %s", c.o.last("cacert"))
		}
	}
	dial := func(ctx context.Context, network, address string) (net.Conn, error) {
		if wait > 0 {
			limited, cancel := context.WithTimeout(ctx, wait)
			defer cancel()
			ctx = limited
		}
		conn, err := c.p.Net.Dial(ctx, network, address)
		if err == nil {
			c.connected = time.Now()
			c.to = conn.RemoteAddr().String()
			c.note("* Connected to %s\n", address)
		}
		return conn, err
	}
	return &http.Client{
		Transport:     &traced{c, &http.Transport{DialContext: dial, TLSClientConfig: secure, DisableCompression: true, DisableKeepAlives: true}},
		CheckRedirect: c.redirect,
	}, nil
}

func (c *curl) redirect(_ *http.Request, via []*http.Request) error {
	if !c.o.has("location") {
		return http.ErrUseLastResponse
	}
	if c.redirects = len(via); c.redirects > 50 {
		return errors.New("maximum redirects followed")
	}
	return nil
}

// note writes a line of -v.
func (c *curl) note(format string, args ...any) {
	if c.o.has("verbose") {
		write(c.p.Stderr, fmt.Sprintf(format, args...))
	}
}

// traced shows requests and responses for -v.
type traced struct {
	c    *curl
	next http.RoundTripper
}

func (t *traced) RoundTrip(r *http.Request) (*http.Response, error) {
	host := r.Host
	if host == "" {
		host = r.URL.Host
	}
	response, err := t.next.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	t.c.note("> %s %s HTTP/1.1\n> Host: %s\n%s> \n", r.Method, r.URL.RequestURI(), host, lines("> ", r.Header, "\n"))
	t.c.note("< %s %s\n%s< \n", response.Proto, response.Status, lines("< ", response.Header, "\n"))
	return response, nil
}

// broken turns the error of a request into curl's message and exit code. Outer
// is done when curl itself is ended, ctx when -m is over.
func (c *curl) broken(outer, ctx context.Context, u *url.URL, err error) int {
	host, port := u.Hostname(), u.Port()
	if port == "" {
		port = map[string]string{"http": "80", "https": "443"}[u.Scheme]
	}
	spent := time.Since(c.start).Milliseconds()
	dns, unresolved := errors.AsType[*net.DNSError](err)
	operation, _ := errors.AsType[*net.OpError](err)
	_, untrusted := errors.AsType[*tls.CertificateVerificationError](err)
	switch {
	case outer.Err() != nil:
		return 130
	case unresolved && (dns.IsNotFound || ctx.Err() == nil):
		return c.fail(6, "Could not resolve host: %s", host)
	case ctx.Err() != nil && !c.connected.IsZero():
		return c.fail(28, "Operation timed out after %d milliseconds with 0 bytes received", spent)
	case ctx.Err() != nil, errors.Is(err, context.DeadlineExceeded):
		return c.fail(28, "Connection timed out after %d milliseconds", spent)
	case untrusted:
		return c.fail(60, "SSL certificate problem: unable to get local issuer certificate")
	case c.connected.IsZero() || operation != nil && operation.Op == "dial":
		return c.fail(7, "Failed to connect to %s port %s after %d ms: Could not connect to server", host, port, spent)
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return c.fail(52, "Empty reply from server")
	case strings.Contains(err.Error(), "malformed HTTP"):
		return c.fail(1, "Received HTTP/0.9 when not allowed")
	case strings.Contains(err.Error(), "maximum redirects"):
		return c.fail(47, "Maximum (50) redirects followed")
	case u.Scheme == "https":
		return c.fail(35, "TLS connect error: %v", errors.Unwrap(err))
	}
	return c.fail(56, "Recv failure: %v", errors.Unwrap(err))
}
