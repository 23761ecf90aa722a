package node

import (
	corev1 "k8s.io/api/core/v1"
	runtimeapi "k8s.io/cri-api/pkg/apis/runtime/v1"

	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/network"
)

// netConfig returns a pod's network configuration.
func (w *worker) netConfig(pod *corev1.Pod, names *runtimeapi.DNSConfig) network.PodConfig {
	cfg := network.PodConfig{
		CIDR: w.node.cidr, Namespace: pod.Namespace, Resolver: resolver(names), Hostname: hostname(pod),
		Aliases: map[string]string{}, HostPorts: map[uint16]uint16{},
	}
	if pod.Spec.HostNetwork {
		cfg.Host = w.node.ip
	}
	for _, alias := range pod.Spec.HostAliases {
		for _, name := range alias.Hostnames {
			cfg.Aliases[name] = alias.IP
		}
	}
	for _, c := range pod.Spec.Containers {
		for _, p := range c.Ports {
			if p.HostPort != 0 && p.Protocol != corev1.ProtocolUDP {
				cfg.HostPorts[uint16(p.HostPort)] = uint16(p.ContainerPort)
			}
		}
	}
	return cfg
}
