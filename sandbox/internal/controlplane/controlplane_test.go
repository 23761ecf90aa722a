package controlplane

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"slices"
	"strings"
	"sync"
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
	"k8s.io/kubernetes/plugin/pkg/auth/authorizer/rbac/bootstrappolicy"

	"github.com/kubectl-learn/kubectl-learn/internal/patience"
)

// dialed notes what the API server wants to reach.
type dialed struct {
	mu   sync.Mutex
	seen []string
}

func (d *dialed) dial(_ context.Context, _, address string) (net.Conn, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.seen = append(d.seen, address)
	return nil, errors.New("the network of the test leads nowhere")
}

func (d *dialed) saw(address string) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return slices.Contains(d.seen, address)
}

// TestControlPlane has one control plane for all, as a process can run only one.
func TestControlPlane(t *testing.T) {
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	var log strings.Builder
	var stages []Stage
	network := &dialed{}
	plane, err := Start(ctx, Config{
		Dir: t.TempDir(), Listener: listener, DialFromNode: network.dial,
		Stage: func(s Stage) { stages = append(stages, s) },
		Log:   slog.New(slog.NewTextHandler(&log, nil)),
	})
	if err != nil {
		t.Fatal(err)
	}
	await(t, "ready", plane.Ready())
	if len(stages) != 3 || stages[0] != StageEtcd || stages[1] != StageAPIServer || stages[2] != StageControllers {
		t.Errorf("stages %q", stages)
	}
	t.Run("version", func(t *testing.T) { testVersion(t, plane.Client()) })
	t.Run("server in the cluster", func(t *testing.T) { testServerInCluster(t, plane.Client()) })
	t.Run("default roles", func(t *testing.T) { testRoles(t, plane.Client()) })
	t.Run("priority class", func(t *testing.T) { testPriority(t, plane.Client()) })
	t.Run("host paths", func(t *testing.T) { testHostPaths(t, plane.Client()) })
	t.Run("proxy", func(t *testing.T) { testProxy(t, plane.Client(), network) })
	stop()
	await(t, "stopped", plane.Done())
	if err := plane.Err(); err != nil {
		t.Errorf("stopped with %v", err)
	}
	if c, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", plane.ServerAddress()); err == nil {
		c.Close()
		t.Error("still listens after its end")
	}
}

func await(t *testing.T, what string, done <-chan struct{}) {
	t.Helper()
	patience.Receive(t, what, done)
}

func testVersion(t *testing.T, client kubernetes.Interface) {
	t.Helper()
	info, err := client.Discovery().ServerVersion()
	if err != nil || info.GitVersion != "v1.36.3" || info.Major != "1" || info.Minor != "36" {
		t.Errorf("version %+v, error %v", info, err)
	}
}

func testServerInCluster(t *testing.T, client kubernetes.Interface) {
	t.Helper()
	slice, err := client.DiscoveryV1().EndpointSlices("default").Get(t.Context(), "kubernetes", metav1.GetOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if slice.Endpoints[0].Addresses[0] != AdvertiseAddress || *slice.Ports[0].Port != AdvertisePort {
		t.Errorf("endpoints %+v, ports %+v", slice.Endpoints, slice.Ports)
	}
	dns, err := client.CoreV1().Services("kube-system").Get(t.Context(), "kube-dns", metav1.GetOptions{})
	if err != nil || dns.Spec.ClusterIP != DNSAddress {
		t.Errorf("DNS at %q, error %v", dns.Spec.ClusterIP, err)
	}
}

func testRoles(t *testing.T, client kubernetes.Interface) {
	t.Helper()
	roles, err := client.RbacV1().ClusterRoles().List(t.Context(), metav1.ListOptions{})
	want := len(bootstrappolicy.ClusterRoles()) + len(bootstrappolicy.ControllerRoles())
	if err != nil || len(roles.Items) != want {
		t.Errorf("%d cluster roles, error %v, want %d", len(roles.Items), err, want)
	}
	bindings, err := client.RbacV1().ClusterRoleBindings().List(t.Context(), metav1.ListOptions{})
	want = len(bootstrappolicy.ClusterRoleBindings()) + len(bootstrappolicy.ControllerRoleBindings())
	if err != nil || len(bindings.Items) != want {
		t.Errorf("%d cluster role bindings, error %v, want %d", len(bindings.Items), err, want)
	}
	inSystem, err := client.RbacV1().Roles("kube-system").List(t.Context(), metav1.ListOptions{})
	if err != nil || len(inSystem.Items) != len(bootstrappolicy.NamespaceRoles()["kube-system"]) {
		t.Errorf("%d roles in kube-system, error %v", len(inSystem.Items), err)
	}
}

func testPriority(t *testing.T, client kubernetes.Interface) {
	t.Helper()
	class, err := client.SchedulingV1().PriorityClasses().Get(t.Context(), "system-node-critical", metav1.GetOptions{})
	if err != nil || class.Value != 2000001000 {
		t.Errorf("value %d, error %v", class.Value, err)
	}
}

// testProxy proves that the API server reaches nodes over the given network.
func testProxy(t *testing.T, client kubernetes.Interface, network *dialed) {
	t.Helper()
	node := &corev1.Node{
		ObjectMeta: metav1.ObjectMeta{Name: "n"},
		Status: corev1.NodeStatus{
			Addresses:       []corev1.NodeAddress{{Type: corev1.NodeInternalIP, Address: "10.0.0.99"}},
			DaemonEndpoints: corev1.NodeDaemonEndpoints{KubeletEndpoint: corev1.DaemonEndpoint{Port: 10250}},
		},
	}
	if _, err := client.CoreV1().Nodes().Create(t.Context(), node, metav1.CreateOptions{}); err != nil {
		t.Fatal(err)
	}
	err := client.CoreV1().RESTClient().Get().AbsPath("/api/v1/nodes/n/proxy/pods").Do(t.Context()).Error()
	if err == nil || !network.saw("10.0.0.99:10250") {
		t.Errorf("dialed %q, error %v", network.seen, err)
	}
}
