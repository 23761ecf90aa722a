package network

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"net"
	"runtime"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	networkingv1 "k8s.io/api/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes/fake"

	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"

	"github.com/kubectl-learn/kubectl-learn/internal/patience"
)

// echo answers what it reads, half-close by half-close.
func echo(t *testing.T, p *PodNet) {
	t.Helper()
	l := listen(t, p, ":80")
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				_, _ = io.Copy(c, c)
				_ = closeWrite(c)
			}()
		}
	}()
}

func TestManyConnections(t *testing.T) {
	n := New()
	a, b, me := attach(t, n, "a"), attach(t, n, "b"), attach(t, n, "me")
	echo(t, a)
	echo(t, b)
	n.services.set([]*corev1.Service{serviceOf("default", "web", "10.96.0.20", 0)}, []*discoveryv1.EndpointSlice{sliceOf("default", "web", true, a.IP(), b.IP())})
	before := runtime.NumGoroutine()
	const connections = 1000
	var open sync.WaitGroup
	var all sync.WaitGroup
	var good atomic.Int32
	open.Add(connections)
	for range connections {
		all.Go(func() {
			c, err := me.Dial(t.Context(), "tcp", "web:8080")
			open.Done()
			if err != nil {
				t.Error(err)
				return
			}
			open.Wait() // all of them are open at once
			_, _ = io.WriteString(c, "question")
			_ = closeWrite(c)
			if got, err := io.ReadAll(c); err == nil && string(got) == "question" {
				good.Add(1)
			}
			_ = c.Close()
		})
	}
	all.Wait()
	if good.Load() != connections {
		t.Errorf("%d of %d connections were answered", good.Load(), connections)
	}
	eventually(t, "the goroutines to end", func() bool { return runtime.NumGoroutine() <= before+2 })
}

// TestLargeBody sends 100 MB through a node port and back, in little memory.
func TestLargeBody(t *testing.T) {
	n := New()
	web := attach(t, n, "web")
	echo(t, web)
	port, l := freePort(t)
	_ = l.Close()
	proxy(t, n, fake.NewClientset(serviceOf("default", "web", "10.96.0.20", port), sliceOf("default", "web", true, web.IP())))
	eventually(t, "the node port", func() bool { return dialReal(t, port) == nil })
	c, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", net.JoinHostPort("127.0.0.1", itoa(port)))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = c.Close() }()
	block := bytes.Repeat([]byte("0123456789abcdef"), 1<<16)
	sent, received := sha256.New(), sha256.New()
	go func() {
		for range 100 {
			_, _ = c.Write(block)
		}
		_ = closeWrite(c)
	}()
	for range 100 {
		_, _ = sent.Write(block)
	}
	var highest uint64
	buffer := make([]byte, 1<<16)
	for total := 0; ; {
		read, err := c.Read(buffer)
		_, _ = received.Write(buffer[:read])
		if total += read; total%(10<<20) < read {
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
	if a, b := hex.EncodeToString(sent.Sum(nil)), hex.EncodeToString(received.Sum(nil)); a != b {
		t.Errorf("sent %s, got back %s", a, b)
	}
	if highest > 64<<20 {
		t.Errorf("the heap grew to %d MiB", highest>>20)
	}
}

// TestFlood dials a node port whose endpoints refuse, and one that is closed.
func TestFlood(t *testing.T) {
	n := New()
	web := attach(t, n, "web") // nobody listens in it
	port, l := freePort(t)
	_ = l.Close()
	client := fake.NewClientset(serviceOf("default", "web", "10.96.0.20", port), sliceOf("default", "web", true, web.IP()))
	proxy(t, n, client)
	eventually(t, "the node port", func() bool { return dialReal(t, port) == nil })
	before := runtime.NumGoroutine()
	for range 500 {
		c, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", net.JoinHostPort("127.0.0.1", itoa(port)))
		if err != nil {
			continue
		}
		_ = c.SetReadDeadline(time.Now().Add(patience.Limit()))
		if _, err := c.Read(make([]byte, 1)); !errors.Is(err, syscall.ECONNRESET) {
			t.Fatalf("a connection whose pod refuses: %v", err)
		}
		_ = c.Close()
	}
	if err := client.CoreV1().Services("default").Delete(t.Context(), "web", metav1.DeleteOptions{}); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the node port to close", func() bool { return dialReal(t, port) != nil })
	for range 500 {
		if dialReal(t, port) == nil {
			t.Fatal("a closed node port was open")
		}
	}
	eventually(t, "the goroutines to end", func() bool { return runtime.NumGoroutine() <= before })
	n.mu.RLock()
	defer n.mu.RUnlock()
	for ip, h := range n.hosts {
		if len(h.conns) > 0 {
			t.Errorf("%s keeps %d connections", ip, len(h.conns))
		}
	}
}

func TestPolicyWarning(t *testing.T) {
	client := fake.NewClientset()
	proxy(t, New(), client)
	policy := &networkingv1.NetworkPolicy{ObjectMeta: metav1.ObjectMeta{Namespace: "default", Name: "deny", Generation: 1}}
	// Policies that exist when the proxy starts are not reported again, so one
	// that was created too early is recreated.
	eventually(t, "the warning", func() bool {
		_ = client.NetworkingV1().NetworkPolicies("default").Delete(t.Context(), "deny", metav1.DeleteOptions{})
		if _, err := client.NetworkingV1().NetworkPolicies("default").Create(t.Context(), policy, metav1.CreateOptions{}); err != nil {
			t.Fatal(err)
		}
		return len(events(t, client)) > 0
	})
	if got, want := events(t, client)[0], "sandbox-network Warning NotEnforced deny: Enforcing network policies is not supported by the sandbox: every pod can still reach every other pod"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}
