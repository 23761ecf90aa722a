package controlplane

import (
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"net/http"

	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
)

// Certificate is a certificate with its key, both in PEM.
type Certificate struct {
	Cert []byte `json:"cert"`
	Key  []byte `json:"key"`
}

// NodeCredentials are what nodes in another process need to take part in the
// cluster. They are secret: they give full access.
type NodeCredentials struct {
	// Kubeconfig is for the sandbox's own parts.
	Kubeconfig []byte `json:"kubeconfig"`
	// Authority is the certificate of the authority that issued all others.
	Authority []byte `json:"authority"`
	// Serving holds each kubelet's serving certificate, by node name.
	Serving map[string]Certificate `json:"serving"`
}

// NodeCredentials issues credentials for nodes, given their addresses by name.
func (c *ControlPlane) NodeCredentials(addresses map[string]string) (NodeCredentials, error) {
	kubeconfig, err := c.pki.kubeconfig(c.ServerAddress(), ownName)
	if err != nil {
		return NodeCredentials{}, err
	}
	made := NodeCredentials{Kubeconfig: kubeconfig, Authority: c.pki.caPEM(), Serving: map[string]Certificate{}}
	for name, ip := range addresses {
		if made.Serving[name], err = c.pki.issueKubelet(name, ip); err != nil {
			return NodeCredentials{}, err
		}
	}
	return made, nil
}

func (p *pki) issueKubelet(node, ip string) (Certificate, error) {
	made, err := p.issue("system:node:"+node, nil, node, ip)
	return Certificate{Cert: made.cert, Key: made.key}, err
}

// DialTLS is what the API server presents to a kubelet, for a server that shows
// a certificate of the same authority for host.
func (c *ControlPlane) DialTLS(host string) (*tls.Config, error) {
	own, err := c.pki.issue(kubeletClientName, nil)
	if err != nil {
		return nil, err
	}
	certificate, err := tls.X509KeyPair(own.cert, own.key)
	if err != nil {
		return nil, fmt.Errorf("failed to load the certificate of %q: %w", kubeletClientName, err)
	}
	authority := x509.NewCertPool()
	authority.AddCert(c.pki.cert)
	return &tls.Config{
		MinVersion: tls.VersionTLS13, Certificates: []tls.Certificate{certificate}, RootCAs: authority, ServerName: host,
	}, nil
}

// RESTConfig returns the configuration of an unthrottled client.
func (n NodeCredentials) RESTConfig() (*rest.Config, error) {
	config, err := clientcmd.RESTConfigFromKubeConfig(n.Kubeconfig)
	if err != nil {
		return nil, fmt.Errorf("failed to read the credentials of the nodes: %w", err)
	}
	config.QPS, config.UserAgent = -1, ownName
	return config, nil
}

// Client returns an unthrottled client for a kubelet. Each of its requests goes
// through wrap.
func (n NodeCredentials) Client(wrap func(http.RoundTripper) http.RoundTripper) (kubernetes.Interface, error) {
	config, err := n.RESTConfig()
	if err != nil {
		return nil, err
	}
	config.UserAgent = "kubelet/" + Version
	config.Wrap(wrap)
	return kubernetes.NewForConfig(config)
}

// KubeletTLS returns the TLS configuration of a node's kubelet. It accepts only
// the API server, not even the administrator.
func (n NodeCredentials) KubeletTLS(node string) (*tls.Config, error) {
	serving, ok := n.Serving[node]
	if !ok {
		return nil, fmt.Errorf("there is no certificate for node %q", node)
	}
	return kubeletTLS(node, serving, n.Authority)
}

func kubeletTLS(node string, serving Certificate, authority []byte) (*tls.Config, error) {
	certificate, err := tls.X509KeyPair(serving.Cert, serving.Key)
	if err != nil {
		return nil, fmt.Errorf("failed to load the certificate of %q: %w", node, err)
	}
	clients := x509.NewCertPool()
	if !clients.AppendCertsFromPEM(authority) {
		return nil, fmt.Errorf("failed to read the authority behind the certificate of %q", node)
	}
	return &tls.Config{
		MinVersion:   tls.VersionTLS12,
		Certificates: []tls.Certificate{certificate},
		ClientAuth:   tls.RequireAndVerifyClientCert,
		ClientCAs:    clients,
		VerifyConnection: func(s tls.ConnectionState) error {
			if name := s.PeerCertificates[0].Subject.CommonName; name != kubeletClientName {
				return fmt.Errorf("only the API server may call a kubelet, not %q", name)
			}
			return nil
		},
	}, nil
}
