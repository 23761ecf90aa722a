package controlplane

import (
	"crypto/tls"

	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"

	"github.com/kubectl-learn/kubectl-learn/internal/atomicfile"
)

// kubeletClientName is the API server's user name towards kubelets.
const kubeletClientName = "kube-apiserver-kubelet-client"

// ownName is the user name of the sandbox's own parts, nodes included, towards
// the API server.
const ownName = "kubectl-learn-sandbox"

// ServerAddress is the host and port where the API server listens.
func (c *ControlPlane) ServerAddress() string { return c.cfg.Listener.Addr().String() }

// Client returns an unthrottled client with full access.
func (c *ControlPlane) Client() kubernetes.Interface { return c.client }

// RESTConfig returns a copy of the configuration behind Client.
func (c *ControlPlane) RESTConfig() *rest.Config { return rest.CopyConfig(c.rest) }

// Ready is closed when the cluster has everything a new cluster has, including
// the default service account.
func (c *ControlPlane) Ready() <-chan struct{} { return c.ready }

// Done is closed when everything has stopped and the data is written.
func (c *ControlPlane) Done() <-chan struct{} { return c.done }

// Err returns why everything stopped: nil when the context given to Start was
// done. Call it only after Done.
func (c *ControlPlane) Err() error { return c.err }

// Kubeconfig returns a kubeconfig for the cluster's administrator, with a new
// certificate at each call. All of them stay valid until the keys are removed.
func (c *ControlPlane) Kubeconfig() ([]byte, error) {
	return c.pki.kubeconfig(c.ServerAddress(), "kubernetes-admin")
}

// KubeletTLS returns the TLS configuration of a kubelet at ip. It accepts only
// the API server, not even the administrator.
func (c *ControlPlane) KubeletTLS(nodeName, ip string) (*tls.Config, error) {
	serving, err := c.pki.issueKubelet(nodeName, ip)
	if err != nil {
		return nil, err
	}
	return kubeletTLS(nodeName, serving, c.pki.caPEM())
}

// kubeconfigFile writes a kubeconfig for one of the parts to the pki folder.
func (p *pki) kubeconfigFile(file, server, user string) error {
	data, err := p.kubeconfig(server, user)
	if err != nil {
		return err
	}
	return atomicfile.Write(p.path(file), data)
}
