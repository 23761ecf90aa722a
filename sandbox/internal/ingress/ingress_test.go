package ingress

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
	networkingv1 "k8s.io/api/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes/fake"

	"github.com/kubectl-learn/kubectl-learn/internal/patience"
	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/network"
)

// rig is a controller beside a proxy, on an API that keeps objects only.
type rig struct {
	t      *testing.T
	net    *network.Network
	client *fake.Clientset

	mu   sync.Mutex
	port int
}

// newRig starts a controller; occupied is a port that it finds taken, or 0.
func newRig(t *testing.T, occupied int) *rig {
	t.Helper()
	r := &rig{t: t, net: network.New(), client: fake.NewClientset()}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 2)
	go func() { done <- r.net.RunProxy(ctx, r.client) }()
	go func() {
		done <- Run(ctx, Config{
			Client: r.client, Network: r.net, NodeAddress: "10.0.0.11", Port: occupied, Log: slog.New(slog.DiscardHandler),
			Listening: func(port int) {
				r.mu.Lock()
				defer r.mu.Unlock()
				r.port = port
			},
		})
	}()
	t.Cleanup(func() {
		cancel()
		if err := errors.Join(<-done, <-done); err != nil {
			t.Error(err)
		}
		if r.opened() != 0 {
			t.Error("the port stayed open")
		}
	})
	return r
}

func (r *rig) opened() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.port
}

// serve puts a service with one pod into the cluster.
func (r *rig) serve(name string, handler http.Handler) {
	r.t.Helper()
	pod, err := r.net.AttachPod(network.PodConfig{CIDR: network.PodCIDR(1), Namespace: "default", Hostname: name})
	if err != nil {
		r.t.Fatal(err)
	}
	r.t.Cleanup(pod.Detach)
	if handler != nil {
		l, err := pod.Listen("tcp", ":80")
		if err != nil {
			r.t.Fatal(err)
		}
		server := &http.Server{Handler: handler} //nolint:gosec // a test's own
		go func() { _ = server.Serve(l) }()
		r.t.Cleanup(func() { _ = server.Close() })
	}
	r.create(name, pod.IP())
}

func (r *rig) create(name string, addresses ...string) {
	r.t.Helper()
	service := &corev1.Service{ObjectMeta: metav1.ObjectMeta{Namespace: "default", Name: name}, Spec: corev1.ServiceSpec{
		ClusterIP: "None", Ports: []corev1.ServicePort{{Name: "http", Port: 80, Protocol: corev1.ProtocolTCP}},
	}}
	slice := &discoveryv1.EndpointSlice{
		ObjectMeta:  metav1.ObjectMeta{Namespace: "default", Name: name, Labels: map[string]string{discoveryv1.LabelServiceName: name}},
		AddressType: discoveryv1.AddressTypeIPv4, Ports: []discoveryv1.EndpointPort{{Name: new("http"), Port: new(int32(80))}},
	}
	for _, a := range addresses {
		slice.Endpoints = append(slice.Endpoints, discoveryv1.Endpoint{Addresses: []string{a}})
	}
	_, err := r.client.CoreV1().Services("default").Create(r.t.Context(), service, metav1.CreateOptions{})
	_, other := r.client.DiscoveryV1().EndpointSlices("default").Create(r.t.Context(), slice, metav1.CreateOptions{})
	if err := errors.Join(err, other); err != nil {
		r.t.Fatal(err)
	}
}

func (r *rig) apply(ing *networkingv1.Ingress) {
	r.t.Helper()
	if _, err := r.client.NetworkingV1().Ingresses("default").Create(r.t.Context(), ing, metav1.CreateOptions{}); err != nil {
		r.t.Fatal(err)
	}
}

func (r *rig) eventually(what string, holds func() bool) {
	r.t.Helper()
	patience.Until(r.t, what, holds, nil)
}

// do sends a request to the port on the machine, once that is open.
func (r *rig) do(method, uri string, body io.Reader, headers ...string) *http.Response {
	r.t.Helper()
	r.eventually("the port", func() bool { return r.opened() != 0 })
	request, err := http.NewRequestWithContext(r.t.Context(), method, fmt.Sprintf("http://127.0.0.1:%d%s", r.opened(), uri), body)
	if err != nil {
		r.t.Fatal(err)
	}
	for _, header := range headers {
		name, value, _ := strings.Cut(header, ": ")
		request.Header.Set(name, value)
		if name == "Host" {
			request.Host = value
		}
	}
	response, err := (&http.Transport{DisableKeepAlives: true}).RoundTrip(request)
	if err != nil {
		r.t.Fatal(err)
	}
	r.t.Cleanup(func() { _ = response.Body.Close() })
	return response
}

func (r *rig) get(uri string, headers ...string) (int, string) {
	r.t.Helper()
	response := r.do(http.MethodGet, uri, nil, headers...) //nolint:bodyclose // do closes it when the test ends
	text, err := io.ReadAll(response.Body)
	if err != nil {
		r.t.Fatal(err)
	}
	return response.StatusCode, string(text)
}

// say answers with a word, the request's line and its host.
func say(word string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Server", word+"/1.0")
		_, _ = io.WriteString(w, word+" "+r.Method+" "+r.RequestURI+" "+r.Host)
	})
}

func TestServed(t *testing.T) {
	r := newRig(t, 0)
	r.serve("web", say("web"))
	r.serve("beta", say("beta"))
	r.serve("mute", nil)
	r.create("empty")
	dead := "10.244.0.4" // the pod of the service mute, where nobody listens
	r.create("half", "10.244.0.2", dead)
	r.apply(ingressOf(3, "shop", "", "shop.example Prefix /web web:80", "shop.example Prefix /mute mute:80", "shop.example Prefix /empty empty:80",
		"shop.example Prefix /gone gone:80", "shop.example Prefix /half half:80"))
	r.apply(ingressOf(2, "beta", "canary=true canary-by-header=X-Canary", "shop.example Prefix /web beta:80"))
	r.apply(ingressOf(1, "rewritten", "rewrite-target=/$1", "api.example ImplementationSpecific /v1/(.*) web:80"))
	r.eventually("the last Ingress", func() bool { code, _ := r.get("/v1/x", "Host: api.example"); return code == 200 })
	const nginx = "<html>\r\n<head><title>%s</title></head>\r\n<body>\r\n<center><h1>%[1]s</h1></center>\r\n<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n"
	tests := []struct {
		uri, headers string
		code         int
		want         string
	}{
		{"/web?a=b", "Host: shop.example", 200, "web GET /web?a=b shop.example"},
		{"/web/%20x", "Host: shop.example", 200, "web GET /web/%20x shop.example"},
		{"/v1/a%20b/c?d=e", "Host: api.example", 200, "web GET /a%20b/c?d=e api.example"},
		{"/web", "Host: other.example", 404, fmt.Sprintf(nginx, "404 Not Found")},
		{"/other", "Host: shop.example", 404, fmt.Sprintf(nginx, "404 Not Found")},
		{"/empty", "Host: shop.example", 503, fmt.Sprintf(nginx, "503 Service Temporarily Unavailable")},
		{"/gone", "Host: shop.example", 503, fmt.Sprintf(nginx, "503 Service Temporarily Unavailable")},
		{"/mute", "Host: shop.example", 502, fmt.Sprintf(nginx, "502 Bad Gateway")},
		{"/web", "Host: shop.example\nX-Canary: always", 200, "beta GET /web shop.example"},
	}
	for _, test := range tests {
		code, got := r.get(test.uri, strings.Split(test.headers, "\n")...)
		if code != test.code || got != test.want {
			t.Errorf("%s %q: %d %q", test.uri, test.headers, code, got)
		}
	}
	for range 6 { // an endpoint that refuses is passed over
		if code, got := r.get("/half", "Host: shop.example"); code != 200 {
			t.Fatalf("/half: %d %q", code, got)
		}
	}
	response := r.do(http.MethodGet, "/web", nil, "Host: shop.example") //nolint:bodyclose // do closes it when the test ends
	if server := response.Header["Server"]; server != nil {
		t.Errorf("Server: %q", server)
	}
}

func TestForwardedHeaders(t *testing.T) {
	r := newRig(t, 0)
	seen := make(chan http.Header, 1)
	r.serve("web", http.HandlerFunc(func(_ http.ResponseWriter, q *http.Request) { seen <- q.Header }))
	r.apply(ingressOf(1, "web", "", "~ Prefix / web:80"))
	r.eventually("the service", func() bool { code, _ := r.get("/"); return code == 200 })
	<-seen
	r.get("/", "Host: shop.example:8080", "X-Forwarded-For: 1.2.3.4", "X-Forwarded-Host: evil", "Proxy: evil", "User-Agent: me", "Accept-Encoding: br")
	got := <-seen
	id := got.Get("X-Request-Id")
	got.Set("X-Request-Id", strings.Repeat("x", len(id)))
	want := http.Header{
		"X-Forwarded-For": {"10.0.0.11"}, "X-Real-Ip": {"10.0.0.11"}, "X-Forwarded-Host": {"shop.example:8080"}, "X-Forwarded-Port": {"80"},
		"X-Forwarded-Proto": {"http"}, "X-Forwarded-Scheme": {"http"}, "X-Scheme": {"http"}, "X-Original-Forwarded-For": {"1.2.3.4"},
		"X-Request-Id": {strings.Repeat("x", 32)}, "User-Agent": {"me"}, "Accept-Encoding": {"br"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	r.get("/", "X-Request-ID: mine")
	if got := (<-seen).Get("X-Request-Id"); got != "mine" {
		t.Errorf("X-Request-ID %q", got)
	}
}

func TestObjects(t *testing.T) {
	taken, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = taken.Close() }()
	occupied := taken.Addr().(*net.TCPAddr).Port
	r := newRig(t, occupied)
	r.eventually("the Service", func() bool {
		_, err := r.client.CoreV1().Services(namespace).Get(t.Context(), serviceName, metav1.GetOptions{})
		return err == nil
	})
	class, err := r.client.NetworkingV1().IngressClasses().Get(t.Context(), className, metav1.GetOptions{})
	if err != nil || class.Spec.Controller != controllerName || class.Annotations[networkingv1.AnnotationIsDefaultIngressClass] != "true" {
		t.Errorf("class %v, %v", class, err)
	}
	foreign := ingressOf(1, "foreign", "", "~ Prefix / web:80")
	other := "traefik"
	foreign.Spec.IngressClassName = &other
	r.apply(foreign)
	ours := ingressOf(1, "ours", "enable-cors=true", "~ Prefix /ours web:80")
	ours.Spec.IngressClassName, ours.Annotations[annotationClass] = nil, className
	r.apply(ours)
	r.serve("web", say("web"))
	status := func(name string) []networkingv1.IngressLoadBalancerIngress {
		ing, err := r.client.NetworkingV1().Ingresses("default").Get(t.Context(), name, metav1.GetOptions{})
		if err != nil {
			t.Fatal(err)
		}
		return ing.Status.LoadBalancer.Ingress
	}
	r.eventually("the status", func() bool { return len(status("ours")) == 1 && status("ours")[0].IP == "10.0.0.11" })
	if got := status("foreign"); got != nil {
		t.Errorf("an Ingress of another class got %v", got)
	}
	r.eventually("an answer", func() bool { code, _ := r.get("/ours"); return code == 200 })
	if code, _ := r.get("/"); code != 404 || r.opened() == occupied {
		t.Errorf("an Ingress of another class answers %d; the port is %d", code, r.opened())
	}
	r.eventually("the controller behind its Service", func() bool { return len(r.net.Backends(namespace, serviceName, "http")) == 1 })
	want := []string{
		"Normal Sync ours: Scheduled for sync",
		"Warning NotServed ours: The annotation nginx.ingress.kubernetes.io/enable-cors is not supported by the sandbox and has no effect",
	}
	r.eventually("the events", func() bool { return cmp.Equal(want, r.events()) })
	if err := r.client.NetworkingV1().Ingresses("default").Delete(t.Context(), "ours", metav1.DeleteOptions{}); err != nil {
		t.Fatal(err)
	}
	r.eventually("the port to close", func() bool { return r.opened() == 0 && r.net.Backends(namespace, serviceName, "http") == nil })
}

// events are the events there are, without repetition.
func (r *rig) events() []string {
	list, err := r.client.CoreV1().Events("default").List(r.t.Context(), metav1.ListOptions{})
	if err != nil {
		r.t.Fatal(err)
	}
	var out []string
	for _, e := range list.Items {
		out = append(out, e.Type+" "+e.Reason+" "+e.InvolvedObject.Name+": "+e.Message)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func TestUpgrade(t *testing.T) {
	r := newRig(t, 0)
	r.serve("chat", http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		if q.Header.Get("Upgrade") != "websocket" {
			return
		}
		c, both, err := w.(http.Hijacker).Hijack()
		if err != nil {
			return
		}
		defer func() { _ = c.Close() }()
		_, _ = io.WriteString(c, "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n")
		_, _ = io.Copy(c, both)
	}))
	r.apply(ingressOf(1, "chat", "", "~ Prefix / chat:80"))
	r.eventually("the service", func() bool { code, _ := r.get("/"); return code == 200 })
	c, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", fmt.Sprintf("127.0.0.1:%d", r.opened()))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = c.Close() }()
	_, _ = io.WriteString(c, "GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n")
	lines := bufio.NewReader(c)
	for {
		line, err := lines.ReadString('\n')
		if err != nil {
			t.Fatal(err)
		}
		if line == "\r\n" {
			break
		}
	}
	for i := range 3 {
		word := fmt.Sprintf("word %d\n", i)
		_, _ = io.WriteString(c, word)
		if got, err := lines.ReadString('\n'); err != nil || got != word {
			t.Fatalf("%q, %v", got, err)
		}
	}
}

func TestBodies(t *testing.T) {
	r := newRig(t, 0)
	r.serve("web", http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		n, err := io.Copy(io.Discard, q.Body)
		if err == nil {
			_, _ = fmt.Fprintf(w, "%d", n)
		}
	}))
	r.serve("large", http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		_ = http.NewResponseController(w).EnableFullDuplex()
		_, _ = io.Copy(w, q.Body)
	}))
	r.apply(ingressOf(1, "web", "", "~ Prefix /web web:80"))
	r.apply(ingressOf(1, "large", "proxy-body-size=0", "~ Prefix /large large:80"))
	r.eventually("the services", func() bool {
		a, _ := r.get("/web")
		b, _ := r.get("/large")
		return a == 200 && b == 200
	})
	for size, want := range map[int64]int{1 << 20: 200, 1<<20 + 1: 413} {
		for name, body := range map[string]io.Reader{"known": strings.NewReader(strings.Repeat("x", int(size))), "unknown": io.LimitReader(zeros{}, size)} {
			got := r.do(http.MethodPost, "/web", body) //nolint:bodyclose // do closes it when the test ends
			if got.StatusCode != want {
				t.Errorf("%d bytes of %s length: %s", size, name, got.Status)
			}
		}
	}
	const size = 100 << 20
	response := r.do(http.MethodPost, "/large", io.LimitReader(zeros{}, size)) //nolint:bodyclose // do closes it when the test ends
	var highest, total uint64
	buffer := make([]byte, 1<<16)
	for i := 0; ; i++ {
		n, err := response.Body.Read(buffer)
		total += uint64(n)
		if i%200 == 0 {
			var m runtime.MemStats
			runtime.ReadMemStats(&m)
			highest = max(highest, m.HeapInuse)
		}
		if errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
	}
	if total != size || highest > 96<<20 {
		t.Errorf("%d bytes came back, the heap grew to %d MiB", total, highest>>20)
	}
}

// zeros is a file without an end.
type zeros struct{}

func (zeros) Read(p []byte) (int, error) {
	clear(p)
	return len(p), nil
}
