package fetch

import (
	"context"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes/fake"

	virtual "github.com/kubectl-learn/kubectl-learn/sandbox/internal/network"
	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/programs/programtest"
)

// cluster is a network whose DNS knows the service web and an alias of it.
func cluster(t *testing.T) *virtual.PodNet {
	t.Helper()
	n := virtual.New()
	web := &corev1.Service{ObjectMeta: metav1.ObjectMeta{Namespace: "default", Name: "web"}, Spec: corev1.ServiceSpec{
		ClusterIP: "10.96.0.20", Ports: []corev1.ServicePort{{Name: "http", Port: 80, Protocol: corev1.ProtocolTCP}},
	}}
	alias := &corev1.Service{ObjectMeta: metav1.ObjectMeta{Namespace: "default", Name: "alias"}, Spec: corev1.ServiceSpec{
		Type: corev1.ServiceTypeExternalName, ExternalName: "web.default.svc.cluster.local",
	}}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- n.RunProxy(ctx, fake.NewClientset(web, alias)) }()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	p, err := n.AttachPod(virtual.PodConfig{CIDR: virtual.PodCIDR(1), Namespace: "default", Hostname: "me"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.Detach)
	for { // until the service is known, and names are served
		_, err := p.LookupHost(t.Context(), "web")
		c, refused := p.Dial(t.Context(), "tcp", virtual.DNSAddress+":53")
		if refused == nil {
			_ = c.Close()
		}
		if err == nil && refused == nil {
			return p
		}
		if t.Context().Err() != nil {
			t.Fatal("no names")
		}
	}
}

func TestNslookup(t *testing.T) {
	p := cluster(t)
	const head = "Server:\t\t10.96.0.10\nAddress:\t10.96.0.10:53\n\n"
	const web = "Name:\tweb.default.svc.cluster.local\nAddress: 10.96.0.20\n\n"
	const alias = "alias.default.svc.cluster.local\tcanonical name = web.default.svc.cluster.local\n"
	missing := func(names ...string) string {
		text := ""
		for _, name := range names {
			text += "** server can't find " + name + ": NXDOMAIN\n\n"
		}
		return text
	}
	none := missing("web.svc.cluster.local", "web.cluster.local")
	for _, tt := range []struct {
		line, out, err string
		code           int
	}{
		{line: "web", out: head + web + none + "\n" + none, code: 1},
		{line: "web.default.svc.cluster.local", out: head + web + "\n"},
		{line: "web.default.svc.cluster.local.", out: head + web + "\n"},
		{line: "WEB.default.svc.cluster.local 10.96.0.10", out: head + web + "\n"},
		{line: "nope.default.svc.cluster.local", out: head + strings.Repeat(missing("nope.default.svc.cluster.local"), 2), code: 1},
		{line: "alias.default.svc.cluster.local", out: head + alias + web + "\n"},
		{line: "-type=a web.default.svc.cluster.local", out: head + web},
		{line: "-type=cname alias.default.svc.cluster.local", out: head + alias + "\n"},
		{line: "10.96.0.20", out: head + "20.0.96.10.in-addr.arpa\tname = web.default.svc.cluster.local\n\n"},
		{line: "-type=srv _http._tcp.web.default.svc.cluster.local", out: head + "_http._tcp.web.default.svc.cluster.local\tservice = 0 100 80 web.default.svc.cluster.local\n\n"},
		{line: "web 192.0.2.1", out: ";; connection timed out; no servers could be reached\n\n", code: 1},
		{line: "-type=moon web", err: "nslookup: invalid query type \"moon\"\n", code: 1},
		{line: "", err: nslookupUsage, code: 1},
		{line: "-help", err: nslookupUsage, code: 1},
	} {
		c := programtest.New(t, nil, map[string]string{
			"/etc/resolv.conf": "search default.svc.cluster.local svc.cluster.local cluster.local\nnameserver 10.96.0.10\noptions ndots:5\n",
		}, nil, "", append([]string{"nslookup"}, strings.Fields(tt.line)...)...)
		c.Net = p
		code := Nslookup(t.Context(), c.Process)
		if diff := cmp.Diff([]string{tt.out, tt.err}, []string{c.Out.String(), c.Err.String()}); diff != "" || code != tt.code {
			t.Errorf("%q: exit %d (-want +got):\n%s", tt.line, code, diff)
		}
	}
}
