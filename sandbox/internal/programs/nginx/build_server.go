package nginx

import (
	"net"
	"strconv"
	"strings"
	"time"

	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/programs/nginx/conf"
)

func timeout(target *time.Duration, d *conf.Directive) error {
	value, ok := duration(d.Args[0])
	if !ok {
		return d.Faultf("%q directive invalid value", d.Name)
	}
	*target = value
	return nil
}

// listen reads "listen [ADDRESS:]PORT [default_server] ...".
func (b *builder) listen(s *server, d *conf.Directive) error {
	l := listen{host: "0.0.0.0", port: "80"}
	text := d.Args[0]
	number := strings.Trim(text, "0123456789") == ""
	switch host, port, err := net.SplitHostPort(text); {
	case strings.HasPrefix(text, "unix:"):
		return d.Faultf(`"listen unix:" is not supported by the sandbox's nginx`)
	case number:
		l.port = text
	case err == nil:
		l.host, l.port = host, port
	default:
		l.host = strings.Trim(text, "[]")
	}
	if n, err := strconv.ParseUint(l.port, 10, 16); err != nil || n == 0 {
		return d.Faultf(`invalid port in %q of the "listen" directive`, text)
	}
	if name, ok := map[string]string{"*": "0.0.0.0", "": "0.0.0.0", "localhost": "127.0.0.1"}[l.host]; ok {
		l.host = name
	}
	if net.ParseIP(l.host) == nil {
		return d.Faultf(`host not found in %q of the "listen" directive`, text)
	}
	for _, word := range d.Args[1:] {
		name, _, _ := strings.Cut(word, "=")
		switch name {
		case "default_server", "default":
			l.fallback = true
		case "reuseport", "backlog", "ipv6only", "so_keepalive", "deferred", "rcvbuf", "sndbuf", "bind", "fastopen":
		case "ssl", "http2", "proxy_protocol", "quic":
			return d.Faultf(`"listen %s" is not supported by the sandbox's nginx`, name)
		default:
			return d.Faultf("invalid parameter %q", word)
		}
	}
	for _, other := range s.listens {
		if other.host == l.host && other.port == l.port {
			return d.Faultf("a duplicate listen %s", net.JoinHostPort(l.host, l.port))
		}
	}
	s.listens = append(s.listens, l)
	return nil
}

// checkListens checks that each address has at most one default server.
func (b *builder) checkListens(http *conf.Directive) error {
	taken := map[string]bool{}
	for _, s := range b.config.servers {
		for _, l := range s.listens {
			address := net.JoinHostPort(l.host, l.port)
			if l.fallback && taken[address] {
				return http.EndFaultf("a duplicate default server for %s", address)
			}
			taken[address] = taken[address] || l.fallback
		}
	}
	return nil
}

// step reads the directives of the rewrite module, in their order.
func (b *builder) step(l *location, d *conf.Directive) (err error) {
	var next step
	switch d.Name {
	case "set":
		next.set, err = b.setVariable(d)
	case "return":
		next.answer, err = b.answer(d)
	case "rewrite":
		next.rewrite, err = b.rewrite(d)
	default:
		return nil
	}
	l.steps = append(l.steps, next)
	return err
}

func (b *builder) setVariable(d *conf.Directive) (*setVariable, error) {
	name, ok := strings.CutPrefix(d.Args[0], "$")
	if !ok || name == "" {
		return nil, d.Faultf("invalid variable name %q", d.Args[0])
	}
	if _, builtin := variables()[name]; builtin {
		return nil, d.Faultf("the duplicate %q variable", name)
	}
	value, err := b.compile(d.Args[1])
	return &setVariable{name, value}, err
}

// answer reads "return CODE [TEXT]", "return CODE URL" and "return URL".
func (b *builder) answer(d *conf.Directive) (*answer, error) {
	status, err := strconv.Atoi(d.Args[0])
	if err != nil {
		link := strings.HasPrefix(d.Args[0], "http://") || strings.HasPrefix(d.Args[0], "https://") || strings.HasPrefix(d.Args[0], "$scheme")
		if len(d.Args) != 1 || !link {
			return nil, d.Faultf("invalid return code %q", d.Args[0])
		}
		text, err := b.compile(d.Args[0])
		return &answer{status: 302, text: text, hasText: true}, err
	}
	if status < 0 || status > 999 {
		return nil, d.Faultf("invalid return code %q", d.Args[0])
	}
	if len(d.Args) == 1 {
		return &answer{status: status}, nil
	}
	text, err := b.compile(d.Args[1])
	return &answer{status: status, text: text, hasText: true}, err
}

// rewrite reads "rewrite PATTERN REPLACEMENT [FLAG]".
func (b *builder) rewrite(d *conf.Directive) (r *rewrite, err error) {
	r = &rewrite{}
	if r.regexp, err = b.regexp(d, d.Args[0], ""); err != nil {
		return nil, err
	}
	text := d.Args[1]
	for _, scheme := range []string{"http://", "https://", "$scheme"} {
		if strings.HasPrefix(text, scheme) {
			r.absolute, r.flag = true, "redirect"
		}
	}
	if len(d.Args) == 3 {
		switch flag := d.Args[2]; flag {
		case "last", "break", "redirect", "permanent":
			r.flag = flag
		default:
			return nil, d.Faultf("invalid parameter %q", flag)
		}
	}
	text, r.dropArgs = strings.CutSuffix(text, "?")
	r.replacement, err = b.compile(text)
	return r, err
}
