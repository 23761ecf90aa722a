// Package hello is the program of the image docker_demo. From v1.0.1 on its
// page says where it runs, as far as MY_NODE_NAME, MY_POD_NAME,
// MY_POD_NAMESPACE and MY_POD_IP tell, and "/panic" ends it abnormally. v1.0.2
// is the new colour of a blue/green release: it says its version in the page.
package hello

import (
	"context"
	"fmt"
	"net/http"
	"strings"

	"github.com/kubectl-learn/kubectl-learn/images/service"
)

const port = ":3000"

// Run serves until it is asked to stop and returns the exit code. It panics, as
// the whole program does then, when "/panic" is visited.
func Run(ctx context.Context, w service.World) int {
	end := make(chan func() int, 1)
	return w.Serve(ctx, service.Service{
		About:   "docker_demo " + w.Version(),
		Address: port,
		End:     end,
		Handle: func(mux *http.ServeMux) {
			mux.HandleFunc("GET /{$}", func(rw http.ResponseWriter, _ *http.Request) { w.Write(rw, page(w)) })
			if service.AtLeast(w.Version(), 1, 0, 1) {
				mux.HandleFunc("GET /panic", func(_ http.ResponseWriter, r *http.Request) { fall(end, r) })
			}
		},
	})
}

// fall makes the program panic. A panic in a handler would end the request
// alone: package http catches it there.
func fall(end chan<- func() int, r *http.Request) {
	select {
	case end <- func() int { panic("somebody visited /panic") }:
	default: // it falls already
	}
	<-r.Context().Done()
}

func page(w service.World) string {
	version := w.Version()
	if !service.AtLeast(version, 1, 0, 1) {
		return "hello docker\n"
	}
	var b strings.Builder
	b.WriteString("Hello World!\n")
	if service.AtLeast(version, 1, 0, 2) {
		fmt.Fprintf(&b, "version: %s\n", version)
	}
	for _, line := range [][2]string{
		{"node", "MY_NODE_NAME"}, {"pod", "MY_POD_NAME"}, {"namespace", "MY_POD_NAMESPACE"}, {"address", "MY_POD_IP"},
	} {
		if value := w.Getenv(line[1], ""); value != "" {
			fmt.Fprintf(&b, "%s: %s\n", line[0], value)
		}
	}
	return b.String()
}
