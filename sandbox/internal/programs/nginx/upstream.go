package nginx

import (
	"net"
	"strconv"
	"strings"
	"sync"

	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/programs/nginx/conf"
)

// upstream is a group of servers that requests are shared among.
type upstream struct {
	mu    sync.Mutex
	peers []*peer
}

// peer is one address of a server. Current is the state of nginx's smooth
// weighted round robin.
type peer struct {
	address         string
	weight, current int
	backup, down    bool
}

// next returns the peer whose turn it is among those not tried yet, backups
// only when no other is left, and nil when all were tried.
func (u *upstream) next(tried map[*peer]bool) *peer {
	u.mu.Lock()
	defer u.mu.Unlock()
	for _, backup := range []bool{false, true} {
		var best *peer
		total := 0
		for _, p := range u.peers {
			if tried[p] || p.down || p.backup != backup {
				continue
			}
			p.current += p.weight
			total += p.weight
			if best == nil || p.current > best.current {
				best = p
			}
		}
		if best != nil {
			best.current -= total
			return best
		}
	}
	return nil
}

func (b *builder) upstream(d *conf.Directive) error {
	name := d.Args[0]
	if b.config.upstreams[name] != nil {
		return d.Faultf("duplicate upstream %q", name)
	}
	u := &upstream{}
	b.config.upstreams[name] = u
	for _, inner := range d.Block {
		if inner.Name != "server" {
			continue
		}
		if err := b.peers(u, inner); err != nil {
			return err
		}
	}
	if len(u.peers) == 0 {
		return d.EndFaultf("no servers are inside upstream")
	}
	return nil
}

// peers reads "server ADDRESS [weight=N] ...": a peer for each address of the name.
func (b *builder) peers(u *upstream, d *conf.Directive) error {
	pattern := peer{weight: 1}
	for _, word := range d.Args[1:] {
		name, value, _ := strings.Cut(word, "=")
		switch n, err := strconv.Atoi(value); {
		case name == "weight" && err == nil && n > 0:
			pattern.weight = n
		case (name == "max_fails" || name == "max_conns") && err == nil:
		case name == "fail_timeout" && value != "":
		case word == "backup":
			pattern.backup = true
		case word == "down":
			pattern.down = true
		case word == "resolve":
			return d.Faultf(`"server ... resolve" is not supported by the sandbox's nginx`)
		default:
			return d.Faultf("invalid parameter %q", word)
		}
	}
	host, port, err := hostPort(d.Args[0])
	if err != nil {
		return d.Faultf("%v in upstream %q", err, d.Args[0])
	}
	addresses, err := b.net.LookupHost(b.ctx, host)
	if err != nil {
		return d.Faultf("host not found in upstream %q", d.Args[0])
	}
	for _, address := range addresses {
		p := pattern
		p.address = net.JoinHostPort(address, port)
		u.peers = append(u.peers, &p)
	}
	return nil
}

// hostPort parts an address; the port is 80 when there is none.
func hostPort(text string) (host, port string, err error) {
	host, port, err = net.SplitHostPort(text)
	if err != nil {
		host, port = strings.Trim(text, "[]"), "80"
	}
	n, err := strconv.ParseUint(port, 10, 16)
	switch {
	case err != nil || n == 0:
		return "", "", errPort
	case host == "":
		return "", "", errHost
	}
	return host, port, nil
}

// proxyPass reads "proxy_pass http://HOST[:PORT][/URI]". A host may be the name
// of an upstream.
func (b *builder) proxyPass(l *location, d *conf.Directive) error {
	rest, ok := strings.CutPrefix(d.Args[0], "http://")
	switch {
	case strings.HasPrefix(d.Args[0], "https://"), strings.HasPrefix(rest, "unix:"):
		return d.Faultf(`"proxy_pass %s" is not supported by the sandbox's nginx`, d.Args[0])
	case strings.Contains(d.Args[0], "$"):
		return d.Faultf(`"proxy_pass" with variables is not supported by the sandbox's nginx`)
	case !ok:
		return d.Faultf("invalid URL prefix")
	}
	p := &proxyPass{host: rest}
	if i := strings.IndexAny(rest, "/?"); i >= 0 {
		p.host, p.uri, p.hasURI = rest[:i], rest[i:], true
	}
	if p.hasURI && (l.regexp != nil || l.modifier == "@") {
		return d.Faultf(`"proxy_pass" cannot have URI part in location given by regular expression, or inside named location, or inside "if" statement, or inside "limit_except" block`)
	}
	l.proxy = p
	host, port, err := hostPort(p.host)
	if err != nil {
		return d.Faultf("%v in upstream %q", err, rest)
	}
	if p.upstream = b.config.upstreams[p.host]; p.upstream != nil {
		return nil
	}
	addresses, err := b.net.LookupHost(b.ctx, host)
	if err != nil {
		return d.Faultf("host not found in upstream %q", host)
	}
	p.upstream = &upstream{}
	for _, address := range addresses {
		p.upstream.peers = append(p.upstream.peers, &peer{address: net.JoinHostPort(address, port), weight: 1})
	}
	if port == "80" {
		p.host = host
	}
	return nil
}
