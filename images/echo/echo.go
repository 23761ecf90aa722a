// Package echo is the program of the images user and pay, which serve behind an
// Ingress: every path but "/healthz" says which service, version and pod
// answered, which path was asked for, and what a proxy in front told in headers.
package echo

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/kubectl-learn/kubectl-learn/images/service"
)

const port = ":80"

// Run serves as the service of this name until it is asked to stop and returns
// the exit code.
func Run(ctx context.Context, w service.World, name string) int {
	return w.Serve(ctx, service.Service{
		About:   name + " " + w.Version(),
		Address: port,
		Handle: func(mux *http.ServeMux) {
			mux.HandleFunc("/", func(rw http.ResponseWriter, r *http.Request) { w.Write(rw, page(w, name, r)) })
		},
	})
}

func page(w service.World, name string, r *http.Request) string {
	var b strings.Builder
	fmt.Fprintf(&b, "service: %s\nversion: %s\npod: %s\npath: %s\n", name, w.Version(), w.Hostname, r.URL.Path)
	for _, header := range slices.Sorted(maps.Keys(r.Header)) {
		if strings.HasPrefix(header, "X-Forwarded-") {
			fmt.Fprintf(&b, "%s: %s\n", header, strings.Join(r.Header[header], ", "))
		}
	}
	return b.String()
}
