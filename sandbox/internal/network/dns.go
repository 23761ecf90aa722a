package network

import (
	"context"
	"encoding/binary"
	"errors"
	"io"
	"net"
	"net/netip"
	"strings"
	"sync"
	"time"

	"golang.org/x/net/dns/dnsmessage"
)

// recordTTL is the time to live that CoreDNS gives the cluster's records, in
// seconds.
const recordTTL = 5

// dnsPatience is how long a connection may stay without a query.
const dnsPatience = 10 * time.Second

// serveDNS answers at DNSAddress, port 53, over TCP until ctx is done. Nothing
// in the network speaks UDP.
func (n *Network) serveDNS(ctx context.Context) error {
	l, err := n.dns.listen(n.dns.ip, 53)
	if err != nil {
		return err
	}
	stop := context.AfterFunc(ctx, func() { _ = l.Close() })
	defer stop()
	var open sync.WaitGroup
	defer open.Wait()
	for {
		c, err := l.Accept()
		if err != nil {
			return nil // the listener closes when ctx is done
		}
		open.Go(func() { n.answerDNS(ctx, c) })
	}
}

// answerDNS answers the queries of one connection, each prefixed with its
// length (RFC 1035, 4.2.2).
func (n *Network) answerDNS(ctx context.Context, c net.Conn) {
	defer func() { _ = c.Close() }()
	stop := context.AfterFunc(ctx, func() { _ = c.Close() })
	defer stop()
	for {
		_ = c.SetDeadline(time.Now().Add(dnsPatience))
		var length [2]byte
		if _, err := io.ReadFull(c, length[:]); err != nil {
			return
		}
		question := make([]byte, binary.BigEndian.Uint16(length[:]))
		if _, err := io.ReadFull(c, question); err != nil {
			return
		}
		answer, err := n.answerTo(ctx, question)
		if err != nil {
			return
		}
		_ = c.SetDeadline(time.Now().Add(dnsPatience))
		if _, err := c.Write(append(binary.BigEndian.AppendUint16(nil, uint16(len(answer))), answer...)); err != nil {
			return
		}
	}
}

// answerTo turns a DNS query into its response.
func (n *Network) answerTo(ctx context.Context, question []byte) ([]byte, error) {
	var m dnsmessage.Message
	if err := m.Unpack(question); err != nil {
		return nil, err
	}
	m.Header = dnsmessage.Header{ID: m.ID, Response: true, RecursionDesired: m.RecursionDesired, RecursionAvailable: true}
	m.Answers, m.Authorities, m.Additionals = nil, nil, nil
	if len(m.Questions) != 1 {
		m.RCode = dnsmessage.RCodeFormatError
		return m.Pack()
	}
	m.RCode, m.Answers = n.records(ctx, m.Questions[0])
	return m.Pack()
}

// records answers a query: NXDOMAIN for a name that doesn't exist, SERVFAIL if
// the machine's resolver fails.
func (n *Network) records(ctx context.Context, q dnsmessage.Question) (dnsmessage.RCode, []dnsmessage.Resource) {
	full := strings.ToLower(strings.TrimSuffix(q.Name.String(), "."))
	table := n.services.current.Load()
	switch {
	case strings.HasSuffix(full, ".in-addr.arpa"):
		return named(q, pointers(table.reverse(reversed(full))))
	case strings.HasPrefix(full, "_") && inCluster(full):
		return named(q, located(table.locations(full)))
	}
	var out []dnsmessage.Resource
	for range maxAliases {
		if !inCluster(full) {
			break
		}
		found, ok := table.entry(full)
		if !ok {
			return dnsmessage.RCodeNameError, out
		}
		if found.alias == "" && len(out) > 0 && q.Type != dnsmessage.TypeA {
			return dnsmessage.RCodeSuccess, nil // CoreDNS returns no alias if its target lacks the type
		}
		if found.alias == "" {
			return dnsmessage.RCodeSuccess, append(out, hosts(q.Type, full, found.addresses)...)
		}
		out = append(out, resource(full, dnsmessage.TypeCNAME, &dnsmessage.CNAMEResource{CNAME: domain(found.alias)}))
		if q.Type == dnsmessage.TypeCNAME {
			return dnsmessage.RCodeSuccess, out
		}
		full = found.alias
	}
	found, err := n.resolveOutside(ctx, full)
	e, _ := errors.AsType[*net.DNSError](err)
	switch {
	case err == nil || len(out) > 0:
		return dnsmessage.RCodeSuccess, append(out, hosts(q.Type, full, found)...)
	case e != nil && e.IsNotFound:
		return dnsmessage.RCodeNameError, nil
	}
	return dnsmessage.RCodeServerFailure, nil
}

// named returns the records under the name of the query.
func named(q dnsmessage.Question, bodies []dnsmessage.ResourceBody) (dnsmessage.RCode, []dnsmessage.Resource) {
	if len(bodies) == 0 {
		return dnsmessage.RCodeNameError, nil
	}
	var out []dnsmessage.Resource
	for _, body := range bodies {
		_, pointer := body.(*dnsmessage.PTRResource)
		kind := dnsmessage.TypeSRV
		if pointer {
			kind = dnsmessage.TypePTR
		}
		if q.Type == kind {
			out = append(out, resource(q.Name.String(), kind, body))
		}
	}
	return dnsmessage.RCodeSuccess, out
}

func pointers(names []string) []dnsmessage.ResourceBody {
	var out []dnsmessage.ResourceBody
	for _, name := range names {
		out = append(out, &dnsmessage.PTRResource{PTR: domain(name)})
	}
	return out
}

// located sets CoreDNS's weights: 100, shared by all.
func located(places []location) []dnsmessage.ResourceBody {
	var out []dnsmessage.ResourceBody
	for _, p := range places {
		out = append(out, &dnsmessage.SRVResource{Weight: uint16(100 / len(places)), Port: p.port, Target: domain(p.target)})
	}
	return out
}

// hosts are the A records of a name; there are no AAAA, as the network has no
// IPv6.
func hosts(kind dnsmessage.Type, name string, addresses []netip.Addr) []dnsmessage.Resource {
	var out []dnsmessage.Resource
	for _, a := range addresses {
		if kind == dnsmessage.TypeA {
			out = append(out, resource(name, dnsmessage.TypeA, &dnsmessage.AResource{A: a.Unmap().As4()}))
		}
	}
	return out
}

func resource(name string, kind dnsmessage.Type, body dnsmessage.ResourceBody) dnsmessage.Resource {
	header := dnsmessage.ResourceHeader{Name: domain(name), Type: kind, Class: dnsmessage.ClassINET, TTL: recordTTL}
	return dnsmessage.Resource{Header: header, Body: body}
}

// domain returns the absolute form of a name; one that is too long becomes the
// root.
func domain(name string) dnsmessage.Name {
	n, err := dnsmessage.NewName(strings.TrimSuffix(name, ".") + ".")
	if err != nil {
		return dnsmessage.MustNewName(".")
	}
	return n
}

// reversed parses the address from "1.0.96.10.in-addr.arpa".
func reversed(full string) netip.Addr {
	ip, err := netip.ParseAddr(strings.TrimSuffix(full, ".in-addr.arpa"))
	if err != nil || !ip.Is4() {
		return netip.Addr{}
	}
	b := ip.As4()
	return netip.AddrFrom4([4]byte{b[3], b[2], b[1], b[0]})
}
