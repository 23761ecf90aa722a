package network

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/net/dns/dnsmessage"
	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
)

// elsewhere is the world outside: it knows example.org, and is out of order for
// all below "down".
type elsewhere struct{}

func (elsewhere) LookupNetIP(_ context.Context, _, host string) ([]netip.Addr, error) {
	switch host {
	case "example.org.":
		return []netip.Addr{netip.MustParseAddr("192.0.2.80")}, nil
	case "host.down.":
		return nil, &net.DNSError{Err: "server misbehaving", Name: host}
	}
	return nil, &net.DNSError{Err: "no such host", Name: host, IsNotFound: true}
}

// named is a network with services of every kind.
func namedNetwork() *Network {
	n := New()
	n.outside = elsewhere{}
	alias := func(name, to string) *corev1.Service {
		s := serviceOf("default", name, "", 0)
		s.Spec.Type, s.Spec.ExternalName = corev1.ServiceTypeExternalName, to
		return s
	}
	pods := sliceOf("default", "db", true, "10.244.0.9", "10.244.0.8")
	host := "db-0"
	pods.Endpoints[0].Hostname = &host
	n.services.set([]*corev1.Service{
		serviceOf("default", "web", "10.96.0.20", 0), serviceOf("other", "web", "10.96.0.30", 0),
		serviceOf("default", "db", "None", 0), serviceOf("default", "empty", "None", 0),
		alias("inside", "web.other.svc.cluster.local"), alias("outside", "Example.org."), alias("round", "round.default.svc.cluster.local"),
		alias("broken", "host.down"),
	}, []*discoveryv1.EndpointSlice{pods, sliceOf("default", "empty", false, "10.244.0.7"), sliceOf("other", "web", true, "10.244.0.5")})
	return n
}

func TestLookup(t *testing.T) {
	n := namedNetwork()
	p, err := n.AttachPod(PodConfig{CIDR: PodCIDR(1), Namespace: "default", Hostname: "me", Aliases: map[string]string{"friend": "10.1.2.3"}})
	if err != nil {
		t.Fatal(err)
	}
	tests := map[string][]string{
		"web": {"10.96.0.20"}, "WEB": {"10.96.0.20"}, "web.default": {"10.96.0.20"}, "web.other": {"10.96.0.30"},
		"web.other.svc": {"10.96.0.30"}, "web.other.svc.cluster.local": {"10.96.0.30"}, "web.other.svc.cluster.local.": {"10.96.0.30"},
		"db": {"10.244.0.8", "10.244.0.9"}, "db-0.db": {"10.244.0.9"}, "10-244-0-8.db": {"10.244.0.8"}, "10-244-0-5.web.other": {"10.244.0.5"},
		"10-244-7-7.default.pod.cluster.local": {"10.244.7.7"},
		"me":                                   {"10.244.0.2"}, "friend": {"10.1.2.3"}, "localhost": {"127.0.0.1"}, "1.2.3.4": {"1.2.3.4"},
		"inside": {"10.96.0.30"}, "outside": {"192.0.2.80"}, "example.org": {"192.0.2.80"},
		"empty": nil, "nothing": nil, "web.nowhere": nil, "web.": nil, "db-7.db": nil, "db-1.db": nil, "round": nil, "broken": nil,
		"x.outside": nil, "cluster.local": nil, "default.svc.cluster.local": nil, "web.default.cluster.local": nil, "a.b.c.d.e.f": nil,
	}
	temporary := map[string]bool{"broken": true, "round": true}
	for name, want := range tests {
		got, err := p.LookupHost(t.Context(), name)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
		if e := (*net.DNSError)(nil); want == nil && (!errors.As(err, &e) || e.IsNotFound == temporary[name]) {
			t.Errorf("%s: error %v", name, err)
		}
	}
}

func TestRecords(t *testing.T) {
	n := namedNetwork()
	tests := []struct {
		name string
		kind dnsmessage.Type
		code dnsmessage.RCode
		want []string
	}{
		{"web.other.svc.cluster.local.", dnsmessage.TypeA, 0, []string{"web.other.svc.cluster.local. A 10.96.0.30"}},
		{"web.other.svc.cluster.local.", dnsmessage.TypeAAAA, 0, nil},
		{"nope.other.svc.cluster.local.", dnsmessage.TypeA, dnsmessage.RCodeNameError, nil},
		{"inside.default.svc.cluster.local.", dnsmessage.TypeA, 0, []string{
			"inside.default.svc.cluster.local. CNAME web.other.svc.cluster.local.", "web.other.svc.cluster.local. A 10.96.0.30",
		}},
		{"broken.default.svc.cluster.local.", dnsmessage.TypeA, 0, []string{"broken.default.svc.cluster.local. CNAME host.down."}},
		{"example.org.", dnsmessage.TypeA, 0, []string{"example.org. A 192.0.2.80"}},
		{"host.down.", dnsmessage.TypeA, dnsmessage.RCodeServerFailure, nil},
		{"30.0.96.10.in-addr.arpa.", dnsmessage.TypePTR, 0, []string{"30.0.96.10.in-addr.arpa. PTR web.other.svc.cluster.local."}},
		{"9.0.244.10.in-addr.arpa.", dnsmessage.TypePTR, 0, []string{"9.0.244.10.in-addr.arpa. PTR db-0.db.default.svc.cluster.local."}},
		{"77.0.244.10.in-addr.arpa.", dnsmessage.TypePTR, dnsmessage.RCodeNameError, nil},
		{"_http._tcp.web.other.svc.cluster.local.", dnsmessage.TypeSRV, 0, []string{"_http._tcp.web.other.svc.cluster.local. SRV 0 100 8080 web.other.svc.cluster.local."}},
		{"_http._tcp.db.default.svc.cluster.local.", dnsmessage.TypeSRV, 0, []string{
			"_http._tcp.db.default.svc.cluster.local. SRV 0 50 80 db-0.db.default.svc.cluster.local.",
			"_http._tcp.db.default.svc.cluster.local. SRV 0 50 80 10-244-0-8.db.default.svc.cluster.local.",
		}},
		{"_ssh._tcp.web.other.svc.cluster.local.", dnsmessage.TypeSRV, dnsmessage.RCodeNameError, nil},
	}
	for _, test := range tests {
		question := dnsmessage.Question{Name: dnsmessage.MustNewName(test.name), Type: test.kind, Class: dnsmessage.ClassINET}
		asked := dnsmessage.Message{Header: dnsmessage.Header{ID: 7}, Questions: []dnsmessage.Question{question}}
		packed, err := asked.Pack()
		if err != nil {
			t.Fatal(err)
		}
		reply, err := n.answerTo(t.Context(), packed)
		if err != nil {
			t.Fatalf("%s: %v", test.name, err)
		}
		var m dnsmessage.Message
		if err := m.Unpack(reply); err != nil || m.ID != 7 || m.RCode != test.code {
			t.Errorf("%s: %v, id %d, code %s, want %s", test.name, err, m.ID, m.RCode, test.code)
		}
		if diff := cmp.Diff(test.want, texts(m.Answers)); diff != "" {
			t.Errorf("%s %s (-want +got):\n%s", test.name, test.kind, diff)
		}
	}
}

// texts shows records as dig does, without class and time to live.
func texts(records []dnsmessage.Resource) []string {
	var out []string
	for _, r := range records {
		name := r.Header.Name.String()
		switch body := r.Body.(type) {
		case *dnsmessage.AResource:
			out = append(out, name+" A "+netip.AddrFrom4(body.A).String())
		case *dnsmessage.CNAMEResource:
			out = append(out, name+" CNAME "+body.CNAME.String())
		case *dnsmessage.PTRResource:
			out = append(out, name+" PTR "+body.PTR.String())
		case *dnsmessage.SRVResource:
			out = append(out, name+" SRV "+itoa(int32(body.Priority))+" "+itoa(int32(body.Weight))+" "+itoa(int32(body.Port))+" "+body.Target.String())
		}
	}
	return out
}

func FuzzDNS(f *testing.F) {
	n := namedNetwork()
	f.Add([]byte("\x00\x07\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00\x03web\x00\x00\x01\x00\x01"))
	f.Fuzz(func(t *testing.T, question []byte) {
		if answer, err := n.answerTo(t.Context(), question); err == nil && len(answer) < 12 {
			t.Errorf("an answer of %d bytes", len(answer))
		}
	})
}
