// Package fetch is the sandbox's programs that ask over the network: curl,
// wget and nslookup, with the words and the exit codes of the real ones.
package fetch

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/container"
)

// Programs returns wget and nslookup, which every image has, by their paths.
func Programs() map[string]container.Program {
	return map[string]container.Program{"/usr/bin/wget": Wget, "/usr/bin/nslookup": Nslookup}
}

// Nslookup is busybox's: "nslookup NAME [SERVER]".
func Nslookup(ctx context.Context, p *container.Process) int {
	var words []string
	for _, arg := range p.Args[1:] {
		if !strings.HasPrefix(arg, "-") {
			words = append(words, arg)
		}
	}
	if len(words) == 0 {
		_, _ = io.WriteString(p.Stderr, "Usage: nslookup [-type=QUERY_TYPE] [-debug] HOST [DNS_SERVER]\n")
		return 1
	}
	server, search := resolver(p)
	if len(words) > 1 {
		server = words[1]
	}
	text := fmt.Sprintf("Server:\t\t%s\nAddress:\t%s:53\n\n", server, server)
	full, addresses := lookup(ctx, p.Net, words[0], search)
	if len(addresses) == 0 {
		write(p.Stdout, text+fmt.Sprintf("** server can't find %s: NXDOMAIN\n\n", full))
		return 1
	}
	for _, address := range addresses {
		text += fmt.Sprintf("Name:\t%s\nAddress: %s\n", full, address)
	}
	write(p.Stdout, text+"\n")
	return 0
}

// write writes where it can; a reader that is gone ends nothing.
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

// lookup tries the name below each domain of the search list, then as it is,
// and returns the name that was found; the last one when none was.
func lookup(ctx context.Context, net container.Net, name string, search []string) (string, []string) {
	tries := []string{}
	if !strings.HasSuffix(name, ".") && strings.Count(name, ".") < 5 {
		for _, domain := range search {
			tries = append(tries, name+"."+domain)
		}
	}
	tries = append(tries, strings.TrimSuffix(name, "."))
	for _, full := range tries {
		if addresses, err := net.LookupHost(ctx, full); err == nil && len(addresses) > 0 {
			return full, addresses
		}
	}
	return tries[len(tries)-1], nil
}
