package controlplane

import (
	"fmt"

	"k8s.io/client-go/tools/clientcmd"
	clientcmdapi "k8s.io/client-go/tools/clientcmd/api"
)

// ContextName names the cluster, the user and the context of the sandbox's
// kubeconfig.
const ContextName = "kubectl-learn-sandbox"

// adminGroup may do everything, whatever the roles say.
const adminGroup = "system:masters"

// kubeconfig returns a kubeconfig with a certificate of its own for user.
func (p *pki) kubeconfig(server, user string) ([]byte, error) {
	client, err := p.issue(user, []string{adminGroup})
	if err != nil {
		return nil, err
	}
	config := clientcmdapi.NewConfig()
	config.Clusters[ContextName] = &clientcmdapi.Cluster{Server: "https://" + server, CertificateAuthorityData: p.caPEM()}
	config.AuthInfos[ContextName] = &clientcmdapi.AuthInfo{ClientCertificateData: client.cert, ClientKeyData: client.key}
	config.Contexts[ContextName] = &clientcmdapi.Context{Cluster: ContextName, AuthInfo: ContextName}
	config.CurrentContext = ContextName
	data, err := clientcmd.Write(*config)
	if err != nil {
		return nil, fmt.Errorf("failed to make a kubeconfig for %q: %w", user, err)
	}
	return data, nil
}
