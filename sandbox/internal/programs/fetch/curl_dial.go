package fetch

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"os"
	"strings"
	"syscall"
	"time"
)

// dial connects, following --resolve and --connect-to.
func (t *transfer) dial(ctx context.Context) (net.Conn, error) {
	if t.connectTo > 0 {
		limited, cancel := context.WithTimeout(ctx, t.connectTo)
		defer cancel()
		ctx = limited
	}
	host, port := t.at.host, t.at.port
	for _, entry := range t.o.values["connect-to"] {
		f := strings.Split(entry, ":")
		if len(f) == 4 && (f[0] == "" || f[0] == host) && (f[1] == "" || f[1] == port) {
			if f[2] != "" {
				host = f[2]
			}
			if f[3] != "" {
				port = f[3]
			}
		}
	}
	for _, entry := range t.o.values["resolve"] {
		f := strings.SplitN(strings.TrimPrefix(entry, "+"), ":", 3)
		if len(f) == 3 && (strings.EqualFold(f[0], t.at.host) || f[0] == "*") && f[1] == t.at.port {
			host, _, _ = strings.Cut(f[2], ",")
			host = strings.Trim(host, "[]")
		}
	}
	t.note("*   Trying %s...\n", net.JoinHostPort(host, port))
	conn, err := t.p.Net.Dial(ctx, "tcp", net.JoinHostPort(host, port))
	if err != nil {
		return nil, err
	}
	t.connects++
	t.connected = time.Now()
	t.note("* Connected to %s (%s) port %s\n", t.at.host, remoteHost(conn), port)
	if t.at.scheme != "https" {
		return conn, nil
	}
	return t.secure(ctx, conn)
}

func remoteHost(conn net.Conn) string {
	host, _, err := net.SplitHostPort(conn.RemoteAddr().String())
	if err != nil {
		return conn.RemoteAddr().String()
	}
	return host
}

func (t *transfer) secure(ctx context.Context, conn net.Conn) (net.Conn, error) {
	config := &tls.Config{ServerName: t.at.host, InsecureSkipVerify: t.o.has("insecure"), MinVersion: tls.VersionTLS12} //nolint:gosec // that is what -k asks for
	if t.o.has("cacert") {
		text, err := t.read(t.o.last("cacert"))
		config.RootCAs = x509.NewCertPool()
		if err != nil || !config.RootCAs.AppendCertsFromPEM([]byte(text)) {
			return nil, errAuthority
		}
	}
	client := tls.Client(conn, config)
	if err := client.HandshakeContext(ctx); err != nil {
		_ = conn.Close() // it is of no use any more
		return nil, &handshake{err}
	}
	return client, nil
}

// handshake is a TLS error.
type handshake struct{ err error }

func (h *handshake) Error() string { return h.err.Error() }
func (h *handshake) Unwrap() error { return h.err }

// broken turns the error of a request into curl's message and exit code.
func (t *transfer) broken(ctx context.Context, err error) int {
	spent := time.Since(t.started).Milliseconds()
	dns, unresolved := errors.AsType[*net.DNSError](err)
	untrusted, isUntrusted := errors.AsType[*tls.CertificateVerificationError](err)
	fault, insecure := errors.AsType[*handshake](err)
	switch {
	case ended(ctx):
		return t.fault(130, "")
	case errors.Is(err, errAuthority):
		return t.fault(77, "error adding trust anchors from file: %s", t.o.last("cacert"))
	case unresolved && (dns.IsNotFound || ctx.Err() == nil):
		return t.fault(6, "Could not resolve host: %s", t.at.host)
	case ctx.Err() != nil && !t.connected.IsZero():
		return t.fault(28, "Operation timed out after %d milliseconds with 0 bytes received", spent)
	case ctx.Err() != nil, errors.Is(err, context.DeadlineExceeded), errors.Is(err, os.ErrDeadlineExceeded):
		return t.fault(28, "Connection timed out after %d milliseconds", spent)
	case isUntrusted:
		return t.fault(60, "SSL certificate problem: %s%s", problem(untrusted), moreAboutCertificates)
	case insecure && strings.Contains(fault.Error(), "first record does not look like"):
		return t.fault(35, "TLS connect error: error:0A0000C6:SSL routines::packet length too long")
	case insecure:
		return t.fault(35, "TLS connect error: %v", fault.err)
	case t.connected.IsZero():
		return t.fault(7, "Failed to connect to %s port %s after %d ms: Could not connect to server", t.at.host, t.at.port, spent)
	case errors.Is(err, errEmpty):
		return t.fault(52, "Empty reply from server")
	case errors.Is(err, errOld):
		return t.fault(1, "Received HTTP/0.9 when not allowed")
	case errors.Is(err, syscall.ECONNRESET):
		return t.fault(56, "Recv failure: Connection reset by peer")
	case strings.Contains(err.Error(), "malformed"), strings.Contains(err.Error(), "invalid"):
		return t.fault(8, "Invalid response header")
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return t.fault(52, "Empty reply from server")
	}
	return t.fault(56, "Recv failure: %v", err)
}

// problem is OpenSSL's message for an invalid certificate.
func problem(err *tls.CertificateVerificationError) string {
	_, name := errors.AsType[x509.HostnameError](err)
	invalid, bad := errors.AsType[x509.CertificateInvalidError](err)
	switch {
	case name:
		return "no alternative certificate subject name matches target host name"
	case bad && invalid.Reason == x509.Expired:
		return "certificate has expired"
	case len(err.UnverifiedCertificates) == 1 && err.UnverifiedCertificates[0].Issuer.String() == err.UnverifiedCertificates[0].Subject.String():
		return "self-signed certificate"
	}
	return "unable to get local issuer certificate"
}

// errAuthority is a file of --cacert that holds no certificate.
var errAuthority = errors.New("no certificates")

const moreAboutCertificates = "\nMore details here: https://curl.se/docs/sslcerts.html\n\ncurl failed to verify the legitimacy of the server and therefore could not\n" +
	"establish a secure connection to it. To learn more about this situation and\nhow to fix it, please visit the webpage mentioned above."
