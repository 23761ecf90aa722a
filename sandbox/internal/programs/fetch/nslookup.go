// Package fetch has the sandbox's network clients: curl, wget and nslookup,
// with the messages and exit codes of the real ones.
package fetch

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net/netip"
	"os"
	"strings"

	"golang.org/x/net/dns/dnsmessage"

	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/container"
)

// Programs returns wget and nslookup, which every image has, by their paths.
func Programs() map[string]container.Program {
	return map[string]container.Program{"/usr/bin/wget": Wget, "/usr/bin/nslookup": Nslookup}
}

const nslookupUsage = "BusyBox v1.37.0 multi-call binary.\n\n" +
	"Usage: nslookup [-type=QUERY_TYPE] [-debug] HOST [DNS_SERVER]\n\nQuery DNS about HOST\n\n" +
	"QUERY_TYPE: soa,ns,a,aaaa,cname,mx,txt,ptr,srv,any\n"

// query is one query of nslookup.
type query struct {
	name string
	kind dnsmessage.Type
}

// Nslookup is busybox's: "nslookup [-type=TYPE] NAME [SERVER]". Like that one it
// asks for IPv4 and IPv6 addresses, below every domain of the search path when
// the name has no dot and as it is when it has one, shows every answer, and
// fails when one of them says that there is no such name.
func Nslookup(ctx context.Context, p *container.Process) int {
	var words, kinds []string
	for _, arg := range p.Args[1:] {
		kind, typed := strings.CutPrefix(arg, "-type=")
		kind, queried := strings.CutPrefix(kind, "-query=")
		switch {
		case typed || queried:
			kinds = append(kinds, kind)
		case arg == "-debug":
		case strings.HasPrefix(arg, "-"):
			write(p.Stderr, nslookupUsage)
			return 1
		default:
			words = append(words, arg)
		}
	}
	if len(words) == 0 || len(words) > 2 {
		write(p.Stderr, nslookupUsage)
		return 1
	}
	server, search := resolver(p)
	if len(words) == 2 {
		server = words[1]
	}
	queries, err := queriesFor(words[0], kinds, search)
	if err != nil {
		write(p.Stderr, "nslookup: "+err.Error()+"\n")
		return 1
	}
	replies, err := ask(ctx, p.Net, server, queries)
	if err != nil {
		write(p.Stdout, ";; connection timed out; no servers could be reached\n\n")
		return 1
	}
	write(p.Stdout, fmt.Sprintf("Server:\t\t%s\nAddress:\t%s:53\n\n", server, server))
	code := 0
	for i, q := range queries {
		if replies[i].RCode != dnsmessage.RCodeSuccess {
			code = 1
		}
		write(p.Stdout, shown(q, replies[i])+"\n")
	}
	return code
}

func queriesFor(name string, kinds, search []string) ([]query, error) {
	if ip, err := netip.ParseAddr(name); err == nil && ip.Is4() && len(kinds) == 0 {
		b := ip.As4()
		return []query{{fmt.Sprintf("%d.%d.%d.%d.in-addr.arpa", b[3], b[2], b[1], b[0]), dnsmessage.TypePTR}}, nil
	}
	types := []dnsmessage.Type{dnsmessage.TypeA, dnsmessage.TypeAAAA}
	if len(kinds) > 0 {
		types = nil
	}
	known := map[string]dnsmessage.Type{
		"soa": dnsmessage.TypeSOA, "ns": dnsmessage.TypeNS, "a": dnsmessage.TypeA, "aaaa": dnsmessage.TypeAAAA, "cname": dnsmessage.TypeCNAME,
		"mx": dnsmessage.TypeMX, "txt": dnsmessage.TypeTXT, "ptr": dnsmessage.TypePTR, "srv": dnsmessage.TypeSRV, "any": dnsmessage.TypeALL,
	}
	for _, kind := range kinds {
		t, ok := known[strings.ToLower(kind)]
		if !ok {
			return nil, fmt.Errorf("invalid query type %q", kind)
		}
		types = append(types, t)
	}
	names := []string{strings.TrimSuffix(name, ".")}
	if !strings.Contains(name, ".") && len(search) > 0 {
		names = nil
		for _, domain := range search {
			names = append(names, name+"."+domain)
		}
	}
	var out []query
	for _, t := range types {
		for _, full := range names {
			out = append(out, query{full, t})
		}
	}
	return out, nil
}

// shown is what busybox prints of a reply: nothing for one without records.
func shown(q query, reply dnsmessage.Message) string {
	if reply.RCode != dnsmessage.RCodeSuccess {
		words := map[dnsmessage.RCode]string{
			dnsmessage.RCodeNameError: "NXDOMAIN", dnsmessage.RCodeServerFailure: "SERVFAIL", dnsmessage.RCodeFormatError: "FORMERR",
			dnsmessage.RCodeNotImplemented: "NOTIMP", dnsmessage.RCodeRefused: "REFUSED",
		}
		return fmt.Sprintf("** server can't find %s: %s\n", q.name, words[reply.RCode])
	}
	var b strings.Builder
	for _, r := range reply.Answers {
		name := strings.TrimSuffix(r.Header.Name.String(), ".")
		bare := func(n dnsmessage.Name) string { return strings.TrimSuffix(n.String(), ".") }
		switch body := r.Body.(type) {
		case *dnsmessage.AResource:
			fmt.Fprintf(&b, "Name:\t%s\nAddress: %s\n", name, netip.AddrFrom4(body.A))
		case *dnsmessage.CNAMEResource:
			fmt.Fprintf(&b, "%s\tcanonical name = %s\n", name, bare(body.CNAME))
		case *dnsmessage.PTRResource:
			fmt.Fprintf(&b, "%s\tname = %s\n", name, bare(body.PTR))
		case *dnsmessage.SRVResource:
			fmt.Fprintf(&b, "%s\tservice = %d %d %d %s\n", name, body.Priority, body.Weight, body.Port, bare(body.Target))
		}
	}
	return b.String()
}

// write ignores errors: a reader that is gone must not stop nslookup.
func write(w io.Writer, text string) { _, _ = io.WriteString(w, text) }

// resolver reads the pod's /etc/resolv.conf.
func resolver(p *container.Process) (server string, search []string) {
	server = "10.96.0.10"
	file, err := p.Files.OpenFile("/etc/resolv.conf", os.O_RDONLY, 0)
	if err != nil {
		return server, nil
	}
	defer func() { _ = file.Close() }() // it was only read
	for lines := bufio.NewScanner(file); lines.Scan(); {
		words := strings.Fields(lines.Text())
		switch {
		case len(words) < 2:
		case words[0] == "nameserver":
			server = words[1]
		case words[0] == "search":
			search = words[1:]
		}
	}
	return server, search
}
