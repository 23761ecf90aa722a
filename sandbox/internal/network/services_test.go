package network

import (
	"context"
	"errors"
	"math/rand/v2"
	"net"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes/fake"

	"github.com/kubectl-learn/kubectl-learn/internal/patience"
)

func serviceOf(namespace, name, vip string, nodePort int32) *corev1.Service {
	return &corev1.Service{
		ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: name},
		Spec: corev1.ServiceSpec{ClusterIP: vip, Ports: []corev1.ServicePort{
			{Name: "http", Port: 8080, Protocol: corev1.ProtocolTCP, NodePort: nodePort},
		}},
	}
}

func sliceOf(namespace, name string, ready bool, addresses ...string) *discoveryv1.EndpointSlice {
	port, portName := int32(80), "http"
	s := &discoveryv1.EndpointSlice{
		ObjectMeta:  metav1.ObjectMeta{Namespace: namespace, Name: name + "-x", Labels: map[string]string{discoveryv1.LabelServiceName: name}},
		AddressType: discoveryv1.AddressTypeIPv4,
		Ports:       []discoveryv1.EndpointPort{{Name: &portName, Port: &port}},
	}
	for _, a := range addresses {
		s.Endpoints = append(s.Endpoints, discoveryv1.Endpoint{Addresses: []string{a}, Conditions: discoveryv1.EndpointConditions{Ready: &ready}})
	}
	return s
}

// proxy runs the proxy against a fake API until the test ends.
func proxy(t *testing.T, n *Network, client *fake.Clientset) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- n.RunProxy(ctx, client) }()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
}

func eventually(t *testing.T, what string, holds func() bool) {
	t.Helper()
	patience.Until(t, what, holds, nil)
}

// freePort finds a port below the ephemeral range, so that no other program gets
// it in the meantime.
func freePort(t *testing.T) (int32, net.Listener) {
	t.Helper()
	for range 1000 {
		l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", net.JoinHostPort("127.0.0.1", itoa(20000+rand.Int32N(10000))))
		if err == nil {
			return int32(l.Addr().(*net.TCPAddr).Port), l
		}
	}
	t.Fatal("no free port")
	return 0, nil
}

func TestProxy(t *testing.T) {
	n := New()
	web, me := attach(t, n, "web"), attach(t, n, "me")
	listen(t, web, ":80")
	port, l := freePort(t)
	_ = l.Close()
	client := fake.NewClientset(serviceOf("default", "web", "10.96.0.20", port), sliceOf("default", "web", true, web.IP()))
	proxy(t, n, client)
	dial := func(address string) error {
		c, err := me.Dial(t.Context(), "tcp", address)
		if err == nil {
			_ = c.Close()
		}
		return err
	}
	real := net.JoinHostPort("127.0.0.1", itoa(port))
	reached := func() bool {
		c, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", real)
		if err == nil {
			_ = c.Close()
		}
		return err == nil
	}
	eventually(t, "the service to answer", func() bool { return dial("web:8080") == nil })
	if err := dial(NodeAddress(1) + ":" + itoa(port)); err != nil {
		t.Errorf("the node port from a pod: %v", err)
	}
	eventually(t, "the node port", reached)
	if _, err := client.DiscoveryV1().EndpointSlices("default").Update(t.Context(), sliceOf("default", "web", false, web.IP()), metav1.UpdateOptions{}); err != nil {
		t.Fatal(err)
	}
	eventually(t, "a refusal without ready endpoints", func() bool { return errors.Is(dial("10.96.0.20:8080"), syscall.ECONNREFUSED) })
	eventually(t, "the node port to close", func() bool { return !reached() })
	if err := client.CoreV1().Services("default").Delete(t.Context(), "web", metav1.DeleteOptions{}); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the name to go", func() bool {
		_, err := me.LookupHost(t.Context(), "web")
		return err != nil
	})
}

func itoa(n int32) string { return strconv.Itoa(int(n)) }

func TestTakenNodePort(t *testing.T) {
	n := New()
	n.portRetry = 10 * time.Millisecond
	web := attach(t, n, "web")
	listen(t, web, ":80")
	port, l := freePort(t)
	client := fake.NewClientset(serviceOf("default", "web", "10.96.0.20", port), sliceOf("default", "web", true, web.IP()))
	proxy(t, n, client)
	eventually(t, "the warning", func() bool {
		return strings.Contains(strings.Join(events(t, client), "\n"), "another program on this machine is using it")
	})
	if c, err := web.Dial(t.Context(), "tcp", "10.96.0.20:8080"); err != nil {
		t.Errorf("the service inside the cluster: %v", err)
	} else {
		_ = c.Close()
	}
	_ = l.Close()
	eventually(t, "the port that is free again", func() bool { return dialReal(t, port) == nil })
	if got := events(t, client); len(got) != 1 {
		t.Errorf("told %d times: %q", len(got), got)
	}
}

func dialReal(t *testing.T, port int32) error {
	t.Helper()
	c, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", net.JoinHostPort("127.0.0.1", itoa(port)))
	if err != nil {
		return err
	}
	defer c.Close()
	// The system may choose the very port that is dialled as the caller's own, and TCP
	// then connects the caller with itself.
	if c.LocalAddr().String() == c.RemoteAddr().String() {
		return errors.New("connected with itself")
	}
	return nil
}

// events are the reasons and messages of all events.
func events(t *testing.T, client *fake.Clientset) []string {
	t.Helper()
	list, err := client.CoreV1().Events("").List(t.Context(), metav1.ListOptions{})
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, e := range list.Items {
		out = append(out, e.Source.Component+" "+e.Type+" "+e.Reason+" "+e.InvolvedObject.Name+": "+e.Message)
	}
	return out
}
