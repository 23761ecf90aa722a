// Package proxy keeps HTTP proxies away from this machine's own addresses. Most of what
// a lesson connects to is here: the sandbox, node ports, forwarded ports. Go's net/http
// uses no proxy for them, but curl and many others do.
package proxy

import (
	"net/netip"
	"slices"
	"strings"
)

// own are the names and addresses of this machine, in a form that curl, wget, Python
// and Go all understand in no_proxy.
func own() []string { return []string{"localhost", "127.0.0.1", "::1"} }

// names are the variables that name a proxy. Programs read them in lower or in
// upper case, or in both.
func names() []string { return []string{"http_proxy", "https_proxy", "all_proxy"} }

// Spare returns an environment that uses no proxy for this machine and for hosts. It
// keeps whatever else is in no_proxy. It returns an environment without a proxy
// unchanged.
func Spare(env []string, hosts ...string) []string {
	if !slices.ContainsFunc(env, isProxy) {
		return env
	}
	// curl reads no_proxy first, Go NO_PROXY: give each what either one says.
	lower, upper := lookup(env, "no_proxy"), lookup(env, "NO_PROXY")
	if lower == "" {
		lower = upper
	}
	if upper == "" {
		upper = lower
	}
	hosts = append(own(), hosts...)
	return append(slices.Clone(env), "no_proxy="+with(lower, hosts), "NO_PROXY="+with(upper, hosts))
}

// Drop returns an environment without proxies.
func Drop(env []string) []string {
	return slices.DeleteFunc(slices.Clone(env), isProxy)
}

// isProxy reports whether a variable names a proxy.
func isProxy(variable string) bool {
	name, value, _ := strings.Cut(variable, "=")
	return value != "" && slices.Contains(names(), strings.ToLower(name))
}

// lookup returns the value of a variable, the last of several.
func lookup(env []string, name string) string {
	for _, v := range slices.Backward(env) {
		if value, ok := strings.CutPrefix(v, name+"="); ok {
			return value
		}
	}
	return ""
}

// with adds the missing hosts to a no_proxy.
func with(value string, hosts []string) string {
	var all []string
	for entry := range strings.SplitSeq(value, ",") {
		if entry = strings.TrimSpace(entry); entry != "" {
			all = append(all, entry)
		}
	}
	if slices.Contains(all, "*") {
		return value
	}
	for _, host := range hosts {
		if !slices.Contains(all, host) {
			all = append(all, host)
		}
	}
	return strings.Join(all, ",")
}

// IsLoopback reports whether all addresses are this machine's own.
func IsLoopback(addresses []string) bool {
	return len(addresses) > 0 && !slices.ContainsFunc(addresses, func(a string) bool {
		address, err := netip.ParseAddr(a)
		return err != nil || !address.IsLoopback()
	})
}
