package compare

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/wait"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/clientcmd"
	clientcmdapi "k8s.io/client-go/tools/clientcmd/api"
)

// namespaceTime limits the wait for what a new namespace needs.
const namespaceTime = 30 * time.Second

// Cluster is a cluster to run scenarios on.
type Cluster struct {
	kubectl []string
	config  *clientcmdapi.Config
	client  kubernetes.Interface
	nodes   []string
	work    string
}

// Open reads a kubeconfig and asks the cluster for its nodes. The program and
// its first arguments, kubectl, are what scenarios run; work is a folder for
// their files.
func Open(ctx context.Context, kubeconfig string, kubectl []string, work string) (*Cluster, error) {
	config, err := clientcmd.LoadFromFile(kubeconfig)
	if err != nil {
		return nil, fmt.Errorf("failed to read kubeconfig %q: %w", kubeconfig, err)
	}
	if err := clientcmdapi.FlattenConfig(config); err != nil {
		return nil, fmt.Errorf("failed to read the files of kubeconfig %q: %w", kubeconfig, err)
	}
	rest, err := clientcmd.NewDefaultClientConfig(*config, nil).ClientConfig()
	if err != nil {
		return nil, fmt.Errorf("failed to use kubeconfig %q: %w", kubeconfig, err)
	}
	rest.QPS, rest.Burst = 100, 200
	client, err := kubernetes.NewForConfig(rest)
	if err != nil {
		return nil, fmt.Errorf("failed to use kubeconfig %q: %w", kubeconfig, err)
	}
	nodes, err := client.CoreV1().Nodes().List(ctx, metav1.ListOptions{})
	if err != nil {
		return nil, fmt.Errorf("failed to list the nodes of %q: %w", kubeconfig, err)
	}
	c := &Cluster{kubectl: kubectl, config: config, client: client, work: work}
	for _, n := range nodes.Items {
		c.nodes = append(c.nodes, n.Name)
	}
	return c, nil
}

// newNamespace creates a namespace and waits until it can have pods: until it
// has the default service account and the certificate that pods mount.
func (c *Cluster) newNamespace(ctx context.Context) (string, error) {
	wanted := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{GenerateName: "compare-"}}
	made, err := c.client.CoreV1().Namespaces().Create(ctx, wanted, metav1.CreateOptions{})
	if err != nil {
		return "", fmt.Errorf("failed to make a namespace: %w", err)
	}
	name := made.Name
	err = wait.PollUntilContextTimeout(ctx, 20*time.Millisecond, namespaceTime, true, func(ctx context.Context) (bool, error) {
		if _, err := c.client.CoreV1().ServiceAccounts(name).Get(ctx, "default", metav1.GetOptions{}); err != nil {
			return false, ignoreMissing(err)
		}
		_, err := c.client.CoreV1().ConfigMaps(name).Get(ctx, "kube-root-ca.crt", metav1.GetOptions{})
		return err == nil, ignoreMissing(err)
	})
	if err != nil {
		return name, fmt.Errorf("failed to wait for namespace %q: %w", name, err)
	}
	return name, nil
}

func ignoreMissing(err error) error {
	if apierrors.IsNotFound(err) {
		return nil
	}
	return err
}

// writeKubeconfig writes a kubeconfig whose current namespace is the given one,
// so that a scenario's commands look like those that a learner types.
func (c *Cluster) writeKubeconfig(dir, namespace string) (string, error) {
	config := c.config.DeepCopy()
	current, ok := config.Contexts[config.CurrentContext]
	if !ok {
		return "", fmt.Errorf("the kubeconfig has no context %q", config.CurrentContext)
	}
	current.Namespace = namespace
	path := filepath.Join(dir, "kubeconfig")
	if err := clientcmd.WriteToFile(*config, path); err != nil {
		return "", fmt.Errorf("failed to write a kubeconfig: %w", err)
	}
	return path, nil
}

// environment is kubectl's environment: of the caller's own settings, only what
// programs need to start.
func (c *Cluster) environment(dir, kubeconfig string) []string {
	return []string{
		"PATH=" + os.Getenv("PATH"), "SYSTEMROOT=" + os.Getenv("SYSTEMROOT"), "TMPDIR=" + dir, "HOME=" + dir,
		"KUBECONFIG=" + kubeconfig, "KUBECACHEDIR=" + filepath.Join(c.work, "cache"),
		"LANG=C", "TZ=UTC", "TERM=dumb", "NO_PROXY=*",
	}
}
