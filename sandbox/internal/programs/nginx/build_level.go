package nginx

import (
	"slices"
	"strconv"
	"strings"

	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/programs/nginx/conf"
)

// level returns the settings of a block inside another. A list of the block
// replaces the whole list of the level above, as in nginx.
func (b *builder) level(list []*conf.Directive, above settings) (settings, error) {
	s := above
	for _, d := range list {
		switch d.Name {
		case "index":
			s.index = nil
		case "error_page":
			s.errorPages = nil
		case "add_header":
			s.addHeaders = nil
		case "proxy_set_header":
			s.proxyHeaders = nil
		case "proxy_redirect":
			s.redirects, s.redirectOff = nil, false
		case "access_log":
			s.accessLogs = nil
		case "types":
			s.types = map[string]string{}
		case "gzip_types":
			s.gzip.types = nil
		}
	}
	for _, d := range list {
		if err := b.setting(&s, d); err != nil {
			return s, err
		}
	}
	for _, log := range s.accessLogs {
		b.config.logs[log.path] = true
	}
	b.config.logs[s.errorLog] = true
	return s, nil
}

func (b *builder) setting(s *settings, d *conf.Directive) (err error) {
	switch d.Name {
	case "root":
		s.alias = false
		s.root, err = b.compile(d.Args[0])
	case "index":
		more, err := b.compileAll(d.Args)
		s.index = append(s.index, more...)
		return err
	case "default_type":
		s.defaultType = d.Args[0]
	case "types":
		return types(s, d)
	case "error_page":
		return b.errorPage(s, d)
	case "add_header":
		return b.addHeader(s, d)
	case "access_log":
		return b.accessLog(s, d)
	case "error_log":
		s.errorLog = d.Args[0]
		return checkLevel(d)
	case "server_tokens":
		s.noTokens = d.Args[0] == "off"
	case "absolute_redirect":
		s.relative = d.Args[0] == "off"
	case "server_name_in_redirect":
		s.nameInRedirect = d.Args[0] == "on"
	case "port_in_redirect":
		s.noPort = d.Args[0] == "off"
	case "etag":
		s.noETag = d.Args[0] == "off"
	case "log_not_found":
		s.quietMissing = d.Args[0] == "off"
	case "autoindex":
		s.autoindex = d.Args[0] == "on"
	case "autoindex_exact_size":
		s.roundSize = d.Args[0] == "off"
	case "charset":
		if s.charset = d.Args[0]; s.charset == "off" {
			s.charset = ""
		}
	case "client_header_timeout":
		return timeout(&s.headerTimeout, d)
	case "client_body_timeout":
		return timeout(&s.bodyTimeout, d)
	case "large_client_header_buffers":
		n, ok := size(d.Args[1])
		if s.headerBuffer = int(min(n, 1<<20)); !ok {
			return d.Faultf("%q directive invalid value", d.Name)
		}
	case "gzip", "gzip_vary", "gzip_types", "gzip_min_length", "gzip_comp_level", "gzip_http_version", "gzip_proxied":
		return gzipSetting(s, d)
	case "client_max_body_size":
		n, ok := size(d.Args[0])
		if s.maxBody = n; !ok {
			return d.Faultf("%q directive invalid value", d.Name)
		}
	case "keepalive_timeout":
		return timeout(&s.keepalive, d)
	default:
		return b.proxySetting(s, d)
	}
	return err
}

func (b *builder) proxySetting(s *settings, d *conf.Directive) error {
	switch d.Name {
	case "proxy_set_header":
		value, err := b.compile(d.Args[1])
		s.proxyHeaders = append(s.proxyHeaders, header{name: d.Args[0], value: value})
		return err
	case "proxy_http_version":
		if s.proxyVersion = d.Args[0]; s.proxyVersion != "1.0" && s.proxyVersion != "1.1" {
			return d.Faultf("invalid value %q", d.Args[0])
		}
	case "proxy_redirect":
		return proxyRedirect(s, d)
	case "proxy_intercept_errors":
		s.intercept = d.Args[0] == "on"
	case "proxy_hide_header":
		s.hide = append(slices.Clone(s.hide), strings.ToLower(d.Args[0]))
	case "proxy_connect_timeout":
		return timeout(&s.connectTimeout, d)
	case "proxy_send_timeout":
		return timeout(&s.sendTimeout, d)
	case "proxy_read_timeout":
		return timeout(&s.readTimeout, d)
	}
	return nil
}

// gzipSetting reads one of the gzip directives.
func gzipSetting(s *settings, d *conf.Directive) error {
	switch word := d.Args[0]; d.Name {
	case "gzip":
		s.gzip.on = word == "on"
	case "gzip_vary":
		s.gzip.vary = word == "on"
	case "gzip_types":
		s.gzip.types = append(slices.Clone(s.gzip.types), d.Args...)
	case "gzip_min_length":
		n, ok := size(word)
		if s.gzip.least = n; !ok {
			return d.Faultf("%q directive invalid value", d.Name)
		}
	case "gzip_comp_level":
		n, err := strconv.Atoi(word)
		switch {
		case err != nil:
			return d.Faultf("invalid number %q", word)
		case n < 1:
			return d.Faultf("value must be equal to or greater than 1")
		case n > 9:
			return d.Faultf("value must be equal to or less than 9")
		}
		s.gzip.level = n
	case "gzip_http_version":
		if s.gzip.old = word == "1.0"; !s.gzip.old && word != "1.1" {
			return d.Faultf("invalid value %q", word)
		}
	case "gzip_proxied":
		switch {
		case len(d.Args) == 1 && (word == "any" || word == "off"):
			s.gzip.proxied = word == "any"
		default:
			return d.Faultf("\"gzip_proxied %s\" is not supported by the sandbox's nginx", strings.Join(d.Args, " "))
		}
	}
	return nil
}

func proxyRedirect(s *settings, d *conf.Directive) error {
	switch {
	case len(d.Args) == 1 && d.Args[0] == "off":
		s.redirectOff = true
	case len(d.Args) == 1 && d.Args[0] == "default":
	case len(d.Args) == 1:
		return d.Faultf("invalid parameter %q", d.Args[0])
	case strings.ContainsAny(d.Args[0]+d.Args[1], "$~"):
		return d.Faultf(`"proxy_redirect" with variables or patterns is not supported by the sandbox's nginx`)
	default:
		s.redirects = append(s.redirects, redirect{d.Args[0], d.Args[1]})
	}
	return nil
}

func types(s *settings, d *conf.Directive) error {
	for _, line := range d.Block {
		for _, extension := range line.Args {
			s.types[strings.ToLower(extension)] = line.Name
		}
	}
	return nil
}

// errorPage reads "error_page CODE... [=[STATUS]] PAGE".
func (b *builder) errorPage(s *settings, d *conf.Directive) (err error) {
	var page errorPage
	words := d.Args[:len(d.Args)-1]
	if status, ok := strings.CutPrefix(words[len(words)-1], "="); ok {
		words = words[:len(words)-1]
		page.answered = status == ""
		if page.status, err = strconv.Atoi(status); err != nil && !page.answered {
			return d.Faultf("invalid value %q", "="+status)
		}
	}
	for _, word := range words {
		code, err := strconv.Atoi(word)
		switch {
		case err != nil:
			return d.Faultf("invalid value %q", word)
		case code < 300 || code > 599:
			return d.Faultf(`value %q must be between 300 and 599`, word)
		}
		page.codes = append(page.codes, code)
	}
	page.page, err = b.compile(d.Args[len(d.Args)-1])
	s.errorPages = append(s.errorPages, page)
	return err
}

func (b *builder) addHeader(s *settings, d *conf.Directive) error {
	always := len(d.Args) == 3
	if always && d.Args[2] != "always" {
		return d.Faultf("invalid parameter %q", d.Args[2])
	}
	value, err := b.compile(d.Args[1])
	s.addHeaders = append(s.addHeaders, header{name: d.Args[0], value: value, always: always})
	return err
}

func (b *builder) accessLog(s *settings, d *conf.Directive) error {
	if d.Args[0] == "off" {
		s.accessLogs = nil
		return nil
	}
	log := accessLog{path: d.Args[0]}
	if len(d.Args) > 1 && d.Args[1] != "combined" {
		format, ok := b.config.formats[d.Args[1]]
		if !ok {
			return d.Faultf("unknown log format %q", d.Args[1])
		}
		log.format = format
	}
	s.accessLogs = append(s.accessLogs, log)
	return nil
}

func checkLevel(d *conf.Directive) error {
	levels := []string{"debug", "info", "notice", "warn", "error", "crit", "alert", "emerg"}
	for _, word := range d.Args[1:] {
		if !slices.Contains(levels, word) {
			return d.Faultf("invalid log level %q", word)
		}
	}
	return nil
}
