package controlplane

import (
	"crypto/tls"

	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"

	"github.com/kubectl-learn/kubectl-learn/internal/atomicfile"
)

// kubeletClientName is whom the API server says that it is to kubelets.
const kubeletClientName = "kube-apiserver-kubelet-client"

// ownName is whom the sandbox's own parts, the nodes among them, say that they
// are to the API server.
const ownName = "kubectl-learn-sandbox"

// ServerAddress is the host and port where the API server listens.
func (c *ControlPlane) ServerAddress() string { return c.cfg.Listener.Addr().String() }

// Client returns a client that may do everything and is not throttled.
func (c *ControlPlane) Client() kubernetes.Interface { return c.client }

// RESTConfig returns a copy of the configuration behind Client.
func (c *ControlPlane) RESTConfig() *rest.Config { return rest.CopyConfig(c.rest) }

// Ready is closed when the cluster has all that a fresh cluster has, the default
// service account among it.
func (c *ControlPlane) Ready() <-chan struct{} { return c.ready }

// Done is closed when everything has stopped and the data is written.
func (c *ControlPlane) Done() <-chan struct{} { return c.done }

// Err returns why everything stopped: nil when the context given to Start was
// done. It is to be asked after Done.
func (c *ControlPlane) Err() error { return c.err }

// Kubeconfig returns a kubeconfig for the cluster's administrator, with a new
// certificate at each call. All of them stay valid until the keys are removed.
func (c *ControlPlane) Kubeconfig() ([]byte, error) {
	return c.pki.kubeconfig(c.ServerAddress(), "kubernetes-admin")
}

// KubeletTLS returns what a kubelet at ip serves with: it lets in the API
// server and nobody else, the administrator included.
func (c *ControlPlane) KubeletTLS(nodeName, ip string) (*tls.Config, error) {
	serving, err := c.pki.issueKubelet(nodeName, ip)
	if err != nil {
		return nil, err
	}
	return kubeletTLS(nodeName, serving, c.pki.caPEM())
}

// kubeconfigFile leaves a kubeconfig for one of the parts in the pki folder.
func (p *pki) kubeconfigFile(file, server, user string) error {
	data, err := p.kubeconfig(server, user)
	if err != nil {
		return err
	}
	return atomicfile.Write(p.path(file), data)
}
