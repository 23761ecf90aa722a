package cluster

import (
	"context"
	"net"
	"os"
	"path/filepath"
	"strings"

	"k8s.io/client-go/tools/clientcmd"
	clientcmdapi "k8s.io/client-go/tools/clientcmd/api"
)

// PodFolder is where a pod finds the credentials of its service account.
const PodFolder = "/var/run/secrets/kubernetes.io/serviceaccount"

// podContext names the cluster of a pod that has no kubeconfig.
const podContext = "in-cluster"

// FromPod opens the cluster where this program runs as a pod, using the environment and
// the folder that the kubelet provides, and returns the pod's namespace. ok is false if
// this is not a pod.
func FromPod(ctx context.Context, getenv func(string) string, folder string) (c *Cluster, namespace string, ok bool, err error) {
	host, port := getenv("KUBERNETES_SERVICE_HOST"), getenv("KUBERNETES_SERVICE_PORT")
	token := filepath.Join(folder, "token")
	if _, err := os.Stat(token); err != nil || host == "" || port == "" {
		return nil, "", false, nil //nolint:nilerr // this is not a pod
	}
	namespace = "default"
	if data, err := os.ReadFile(filepath.Join(folder, "namespace")); err == nil {
		namespace = strings.TrimSpace(string(data))
	}
	raw := clientcmdapi.NewConfig()
	raw.Clusters[podContext] = &clientcmdapi.Cluster{
		Server: "https://" + net.JoinHostPort(host, port), CertificateAuthority: filepath.Join(folder, "ca.crt"),
	}
	raw.AuthInfos[podContext] = &clientcmdapi.AuthInfo{TokenFile: token}
	raw.Contexts[podContext] = &clientcmdapi.Context{Cluster: podContext, AuthInfo: podContext, Namespace: namespace}
	raw.CurrentContext = podContext
	c, err = open(ctx, clientcmd.NewDefaultClientConfig(*raw, &clientcmd.ConfigOverrides{}), podContext)
	return c, namespace, true, err
}
