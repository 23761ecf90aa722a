package node

import (
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/google/go-cmp/cmp"
)

func TestNames(t *testing.T) {
	n := &Node{ip: "10.0.0.11"}
	n.Name = "sandbox-1"
	const cluster = "search ns.svc.cluster.local svc.cluster.local cluster.local\nnameserver 10.96.0.10\noptions ndots:5\n"
	two, short := "2", "timeout"
	for name, test := range map[string]struct {
		spec corev1.PodSpec
		want string
	}{
		"the cluster's":          {corev1.PodSpec{DNSPolicy: corev1.DNSClusterFirst}, cluster},
		"the node's":             {corev1.PodSpec{DNSPolicy: corev1.DNSDefault}, "nameserver 10.0.0.11\n"},
		"on the node's network":  {corev1.PodSpec{DNSPolicy: corev1.DNSClusterFirst, HostNetwork: true}, "nameserver 10.0.0.11\n"},
		"there, but the cluster": {corev1.PodSpec{DNSPolicy: corev1.DNSClusterFirstWithHostNet, HostNetwork: true}, cluster},
		"its own": {corev1.PodSpec{DNSPolicy: corev1.DNSNone, DNSConfig: &corev1.PodDNSConfig{
			Nameservers: []string{"192.0.2.1"}, Searches: []string{"example.com"}, Options: []corev1.PodDNSConfigOption{{Name: "ndots", Value: &two}, {Name: short, Value: &two}},
		}}, "search example.com\nnameserver 192.0.2.1\noptions ndots:2 timeout:2\n"},
	} {
		t.Run(name, func(t *testing.T) {
			pod := &corev1.Pod{ObjectMeta: metav1.ObjectMeta{Name: "pod", Namespace: "ns"}, Spec: test.spec}
			cfg, err := n.names(t.Context(), pod)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, resolvFile(cfg)); diff != "" {
				t.Errorf("resolv.conf (-want +got):\n%s", diff)
			}
			if got := resolver(cfg); strings.Contains(test.want, "ndots:2") && (got.Dots != 2 || got.Timeout.Seconds() != 2 || got.Attempts != 2) {
				t.Errorf("resolver %+v", got)
			}
		})
	}
}
