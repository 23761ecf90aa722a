package controlplane

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"time"

	"github.com/kubectl-learn/kubectl-learn/internal/atomicfile"
)

// validity is how long certificates are valid: longer than any sandbox exists,
// since nothing renews the copies in kubeconfigs.
const validity = 10 * 365 * 24 * time.Hour

// pki is the certificate authority of one sandbox. Its key and the key that
// signs service account tokens are made once and kept; every other certificate
// is issued again at each start, which is faster than reading it.
type pki struct {
	dir  string
	cert *x509.Certificate
	key  *ecdsa.PrivateKey
}

// pair is a certificate with its key, both in PEM.
type pair struct{ cert, key []byte }

func openPKI(dir string) (*pki, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("failed to make %s: %w", dir, err)
	}
	p := &pki{dir: dir}
	if err := p.sweep(); err != nil {
		return nil, fmt.Errorf("failed to clean %s: %w", dir, err)
	}
	if err := p.loadAuthority(); errors.Is(err, fs.ErrNotExist) {
		err = p.makeAuthority()
		if err != nil {
			return nil, err
		}
	} else if err != nil {
		return nil, fmt.Errorf("failed to read the sandbox's certificate authority: %w", err)
	}
	return p, p.ensureKey("sa.key")
}

// sweep removes the half-written files of a killed start, which may contain keys.
func (p *pki) sweep() error {
	left, err := filepath.Glob(p.path(".*-*"))
	for _, file := range left {
		err = errors.Join(err, os.Remove(file))
	}
	return err
}

func (p *pki) path(name string) string { return filepath.Join(p.dir, name) }

func (p *pki) loadAuthority() error {
	loaded, err := tls.LoadX509KeyPair(p.path("ca.crt"), p.path("ca.key"))
	if err != nil {
		return err
	}
	key, ok := loaded.PrivateKey.(*ecdsa.PrivateKey)
	if !ok {
		return fmt.Errorf("%s contains no ECDSA key", p.path("ca.key"))
	}
	p.cert, p.key = loaded.Leaf, key
	return nil
}

func (p *pki) makeAuthority() error {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return err
	}
	template := &x509.Certificate{
		SerialNumber:          serial(),
		Subject:               pkix.Name{CommonName: "kubectl-learn-sandbox"},
		NotBefore:             time.Now().Add(-time.Hour),
		NotAfter:              time.Now().Add(validity),
		KeyUsage:              x509.KeyUsageCertSign | x509.KeyUsageDigitalSignature,
		BasicConstraintsValid: true,
		IsCA:                  true,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		return err
	}
	if p.cert, err = x509.ParseCertificate(der); err != nil {
		return err
	}
	p.key = key
	keyPEM, err := encodeKey(key)
	if err != nil {
		return err
	}
	return p.write("ca", pair{cert: encodeCert(der), key: keyPEM})
}

// ensureKey creates a private key file if it doesn't exist.
func (p *pki) ensureKey(name string) error {
	if _, err := os.Stat(p.path(name)); err == nil {
		return nil
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return err
	}
	data, err := encodeKey(key)
	if err != nil {
		return err
	}
	return atomicfile.Write(p.path(name), data)
}

// issue signs a certificate for a server, when hosts are given, or a client.
// Organizations are the client's groups.
func (p *pki) issue(name string, organizations []string, hosts ...string) (pair, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return pair{}, err
	}
	template := &x509.Certificate{
		SerialNumber: serial(),
		Subject:      pkix.Name{CommonName: name, Organization: organizations},
		NotBefore:    time.Now().Add(-time.Hour),
		NotAfter:     p.cert.NotAfter,
		KeyUsage:     x509.KeyUsageDigitalSignature,
		ExtKeyUsage:  []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth},
	}
	if len(hosts) > 0 {
		template.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}
	}
	for _, h := range hosts {
		if ip := net.ParseIP(h); ip != nil {
			template.IPAddresses = append(template.IPAddresses, ip)
		} else {
			template.DNSNames = append(template.DNSNames, h)
		}
	}
	der, err := x509.CreateCertificate(rand.Reader, template, p.cert, key.Public(), p.key)
	if err != nil {
		return pair{}, fmt.Errorf("failed to issue a certificate for %q: %w", name, err)
	}
	keyPEM, err := encodeKey(key)
	return pair{cert: encodeCert(der), key: keyPEM}, err
}

// issueFiles issues a certificate and writes it to BASE.crt and BASE.key.
func (p *pki) issueFiles(base, name string, organizations []string, hosts ...string) error {
	made, err := p.issue(name, organizations, hosts...)
	if err != nil {
		return err
	}
	return p.write(base, made)
}

// write writes the key first, so that a certificate always has its key.
func (p *pki) write(base string, made pair) error {
	if err := atomicfile.Write(p.path(base+".key"), made.key); err != nil {
		return err
	}
	return atomicfile.Write(p.path(base+".crt"), made.cert)
}

func (p *pki) caPEM() []byte { return encodeCert(p.cert.Raw) }

func encodeCert(der []byte) []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
}

func encodeKey(key *ecdsa.PrivateKey) ([]byte, error) {
	der, err := x509.MarshalECPrivateKey(key)
	if err != nil {
		return nil, err
	}
	return pem.EncodeToMemory(&pem.Block{Type: "EC PRIVATE KEY", Bytes: der}), nil
}

// serial draws 120 random bits, so that no two certificates share a number.
func serial() *big.Int {
	b := make([]byte, 15)
	_, _ = rand.Read(b) // never fails: crypto/rand ends the program instead
	return new(big.Int).SetBytes(b)
}
