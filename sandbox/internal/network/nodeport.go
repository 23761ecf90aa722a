package network

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"strconv"
	"syscall"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/client-go/tools/record"
)

// nodePorts are the listeners on the machine's loopback. A node port is open
// while its service has an endpoint, so that otherwise connections are refused,
// as by kube-proxy.
type nodePorts struct {
	net      *Network
	recorder record.EventRecorder
	open     map[uint16]net.Listener
	// told are the taken ports that were reported to the learner.
	told map[uint16]bool
}

func newNodePorts(n *Network, recorder record.EventRecorder) *nodePorts {
	return &nodePorts{net: n, recorder: recorder, open: map[uint16]net.Listener{}, told: map[uint16]bool{}}
}

// sync opens the ports in the table and closes the others.
func (p *nodePorts) sync(ctx context.Context) {
	wanted := p.net.services.current.Load().byNodePort
	for port, l := range p.open {
		if sp, ok := wanted[port]; !ok || len(sp.service.usable(sp.port.Name)) == 0 {
			_ = l.Close()
			delete(p.open, port)
		}
	}
	for port := range p.told {
		if _, ok := wanted[port]; !ok {
			delete(p.told, port)
		}
	}
	for port, sp := range wanted {
		if p.open[port] == nil && len(sp.service.usable(sp.port.Name)) > 0 {
			p.listen(ctx, port, sp)
		}
	}
}

func (p *nodePorts) listen(ctx context.Context, port uint16, sp servicePort) {
	var config net.ListenConfig
	address := net.JoinHostPort("127.0.0.1", strconv.Itoa(int(port)))
	l, err := config.Listen(ctx, "tcp4", address)
	if err != nil {
		p.tell(port, sp, address, err)
		return
	}
	delete(p.told, port)
	p.open[port] = l
	go p.serve(ctx, l, port)
}

func (p *nodePorts) tell(port uint16, sp servicePort, address string, err error) {
	if p.told[port] {
		return
	}
	p.told[port] = true
	why := err.Error()
	if errors.Is(err, syscall.EADDRINUSE) {
		why = "another program on this machine is using it"
	}
	p.recorder.Eventf(sp.service.object, corev1.EventTypeWarning, "NodePortUnavailable",
		"Cannot listen on %s for node port %d: %s; the Service still works inside the cluster", address, port, why)
}

func (p *nodePorts) serve(ctx context.Context, l net.Listener, port uint16) {
	_ = AcceptAll(ctx, l, func(c net.Conn) { p.forward(ctx, c, port) }) // until the port is closed
}

// forward connects a real connection to an endpoint; the endpoint sees the
// node's address, as kube-proxy masquerades.
func (p *nodePorts) forward(ctx context.Context, c net.Conn, port uint16) {
	defer p.net.Used()()
	node := p.net.nodeHost(netip.MustParseAddr(NodeAddress(1)))
	to, err := p.net.connect(ctx, node, netip.AddrPortFrom(node.ip, port))
	if err != nil {
		if tcp, ok := c.(*net.TCPConn); ok {
			_ = tcp.SetLinger(0) // The client gets a reset, not an empty answer.
		}
		_ = c.Close()
		return
	}
	Splice(c, to)
}

func (p *nodePorts) close() {
	for _, l := range p.open {
		_ = l.Close()
	}
}
