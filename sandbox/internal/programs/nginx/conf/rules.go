package conf

import "slices"

// Context is where a directive is allowed; contexts combine by "or".
type Context int

// The contexts.
const (
	Main Context = 1 << iota
	Events
	HTTP
	Server
	Location
	Upstream
	Types
	None Context = 0
)

const levels = HTTP | Server | Location

// many means any number of arguments.
const many = 1 << 20

// Rule says where a directive is allowed, its number of arguments, the context
// of the block that it opens, and whether it may appear only once in its block.
type Rule struct {
	In       Context
	Min, Max int
	Block    Context
	Once     bool
	Flag     bool
}

// rules are the directives that the sandbox's nginx supports.
func rules(name string) []Rule {
	switch name {
	case "daemon", "master_process", "multi_accept":
		return []Rule{{In: Main | Events, Min: 1, Max: 1, Once: true, Flag: true}}
	case "worker_processes", "pid", "worker_rlimit_nofile", "worker_shutdown_timeout":
		return []Rule{{In: Main, Min: 1, Max: 1, Once: true}}
	case "user":
		return []Rule{{In: Main, Min: 1, Max: 2, Once: true}}
	case "events":
		return []Rule{{In: Main, Block: Events, Once: true}}
	case "http":
		return []Rule{{In: Main, Block: HTTP, Once: true}}
	case "worker_connections", "use":
		return []Rule{{In: Events, Min: 1, Max: 1, Once: true}}
	case "server":
		return []Rule{{In: HTTP, Block: Server}, {In: Upstream, Min: 1, Max: many}}
	case "keepalive":
		return []Rule{{In: Upstream, Min: 1, Max: 1, Once: true}}
	case "upstream":
		return []Rule{{In: HTTP, Min: 1, Max: 1, Block: Upstream}}
	case "location":
		return []Rule{{In: Server | Location, Min: 1, Max: 2, Block: Location}}
	case "types":
		return []Rule{{In: levels, Block: Types}}
	case "listen", "server_name", "rewrite", "set", "return", "try_files", "internal":
		return serverRules(name)
	}
	return append(levelRules(name), proxyRules(name)...)
}

func serverRules(name string) []Rule {
	switch name {
	case "listen", "server_name":
		return []Rule{{In: Server, Min: 1, Max: many}}
	case "rewrite":
		return []Rule{{In: Server | Location, Min: 2, Max: 3}}
	case "set":
		return []Rule{{In: Server | Location, Min: 2, Max: 2}}
	case "return":
		return []Rule{{In: Server | Location, Min: 1, Max: 2}}
	case "internal":
		return []Rule{{In: Location}}
	}
	return []Rule{{In: Server | Location, Min: 2, Max: many, Once: true}}
}

func levelRules(name string) []Rule {
	switch name {
	case "root", "default_type", "client_max_body_size":
		return []Rule{{In: levels, Min: 1, Max: 1, Once: true}}
	case "alias":
		return []Rule{{In: Location, Min: 1, Max: 1, Once: true}}
	case "index":
		return []Rule{{In: levels, Min: 1, Max: many}}
	case "sendfile", "tcp_nopush", "tcp_nodelay", "gzip", "gzip_vary", "server_tokens", "absolute_redirect",
		"server_name_in_redirect", "port_in_redirect", "log_not_found", "etag", "autoindex", "autoindex_exact_size":
		return []Rule{{In: levels, Min: 1, Max: 1, Once: true, Flag: true}}
	case "gzip_types":
		return []Rule{{In: levels, Min: 1, Max: many}}
	case "gzip_min_length", "gzip_comp_level", "gzip_http_version", "types_hash_max_size", "types_hash_bucket_size",
		"client_body_timeout", "send_timeout", "keepalive_requests", "lingering_timeout", "charset", "client_body_buffer_size":
		return []Rule{{In: levels, Min: 1, Max: 1, Once: true}}
	case "server_names_hash_bucket_size", "server_names_hash_max_size":
		return []Rule{{In: HTTP, Min: 1, Max: 1, Once: true}}
	case "large_client_header_buffers":
		return []Rule{{In: HTTP | Server, Min: 2, Max: 2, Once: true}}
	case "client_header_timeout", "client_header_buffer_size":
		return []Rule{{In: HTTP | Server, Min: 1, Max: 1, Once: true}}
	case "gzip_proxied", "gzip_disable":
		return []Rule{{In: levels, Min: 1, Max: many}}
	case "keepalive_timeout":
		return []Rule{{In: levels, Min: 1, Max: 2, Once: true}}
	case "error_page":
		return []Rule{{In: levels, Min: 2, Max: many}}
	case "add_header":
		return []Rule{{In: levels, Min: 2, Max: 3}}
	case "access_log":
		return []Rule{{In: levels, Min: 1, Max: many}}
	case "error_log":
		return []Rule{{In: Main | levels, Min: 1, Max: many}}
	case "log_format":
		return []Rule{{In: HTTP, Min: 2, Max: many}}
	}
	return nil
}

func proxyRules(name string) []Rule {
	switch name {
	case "proxy_pass":
		return []Rule{{In: Location, Min: 1, Max: 1, Once: true}}
	case "proxy_set_header":
		return []Rule{{In: levels, Min: 2, Max: 2}}
	case "proxy_redirect":
		return []Rule{{In: levels, Min: 1, Max: 2}}
	case "proxy_http_version", "proxy_connect_timeout", "proxy_send_timeout", "proxy_read_timeout",
		"proxy_buffer_size", "proxy_busy_buffers_size", "proxy_max_temp_file_size":
		return []Rule{{In: levels, Min: 1, Max: 1, Once: true}}
	case "proxy_buffers":
		return []Rule{{In: levels, Min: 2, Max: 2, Once: true}}
	case "proxy_hide_header":
		return []Rule{{In: levels, Min: 1, Max: 1}}
	case "proxy_buffering", "proxy_request_buffering", "proxy_intercept_errors":
		return []Rule{{In: levels, Min: 1, Max: 1, Once: true, Flag: true}}
	}
	return nil
}

// known are directives of nginx and its usual modules that the sandbox does not
// support; that is a better message than "unknown".
func known() []string {
	return []string{
		"aio", "allow", "auth_basic", "auth_basic_user_file", "auth_request", "autoindex_format", "autoindex_localtime", "break", "chunked_transfer_encoding",
		"client_body_temp_path", "client_body_in_file_only", "debug_connection", "deny", "directio", "disable_symlinks", "empty_gif",
		"env", "expires", "fastcgi_index", "fastcgi_param", "fastcgi_pass", "fastcgi_read_timeout", "fastcgi_split_path_info",
		"geo", "grpc_pass", "gunzip", "gzip_buffers", "gzip_static", "hash", "http2", "http3", "if", "if_modified_since", "ip_hash",
		"least_conn", "limit_conn", "limit_conn_zone", "limit_except", "limit_rate",
		"limit_req", "limit_req_zone", "load_module", "mail", "map", "map_hash_bucket_size", "merge_slashes", "mirror", "msie_padding",
		"open_file_cache", "proxy_bind", "proxy_cache", "proxy_cache_bypass", "proxy_cache_key", "proxy_cache_path", "proxy_cache_use_stale",
		"proxy_cache_valid", "proxy_cookie_domain", "proxy_cookie_path", "proxy_ignore_client_abort",
		"proxy_ignore_headers", "proxy_method", "proxy_next_upstream", "proxy_next_upstream_timeout",
		"proxy_next_upstream_tries", "proxy_no_cache", "proxy_pass_header", "proxy_pass_request_body", "proxy_pass_request_headers",
		"proxy_set_body", "proxy_ssl_server_name", "proxy_ssl_verify", "proxy_store", "proxy_temp_path", "random", "real_ip_header",
		"recursive_error_pages", "referer_hash_bucket_size", "reset_timedout_connection", "resolver", "resolver_timeout", "satisfy", "scgi_pass", "secure_link",
		"set_real_ip_from", "slice", "split_clients", "ssi", "ssl", "ssl_certificate", "ssl_certificate_key", "ssl_ciphers",
		"ssl_prefer_server_ciphers", "ssl_protocols", "ssl_session_cache", "ssl_session_timeout", "stream", "stub_status", "sub_filter",
		"sub_filter_once", "thread_pool", "timer_resolution", "underscores_in_headers", "userid", "uwsgi_pass", "valid_referers",
		"variables_hash_max_size", "worker_cpu_affinity", "worker_priority", "working_directory", "xslt_stylesheet", "zone",
	}
}

// check checks a directive against its rule, as ngx_conf_handler does.
func check(d *Directive, in Context, end ending) (Rule, error) {
	if in == Types {
		return checkType(d, end)
	}
	all := rules(d.Name)
	for _, rule := range all {
		if rule.In&in == 0 {
			continue
		}
		switch {
		case rule.Block == None && end != terminated:
			return rule, d.Faultf(`directive %q is not terminated by ";"`, d.Name)
		case rule.Block != None && end != opening:
			return rule, d.Faultf(`directive %q has no opening "{"`, d.Name)
		case len(d.Args) < rule.Min || len(d.Args) > rule.Max:
			return rule, d.Faultf("invalid number of arguments in %q directive", d.Name)
		case rule.Flag && d.Args[0] != "on" && d.Args[0] != "off":
			return rule, d.Faultf(`invalid value %q in %q directive, it must be "on" or "off"`, d.Args[0], d.Name)
		}
		return rule, nil
	}
	switch {
	case len(all) > 0:
		return Rule{}, d.Faultf("%q directive is not allowed here", d.Name)
	case slices.Contains(known(), d.Name):
		return Rule{}, d.Faultf("%q is not supported by the sandbox's nginx", d.Name)
	}
	return Rule{}, d.Faultf("unknown directive %q", d.Name)
}

// checkType checks a line of a types block, "text/html html htm;".
func checkType(d *Directive, end ending) (Rule, error) {
	if end != terminated {
		return Rule{}, d.Faultf(`unexpected "{"`)
	}
	return Rule{}, nil
}
