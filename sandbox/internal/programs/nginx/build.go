package nginx

import (
	"context"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/container"
	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/programs/nginx/conf"
)

// builder turns directives into a config. Like nginx it resolves the names of
// upstreams while it does so.
type builder struct {
	ctx    context.Context
	net    container.Net
	config *config
	// set holds the variables that the configuration defines.
	set map[string]bool
}

// build interprets the directives, and returns the first error.
func build(ctx context.Context, net container.Net, directives []*conf.Directive) (*config, error) {
	b := &builder{ctx: ctx, net: net, set: map[string]bool{}, config: &config{
		daemon: true, pid: "/run/nginx.pid", workers: 1, errorLog: "/var/log/nginx/error.log", formats: map[string]template{}, upstreams: map[string]*upstream{}, logs: map[string]bool{},
	}}
	var http *conf.Directive
	events := false
	for _, d := range directives {
		if err := b.main(d); err != nil {
			return nil, err
		}
		switch d.Name {
		case "http":
			http = d
		case "events":
			events = true
		}
	}
	if http != nil {
		if err := b.http(http); err != nil {
			return nil, err
		}
	}
	if !events {
		return nil, &conf.Error{Msg: `no "events" section in configuration`}
	}
	b.config.logs[b.config.errorLog] = true
	return b.config, nil
}

func (b *builder) main(d *conf.Directive) error {
	switch d.Name {
	case "daemon":
		b.config.daemon = d.Args[0] == "on"
	case "error_log":
		b.config.errorLog = d.Args[0]
		return checkLevel(d)
	case "worker_processes":
		if _, err := strconv.ParseUint(d.Args[0], 10, 16); err != nil && d.Args[0] != "auto" {
			return d.Faultf("%q directive invalid value", d.Name)
		}
		b.config.workers = count(d.Args[0])
	case "pid":
		b.config.pid = pidFile(d.Args[0])
	case "user":
		b.config.user = d
	case "events":
		for _, inner := range d.Block {
			if _, err := strconv.ParseUint(inner.Args[0], 10, 31); err != nil && inner.Name == "worker_connections" {
				return inner.Faultf("invalid number %q", inner.Args[0])
			}
		}
	}
	return nil
}

func (b *builder) http(d *conf.Directive) error {
	b.findVariables(d.Block)
	for _, inner := range d.Block {
		if err := b.global(inner); err != nil {
			return err
		}
	}
	base := defaults()
	base.errorLog = b.config.errorLog
	top, err := b.level(d.Block, base)
	if err != nil {
		return err
	}
	for _, inner := range d.Block {
		if inner.Name == "server" {
			if err := b.server(inner, top); err != nil {
				return err
			}
		}
	}
	return b.checkListens(d)
}

// findVariables notes each "set" and each named part of a pattern, as a
// variable may be used before it is set.
func (b *builder) findVariables(list []*conf.Directive) {
	for _, d := range list {
		for _, word := range d.Args {
			for _, named := range regexp.MustCompile(`\(\?P?<(\w+)>`).FindAllStringSubmatch(word, -1) {
				b.set[named[1]] = true
			}
		}
		if d.Name == "set" {
			b.set[strings.TrimPrefix(d.Args[0], "$")] = true
		}
		b.findVariables(d.Block)
	}
}

// global takes what belongs to no level: formats and upstreams.
func (b *builder) global(d *conf.Directive) error {
	switch d.Name {
	case "log_format":
		words := d.Args[1:]
		if strings.HasPrefix(words[0], "escape=") {
			words = words[1:]
		}
		format, err := b.compile(strings.Join(words, ""))
		b.config.formats[d.Args[0]] = format
		return err
	case "upstream":
		return b.upstream(d)
	}
	return nil
}

// compile reports an unknown variable as nginx does: without a position.
func (b *builder) compile(text string) (template, error) {
	other := ""
	t, err := compile(text, func(name string) bool {
		if !b.set[name] && slices.Contains(otherVariables(), name) {
			other = name
		}
		return b.set[name] || isVariable(name)
	})
	if other != "" {
		return nil, &conf.Error{Msg: `"$` + other + `" is not supported by the sandbox's nginx`}
	}
	if err != nil {
		return nil, &conf.Error{Msg: err.Error()}
	}
	return t, nil
}

func (b *builder) regexp(d *conf.Directive, pattern, flags string) (*regexp.Regexp, error) {
	re, err := regexp.Compile(flags + pattern)
	if err != nil {
		return nil, d.Faultf("pcre2_compile() failed: %s in %q", strings.TrimPrefix(err.Error(), "error parsing regexp: "), pattern)
	}
	for _, name := range re.SubexpNames() {
		if name != "" {
			b.set[name] = true
		}
	}
	return re, nil
}

func (b *builder) server(d *conf.Directive, top settings) error {
	s := &server{exact: map[string]*location{}, named: map[string]*location{}}
	level, err := b.level(d.Block, top)
	if err != nil {
		return err
	}
	s.level = &location{settings: level}
	for _, inner := range d.Block {
		switch inner.Name {
		case "listen":
			err = b.listen(s, inner)
		case "server_name":
			err = b.serverNames(s, inner)
		case "location":
			err = b.location(s, inner)
		case "try_files":
			s.level.tryFiles, err = b.compileAll(inner.Args)
		default:
			err = b.step(s.level, inner)
		}
		if err != nil {
			return err
		}
	}
	if len(s.listens) == 0 {
		s.listens = []listen{{host: "0.0.0.0", port: "80"}}
	}
	slices.SortStableFunc(s.prefixes, func(x, y *location) int { return len(y.path) - len(x.path) })
	b.config.servers = append(b.config.servers, s)
	return nil
}

func (b *builder) serverNames(s *server, d *conf.Directive) error {
	for _, text := range d.Args {
		name := serverName{text: text}
		if pattern, ok := strings.CutPrefix(text, "~"); ok {
			re, err := b.regexp(d, pattern, "(?i)")
			if err != nil {
				return err
			}
			name.regexp = re
		} else {
			name.text = strings.ToLower(text)
		}
		s.names = append(s.names, name)
	}
	return nil
}

func (b *builder) compileAll(texts []string) (list []template, err error) {
	for _, text := range texts {
		t, err := b.compile(text)
		if err != nil {
			return nil, err
		}
		list = append(list, t)
	}
	return list, nil
}

// otherVariables are nginx's variables that the sandbox does not support.
func otherVariables() []string {
	return strings.Fields("ancient_browser binary_remote_addr connection_time connections_active geo gzip_ratio invalid_referer limit_conn_status limit_rate " +
		"limit_req_status modern_browser msie pipe proxy_port proxy_protocol_addr proxy_protocol_port realip_remote_addr request_body request_body_file " +
		"request_completion request_id secure_link slice_range ssl_cipher ssl_client_cert ssl_protocol ssl_server_name tcpinfo_rtt uid_got uid_set " +
		"upstream_bytes_received upstream_bytes_sent upstream_cache_status upstream_connect_time upstream_header_time upstream_response_length upstream_response_time")
}

// isVariable reports whether nginx has a variable of this name.
func isVariable(name string) bool {
	for _, prefix := range []string{"http_", "arg_", "cookie_", "sent_http_", "upstream_http_"} {
		if strings.HasPrefix(name, prefix) {
			return true
		}
	}
	_, ok := variables()[name]
	return ok
}

// sorted returns the names of the logs in order, so that faults are the same each time.
func (c *config) sorted() []string { return slices.Sorted(maps.Keys(c.logs)) }
