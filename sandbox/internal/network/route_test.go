package network

import (
	"errors"
	"io"
	"net"
	"net/netip"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
)

// greet answers every connection with the pod's name and the caller's address.
func greet(t *testing.T, p *PodNet, port string) {
	t.Helper()
	l := listen(t, p, ":"+port)
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			host, _, _ := net.SplitHostPort(c.RemoteAddr().String())
			_, _ = io.WriteString(c, p.hostname+" sees "+host)
			_ = c.Close()
		}
	}()
}

func attachTo(t *testing.T, n *Network, node int, name string) *PodNet {
	t.Helper()
	p, err := n.AttachPod(PodConfig{CIDR: PodCIDR(node), Namespace: "default", Hostname: name})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.Detach)
	return p
}

// answer is what the far end of a dial says, or the error.
func answer(t *testing.T, dial func() (net.Conn, error)) string {
	t.Helper()
	c, err := dial()
	if err != nil {
		return err.Error()
	}
	defer func() { _ = c.Close() }()
	text, err := io.ReadAll(c)
	if err != nil {
		return err.Error()
	}
	return string(text)
}

func TestRoutes(t *testing.T) {
	n := New()
	n.nodeHost(netip.MustParseAddr(NodeAddress(2)))
	a, b := attachTo(t, n, 1, "a"), attachTo(t, n, 2, "b")
	me, there := attachTo(t, n, 1, "me"), attachTo(t, n, 2, "there")
	greet(t, a, "80")
	greet(t, b, "80")
	ofA, ofB := serviceOf("default", "a", "10.96.0.20", 30001), serviceOf("default", "b", "10.96.0.21", 30002)
	ofA.Spec.ExternalIPs = []string{"192.0.2.7"}
	ofB.Status.LoadBalancer.Ingress = []corev1.LoadBalancerIngress{{IP: "192.0.2.8"}}
	ofB.Spec.ExternalIPs = []string{"192.0.2.9"}
	shares := serviceOf("default", "shares", "10.96.0.22", 0)
	shares.Spec.ExternalIPs, shares.Spec.Ports[0].Port = []string{"192.0.2.9"}, 81
	local := serviceOf("default", "local", "10.96.0.23", 0)
	policy := corev1.ServiceInternalTrafficPolicyLocal
	local.Spec.InternalTrafficPolicy = &policy
	n.services.set([]*corev1.Service{ofA, ofB, shares, local}, []*discoveryv1.EndpointSlice{
		sliceOf("default", "a", true, a.IP()), sliceOf("default", "b", true, b.IP()), sliceOf("default", "shares", true, a.IP()),
		sliceOf("default", "local", true, b.IP()),
	})
	tests := []struct {
		name    string
		from    *PodNet
		address string
		want    string
	}{
		{"a pod as it is", me, a.IP() + ":80", "a sees " + me.IP()},
		{"a service", me, "a:8080", "a sees " + me.IP()},
		{"a service across nodes", me, "b:8080", "b sees " + me.IP()},
		{"itself through its service", a, "a.default:8080", "a sees 10.244.0.1"},
		{"a node port", me, NodeAddress(1) + ":30001", "a sees 10.244.0.1"},
		{"a node port of every node", me, NodeAddress(2) + ":30001", "a sees 10.0.0.12"},
		{"a node port of the pod's node", me, NodeAddress(2) + ":30002", "b sees 10.244.1.1"},
		{"an external address", me, "192.0.2.7:8080", "a sees 10.244.0.1"},
		{"a load balancer's address", me, "192.0.2.8:8080", "b sees 10.0.0.11"},
		{"an address that two share", me, "192.0.2.9:8080", "b sees 10.0.0.11"},
		{"the other of the two", me, "192.0.2.9:81", "a sees 10.244.0.1"},
		{"traffic kept on the node", there, "local:8080", "b sees " + there.IP()},
	}
	for _, test := range tests {
		got := answer(t, func() (net.Conn, error) { return test.from.Dial(t.Context(), "tcp", test.address) })
		if got != test.want {
			t.Errorf("%s: %q, want %q", test.name, got, test.want)
		}
	}
	fromNode := func(node int, address string) string {
		return answer(t, func() (net.Conn, error) { return n.DialFrom(t.Context(), NodeAddress(node), "tcp", address) })
	}
	if got := fromNode(1, a.IP()+":80") + ", " + fromNode(2, a.IP()+":80") + ", " + fromNode(1, "10.96.0.21:8080"); got != "a sees 10.244.0.1, a sees 10.0.0.12, b sees 10.0.0.11" {
		t.Errorf("from nodes: %s", got)
	}
}

func TestDropped(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := New()
		me := attachTo(t, n, 1, "me")
		local := serviceOf("default", "local", "10.96.0.23", 0)
		policy := corev1.ServiceInternalTrafficPolicyLocal
		local.Spec.InternalTrafficPolicy = &policy
		n.services.set([]*corev1.Service{local}, []*discoveryv1.EndpointSlice{sliceOf("default", "local", true, "10.244.1.9")})
		for _, address := range []string{"local:8080", "local:81"} {
			if _, err := me.Dial(t.Context(), "tcp", address); !errors.Is(err, syscall.ETIMEDOUT) {
				t.Errorf("%s: %v", address, err)
			}
		}
		n.services.set([]*corev1.Service{local}, nil)
		if _, err := me.Dial(t.Context(), "tcp", "local:8080"); !errors.Is(err, syscall.ECONNREFUSED) {
			t.Errorf("without endpoints: %v", err)
		}
	})
}

func TestAffinity(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		table := newServiceTable()
		sticky := serviceOf("default", "sticky", "10.96.0.20", 0)
		seconds := int32(60)
		sticky.Spec.SessionAffinity = corev1.ServiceAffinityClientIP
		sticky.Spec.SessionAffinityConfig = &corev1.SessionAffinityConfig{ClientIP: &corev1.ClientIPConfig{TimeoutSeconds: &seconds}}
		all := []string{"10.244.0.2", "10.244.0.3", "10.244.0.4", "10.244.0.5"}
		set := func(addresses ...string) {
			table.set([]*corev1.Service{sticky}, []*discoveryv1.EndpointSlice{sliceOf("default", "sticky", true, addresses...)})
		}
		pick := func(client string) string {
			r, _, err := table.route(netip.MustParseAddr(client), netip.MustParseAddrPort("10.96.0.20:8080"), false)
			if err != nil {
				t.Fatal(err)
			}
			return r.to.Addr().String()
		}
		set(all...)
		first, clients := pick("10.244.0.9"), map[string]bool{}
		for i := range 40 {
			time.Sleep(59 * time.Second) // each connection restarts the timeout
			if got := pick("10.244.0.9"); got != first {
				t.Fatalf("connection %d went to %s, the first to %s", i, got, first)
			}
			clients[pick("10.244.1."+itoa(int32(i)))] = true
		}
		if len(clients) != len(all) {
			t.Errorf("40 clients found %d of %d endpoints", len(clients), len(all))
		}
		after := map[string]bool{}
		for range 100 {
			time.Sleep(61 * time.Second)
			after[pick("10.244.0.9")] = true
		}
		if len(after) != len(all) {
			t.Errorf("after its time a client found %d of %d endpoints", len(after), len(all))
		}
		gone := pick("10.244.0.9")
		set(strings.Fields(strings.ReplaceAll(strings.Join(all, " "), gone, ""))...)
		if got := pick("10.244.0.9"); got == gone {
			t.Errorf("still sent to %s, which left", gone)
		}
		table.set(nil, nil)
		if len(table.affinity.kept) != 0 {
			t.Errorf("%d clients kept of a service that is gone", len(table.affinity.kept))
		}
	})
}

func TestTerminatingEndpoints(t *testing.T) {
	yes, no := true, false
	conditions := func(ready, serving, terminating *bool) discoveryv1.EndpointConditions {
		return discoveryv1.EndpointConditions{Ready: ready, Serving: serving, Terminating: terminating}
	}
	tests := map[string]struct {
		conditions []discoveryv1.EndpointConditions
		want       string
	}{
		"all ready":                  {[]discoveryv1.EndpointConditions{conditions(&yes, &yes, &no), conditions(nil, nil, nil)}, "1 2"},
		"ready before terminating":   {[]discoveryv1.EndpointConditions{conditions(&no, &yes, &yes), conditions(&yes, &yes, &no)}, "2"},
		"only terminating":           {[]discoveryv1.EndpointConditions{conditions(&no, &yes, &yes), conditions(&no, &no, &no)}, "1"},
		"terminating and not ready":  {[]discoveryv1.EndpointConditions{conditions(&no, &no, &yes)}, ""},
		"not ready, not terminating": {[]discoveryv1.EndpointConditions{conditions(&no, &no, &no)}, ""},
	}
	for name, test := range tests {
		slice := sliceOf("default", "web", true)
		for i, c := range test.conditions {
			slice.Endpoints = append(slice.Endpoints, discoveryv1.Endpoint{Addresses: []string{"10.244.0." + itoa(int32(i+1))}, Conditions: c})
		}
		table := newServiceTable()
		table.set([]*corev1.Service{serviceOf("default", "web", "10.96.0.20", 0)}, []*discoveryv1.EndpointSlice{slice})
		var got []string
		for _, e := range table.current.Load().byAddress[netip.MustParseAddr("10.96.0.20")].usable("http") {
			got = append(got, strings.TrimPrefix(e.at.Addr().String(), "10.244.0."))
		}
		if strings.Join(got, " ") != test.want {
			t.Errorf("%s: %q, want %q", name, got, test.want)
		}
	}
}

func TestHostPort(t *testing.T) {
	n := New()
	p, err := n.AttachPod(PodConfig{CIDR: PodCIDR(1), Namespace: "default", Hostname: "web", HostPorts: map[uint16]uint16{8080: 80}})
	if err != nil {
		t.Fatal(err)
	}
	me := attachTo(t, n, 1, "me")
	greet(t, p, "80")
	dial := func() (net.Conn, error) { return me.Dial(t.Context(), "tcp", NodeAddress(1)+":8080") }
	if got := answer(t, dial); got != "web sees 10.244.0.1" {
		t.Error(got)
	}
	p.Detach()
	if got := answer(t, dial); !strings.Contains(got, "connection refused") {
		t.Errorf("after the pod went: %s", got)
	}
}
