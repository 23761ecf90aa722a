package controlplane

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"k8s.io/client-go/tools/clientcmd"
)

func testPKI(t *testing.T, dir string) *pki {
	t.Helper()
	p, err := openPKI(dir)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestKeysAreMadeOnceAndSecret(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "pki")
	first := testPKI(t, dir)
	if err := first.issueFiles("apiserver", "kube-apiserver", nil, apiServerHosts()...); err != nil {
		t.Fatal(err)
	}
	sa, err := os.ReadFile(first.path("sa.key"))
	if err != nil {
		t.Fatal(err)
	}
	second := testPKI(t, dir)
	if !second.cert.Equal(first.cert) || !second.key.Equal(first.key) {
		t.Error("a second start has another authority")
	}
	if again, _ := os.ReadFile(second.path("sa.key")); !bytes.Equal(sa, again) {
		t.Error("a second start has another key for service accounts")
	}
	if runtime.GOOS == "windows" {
		return
	}
	files, _ := os.ReadDir(dir)
	for _, f := range files {
		if info, err := f.Info(); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: mode %v, error %v, want 0600", f.Name(), info.Mode(), err)
		}
	}
	if len(files) != 5 {
		t.Errorf("%d files, want ca and apiserver with their keys, and sa.key", len(files))
	}
}

// A first start may be killed between any two of its writes, and in the middle of
// one.
func TestKeysOfAStartThatWasKilled(t *testing.T) {
	whole := testPKI(t, t.TempDir())
	files := []string{"ca.key", "ca.crt", "sa.key"} // in the order of writing
	for n := range len(files) + 1 {
		dir := t.TempDir()
		for _, name := range files[:n] {
			data, err := os.ReadFile(whole.path(name))
			if err == nil {
				err = os.WriteFile(filepath.Join(dir, name), data, 0o600)
			}
			if err != nil {
				t.Fatal(err)
			}
		}
		if err := os.WriteFile(filepath.Join(dir, ".ca.key-123"), []byte("half a k"), 0o600); err != nil {
			t.Fatal(err)
		}
		p := testPKI(t, dir)
		if _, err := tls.LoadX509KeyPair(p.path("ca.crt"), p.path("ca.key")); err != nil {
			t.Errorf("killed after %q: %v", files[:n], err)
		}
		if got, _ := os.ReadDir(dir); len(got) != len(files) {
			t.Errorf("killed after %q: there are %d files, want %q", files[:n], len(got), files)
		}
	}
}

// A certificate without its key would keep every later start from working.
func TestNoCertificateWithoutItsKey(t *testing.T) {
	dir := t.TempDir()
	inTheWay := filepath.Join(dir, "ca.key", "in the way")
	if err := os.MkdirAll(inTheWay, 0o700); err != nil {
		t.Fatal(err)
	}
	if _, err := openPKI(dir); err == nil {
		t.Fatal("the key was written")
	}
	if _, err := os.Stat(filepath.Join(dir, "ca.crt")); err == nil {
		t.Error("there is a certificate without its key")
	}
	if err := os.RemoveAll(filepath.Join(dir, "ca.key")); err != nil {
		t.Fatal(err)
	}
	testPKI(t, dir)
}

func TestDamagedAuthorityIsNotReplaced(t *testing.T) {
	dir := t.TempDir()
	p := testPKI(t, dir)
	if err := os.WriteFile(p.path("ca.key"), []byte("garbage"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := openPKI(dir); err == nil || !strings.Contains(err.Error(), "certificate authority") {
		t.Errorf("error %v, want one about the certificate authority", err)
	}
}

func TestIssuedCertificates(t *testing.T) {
	p := testPKI(t, t.TempDir())
	server, err := p.issue("kube-apiserver", nil, apiServerHosts()...)
	if err != nil {
		t.Fatal(err)
	}
	leaf := parseLeaf(t, server)
	for _, name := range []string{"127.0.0.1", "kubernetes.default.svc", "10.96.0.1", AdvertiseAddress} {
		if err := leaf.VerifyHostname(name); err != nil {
			t.Error(err)
		}
	}
	client, err := p.issue("someone", []string{"some-group"})
	if err != nil {
		t.Fatal(err)
	}
	leaf = parseLeaf(t, client)
	roots := x509.NewCertPool()
	roots.AddCert(p.cert)
	if _, err := leaf.Verify(x509.VerifyOptions{Roots: roots, KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}}); err != nil {
		t.Errorf("a client's certificate: %v", err)
	}
	if _, err := leaf.Verify(x509.VerifyOptions{Roots: roots}); err == nil {
		t.Error("a client's certificate serves as a server's")
	}
	if leaf.Subject.CommonName != "someone" || leaf.Subject.Organization[0] != "some-group" {
		t.Errorf("subject %v", leaf.Subject)
	}
}

func parseLeaf(t *testing.T, made pair) *x509.Certificate {
	t.Helper()
	c, err := tls.X509KeyPair(made.cert, made.key)
	if err != nil {
		t.Fatal(err)
	}
	return c.Leaf
}

func TestKubeconfig(t *testing.T) {
	p := testPKI(t, t.TempDir())
	data, err := p.kubeconfig("127.0.0.1:1234", "kubernetes-admin")
	if err != nil {
		t.Fatal(err)
	}
	config, err := clientcmd.RESTConfigFromKubeConfig(data)
	if err != nil {
		t.Fatal(err)
	}
	if config.Host != "https://127.0.0.1:1234" || config.Insecure || config.BearerToken != "" || !bytes.Equal(config.CAData, p.caPEM()) {
		t.Errorf("config %+v", config)
	}
	loaded, err := clientcmd.Load(data)
	if err != nil || loaded.CurrentContext != ContextName {
		t.Errorf("context %q, error %v", loaded.CurrentContext, err)
	}
}

func TestKubeletLetsInTheAPIServerOnly(t *testing.T) {
	p := testPKI(t, t.TempDir())
	plane := &ControlPlane{pki: p}
	serving, err := plane.KubeletTLS("sandbox-1", "10.0.0.11")
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name    string
		issuer  *pki
		client  string
		wantErr string
	}{
		{"the API server", p, kubeletClientName, ""},
		{"the administrator", p, "kubernetes-admin", "only the API server"},
		{"another authority", testPKI(t, t.TempDir()), kubeletClientName, "unknown authority"},
		{"nobody", nil, "", "didn't provide a certificate"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			roots := x509.NewCertPool()
			roots.AddCert(p.cert)
			config := &tls.Config{RootCAs: roots, ServerName: "10.0.0.11"}
			if tt.issuer != nil {
				made, err := tt.issuer.issue(tt.client, nil)
				if err != nil {
					t.Fatal(err)
				}
				c, err := tls.X509KeyPair(made.cert, made.key)
				if err != nil {
					t.Fatal(err)
				}
				config.GetClientCertificate = func(*tls.CertificateRequestInfo) (*tls.Certificate, error) { return &c, nil }
			}
			err := handshake(t, serving, config)
			if tt.wantErr == "" && err != nil {
				t.Fatal(err)
			}
			if tt.wantErr != "" && (err == nil || !strings.Contains(err.Error(), tt.wantErr)) {
				t.Fatalf("error %v, want %q", err, tt.wantErr)
			}
		})
	}
}

// handshake returns the server's view of one.
func handshake(t *testing.T, server, client *tls.Config) error {
	t.Helper()
	a, b := net.Pipe()
	defer a.Close()
	go func() {
		defer b.Close()
		c := tls.Client(b, client)
		if c.HandshakeContext(t.Context()) == nil {
			_, _ = c.Read(make([]byte, 1)) // a refusal arrives after the handshake
		}
	}()
	return tls.Server(a, server).HandshakeContext(t.Context())
}
