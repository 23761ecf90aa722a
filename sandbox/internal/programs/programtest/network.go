package programtest

import (
	"context"
	"net"
	"os"
	"sync"
	"syscall"

	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/container"
)

// Silent is an address that never answers.
const Silent = "10.244.0.99"

// Network joins pods. Listeners are on loopback ports of the machine's choice.
type Network struct {
	mu    sync.Mutex
	names map[string][]string
	open  map[string]string
	// opened tells a waiting WaitFor that there is a new listener.
	opened sync.Cond
}

// NewNetwork returns a network with these names and their addresses.
func NewNetwork(names map[string][]string) *Network {
	n := &Network{names: names, open: map[string]string{}}
	n.opened.L = &n.mu
	return n
}

// Pod is the network as the pod with this address sees it.
func (n *Network) Pod(ip string) container.Net { return pod{n, ip} }

// WaitFor returns once something listens on this pod's address and port.
func (n *Network) WaitFor(address string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	for n.open[address] == "" {
		n.opened.Wait()
	}
}

type pod struct {
	*Network
	ip string
}

func (p pod) IP() string { return p.ip }

func (p pod) Listen(network, address string) (net.Listener, error) {
	_, port, err := net.SplitHostPort(address)
	if err != nil {
		return nil, err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	key := net.JoinHostPort(p.ip, port)
	if p.open[key] != "" {
		return nil, &net.OpError{Op: "listen", Net: network, Err: os.NewSyscallError("bind", syscall.EADDRINUSE)}
	}
	l, err := new(net.ListenConfig).Listen(context.Background(), "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	p.open[key] = l.Addr().String()
	p.opened.Broadcast()
	return &listener{Listener: l, closed: func() {
		p.mu.Lock()
		defer p.mu.Unlock()
		delete(p.open, key)
	}}, nil
}

type listener struct {
	net.Listener
	closed func()
}

func (l *listener) Close() error {
	l.closed()
	return l.Listener.Close()
}

func (p pod) Dial(ctx context.Context, network, address string) (net.Conn, error) {
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return nil, err
	}
	ips, err := p.LookupHost(ctx, host)
	if err != nil {
		return nil, &net.OpError{Op: "dial", Net: network, Err: err}
	}
	if ips[0] == Silent {
		<-ctx.Done()
		return nil, &net.OpError{Op: "dial", Net: network, Err: ctx.Err()}
	}
	p.mu.Lock()
	target := p.open[net.JoinHostPort(ips[0], port)]
	p.mu.Unlock()
	if target == "" {
		return nil, &net.OpError{Op: "dial", Net: network, Err: os.NewSyscallError("connect", syscall.ECONNREFUSED)}
	}
	return new(net.Dialer).DialContext(ctx, network, target)
}

func (p pod) LookupHost(_ context.Context, name string) ([]string, error) {
	if name == "localhost" || name == "127.0.0.1" {
		return []string{p.ip}, nil
	}
	if net.ParseIP(name) != nil {
		return []string{name}, nil
	}
	if ips := p.names[name]; len(ips) > 0 {
		return ips, nil
	}
	return nil, &net.DNSError{Err: "no such host", Name: name, IsNotFound: true}
}
