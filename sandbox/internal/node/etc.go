package node

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	corev1 "k8s.io/api/core/v1"
	runtimeapi "k8s.io/cri-api/pkg/apis/runtime/v1"

	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/container"
	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/network"
)

func (w *worker) etcDir() string { return filepath.Join(w.dir, "etc") }

// writeEtc writes the files that a node mounts into each of a pod's containers.
func (w *worker) writeEtc(pod *corev1.Pod, names *runtimeapi.DNSConfig) error {
	if err := os.MkdirAll(w.etcDir(), 0o700); err != nil {
		return err
	}
	for name, text := range map[string]string{
		"hosts":       hostsFile(pod, w.ip),
		"hostname":    hostname(pod) + "\n",
		"resolv.conf": resolvFile(names),
	} {
		if err := os.WriteFile(filepath.Join(w.etcDir(), name), []byte(text), 0o600); err != nil {
			return err
		}
	}
	return nil
}

// etcMounts are the mounts of those files in a container's tree.
func (w *worker) etcMounts() []container.Mount {
	var out []container.Mount
	for _, name := range []string{"hosts", "hostname", "resolv.conf"} {
		out = append(out, container.Mount{Path: "/etc/" + name, Source: w.etcDir(), SubPath: name, Mode: 0o644})
	}
	return out
}

// hostsFile is the kubelet's managedHostsFileContent.
func hostsFile(pod *corev1.Pod, ip string) string {
	var b strings.Builder
	b.WriteString("# Kubernetes-managed hosts file.\n127.0.0.1\tlocalhost\n::1\tlocalhost ip6-localhost ip6-loopback\n" +
		"fe00::0\tip6-localnet\nfe00::0\tip6-mcastprefix\nfe00::1\tip6-allnodes\nfe00::2\tip6-allrouters\n")
	name := hostname(pod)
	if pod.Spec.Subdomain != "" {
		name = fmt.Sprintf("%s.%s.%s.svc.%s\t%s", name, pod.Spec.Subdomain, pod.Namespace, network.ClusterDomain, name)
	}
	fmt.Fprintf(&b, "%s\t%s\n", ip, name)
	if len(pod.Spec.HostAliases) > 0 {
		b.WriteString("\n# Entries added by HostAliases.\n")
	}
	for _, alias := range pod.Spec.HostAliases {
		fmt.Fprintf(&b, "%s\t%s\n", alias.IP, strings.Join(alias.Hostnames, "\t"))
	}
	return b.String()
}
