package tools

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/netip"
	"strings"
	"syscall"
	"time"
)

func networkApplets() map[string]applet {
	return map[string]applet{
		"ifconfig": {run: ifconfig, raw: true, usage: "[-a] [IFACE]"},
		"ip":       {run: ip, raw: true, usage: "[OPTIONS] address|route|link"},
		"ping":     {run: ping, flags: "46qc:i:w:W:s:I:A", others: "tpn", usage: "[OPTIONS] HOST", least: 1, most: 1},
		"nc":       {run: nc, flags: "lkzvnup:w:i:", others: "seof", usage: "[-iN] [-wN] [-l] [-p PORT] [-f FILE|IPADDR PORT] [-e PROG]"},
		"telnet":   {run: telnet, flags: "", others: "al", usage: "HOST [PORT]", least: 1, most: 2},
	}
}

// ifconfig and ip show the pod's interfaces.
func ifconfig(c *command) int {
	c.printf("eth0      Link encap:Ethernet\n          inet addr:%s  Mask:255.255.255.0\n          UP BROADCAST RUNNING MULTICAST  MTU:1500  Metric:1\n\n"+
		"lo        Link encap:Local Loopback\n          inet addr:127.0.0.1  Mask:255.0.0.0\n          UP LOOPBACK RUNNING  MTU:65536  Metric:1\n\n", c.Net.IP())
	return 0
}

func ip(c *command) int {
	what := "help"
	for _, arg := range c.rest {
		if !strings.HasPrefix(arg, "-") {
			what = arg
			break
		}
	}
	gateway := c.Net.IP()
	if at := strings.LastIndexByte(gateway, '.'); at >= 0 {
		gateway = gateway[:at]
	}
	switch {
	case strings.HasPrefix("address", what):
		c.printf("1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 qdisc noqueue qlen 1000\n    inet 127.0.0.1/8 scope host lo\n       valid_lft forever preferred_lft forever\n"+
			"2: eth0@if3: <BROADCAST,MULTICAST,UP,LOWER_UP,M-DOWN> mtu 1500 qdisc noqueue \n    inet %s/24 brd %s.255 scope global eth0\n       valid_lft forever preferred_lft forever\n", c.Net.IP(), gateway)
	case strings.HasPrefix("route", what):
		c.printf("default via %s.1 dev eth0 \n%[1]s.0/24 dev eth0 scope link  src %s \n", gateway, c.Net.IP())
	case strings.HasPrefix("link", what):
		c.printf("1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 qdisc noqueue qlen 1000\n2: eth0@if3: <BROADCAST,MULTICAST,UP,LOWER_UP,M-DOWN> mtu 1500 qdisc noqueue \n")
	default:
		return c.refuse(what)
	}
	return 0
}

// serviceRange is the range of ClusterIPs. Nothing answers a ping there, as on
// a real cluster.
const serviceRange = "10.96.0.0/12"

// ping has no ICMP: it connects to a port that is rarely open, and treats a
// refusal as an answer, because only an existing host refuses.
func ping(c *command) int {
	name := c.rest[0]
	addresses, err := c.Net.LookupHost(c.ctx, name)
	if err != nil || len(addresses) == 0 {
		return c.fail("bad address '%s'", name)
	}
	count, ok := natural(first(c.value('c'), "0"))
	if !ok {
		return c.invalid(c.value('c'))
	}
	to := addresses[0]
	c.Catch(2)
	c.printf("PING %s (%s): 56 data bytes\n", name, to)
	var sent, received int
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
loop:
	for sent = 0; count == 0 || sent < count; {
		begun := time.Now()
		if c.alive(to) {
			received++
			c.printf("64 bytes from %s: seq=%d ttl=64 time=%.3f ms\n", to, sent, time.Since(begun).Seconds()*1000)
		}
		if sent++; sent == count && received > 0 {
			break
		}
		select {
		case <-tick.C:
		case <-c.Signals:
			break loop
		case <-c.ctx.Done():
			return 1
		}
	}
	c.printf("\n--- %s ping statistics ---\n%d packets transmitted, %d packets received, %d%% packet loss\n", name, sent, received, 100*(sent-received)/max(1, sent))
	if received == 0 {
		return 1
	}
	return 0
}

// alive reports whether a host answers within a second.
func (c *command) alive(address string) bool {
	if a, err := netip.ParseAddr(address); err == nil && netip.MustParsePrefix(serviceRange).Contains(a) {
		return false
	}
	ctx, cancel := context.WithTimeout(c.ctx, time.Second)
	defer cancel()
	conn, err := c.Net.Dial(ctx, "tcp", net.JoinHostPort(address, "9"))
	if err == nil {
		_ = conn.Close() // it was only to see that it can be opened
	}
	return err == nil || errors.Is(err, syscall.ECONNREFUSED)
}

// nc is "nc [-zvn] [-w SECONDS] HOST PORT" and "nc -l -p PORT".
func nc(c *command) int {
	if c.has('u') {
		return c.refuse("UDP")
	}
	if c.has('l') {
		return c.listen()
	}
	if len(c.rest) != 2 {
		return c.misuse()
	}
	ctx, cancel := context.WithCancel(c.ctx)
	if seconds, ok := period(c.value('w')); c.has('w') && ok {
		ctx, cancel = context.WithTimeout(c.ctx, seconds)
	}
	defer cancel()
	conn, shown, err := c.connect(ctx, c.rest[0], c.rest[1])
	if err != nil {
		return c.fail("%v", err)
	}
	defer func() { _ = conn.Close() }() // all is said
	if c.has('v') || c.has('z') {
		c.complain("%s open\n", shown)
	}
	if c.has('z') {
		return 0
	}
	return c.join(conn)
}

// connect dials and reports errors as busybox does.
func (c *command) connect(ctx context.Context, host, port string) (net.Conn, string, error) {
	addresses, err := c.Net.LookupHost(ctx, host)
	if err != nil || len(addresses) == 0 {
		return nil, "", fmt.Errorf("bad address '%s'", host)
	}
	shown := fmt.Sprintf("%s (%s:%s)", host, addresses[0], port)
	conn, err := c.Net.Dial(ctx, "tcp", net.JoinHostPort(host, port))
	switch {
	case err == nil:
		return conn, shown, nil
	case ctx.Err() != nil:
		return nil, "", errors.New("timed out")
	}
	return nil, "", fmt.Errorf("%s: %s", shown, refusal(err))
}

// refusal is a connection's error in the C library's words.
func refusal(err error) string {
	switch {
	case errors.Is(err, syscall.ECONNREFUSED):
		return "Connection refused"
	case errors.Is(err, syscall.EHOSTUNREACH):
		return "No route to host"
	case errors.Is(err, syscall.ETIMEDOUT), errors.Is(err, context.DeadlineExceeded):
		return "Connection timed out"
	case errors.Is(err, syscall.EADDRINUSE):
		return "Address in use"
	}
	return err.Error()
}

// join copies between a connection and the streams until the connection ends.
func (c *command) join(conn net.Conn) int {
	go func() {
		_, _ = io.Copy(conn, input{c.ctx, c.Stdin}) // the other direction tells the end
		if half, ok := conn.(interface{ CloseWrite() error }); ok {
			_ = half.CloseWrite() // as above
		}
	}()
	if _, err := io.Copy(c.Stdout, conn); err != nil {
		return 1
	}
	return 0
}

func (c *command) listen() int {
	port := c.value('p')
	if port == "" && len(c.rest) > 0 {
		port = c.rest[len(c.rest)-1]
	}
	l, err := c.Net.Listen("tcp", ":"+port)
	if err != nil {
		return c.fail("bind: %s", refusal(err))
	}
	defer func() { _ = l.Close() }() // it is no longer needed
	for {
		conn, err := l.Accept()
		if err != nil {
			return 1
		}
		code := c.join(conn)
		if _ = conn.Close(); !c.has('k') {
			return code
		}
	}
}

func telnet(c *command) int {
	host, port := c.rest[0], "23"
	if len(c.rest) > 1 {
		port = c.rest[1]
	}
	addresses, err := c.Net.LookupHost(c.ctx, host)
	if err != nil || len(addresses) == 0 {
		return c.fail("bad address '%s'", host)
	}
	conn, err := c.Net.Dial(c.ctx, "tcp", net.JoinHostPort(host, port))
	if err != nil {
		return c.fail("can't connect to remote host (%s): %s", addresses[0], refusal(err))
	}
	defer func() { _ = conn.Close() }() // all is said
	c.printf("Connected to %s\n\nEntering character mode\nEscape character is '^]'.\n\n", host)
	code := c.join(conn)
	c.printf("Connection closed by foreign host\n")
	return code
}
