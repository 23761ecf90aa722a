package service

import (
	"io"
	"log"
	"net"
	"net/http"
	"net/netip"
	"strings"
)

func (w World) handler(s Service, stdout *log.Logger) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", func(rw http.ResponseWriter, _ *http.Request) { w.Write(rw, "ok\n") })
	s.Handle(mux)
	version := w.Version()
	return http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		select {
		case <-s.Stuck:
			w.hang(r)
		default:
		}
		rw.Header().Set("Content-Type", "text/plain; charset=utf-8")
		rw.Header().Set("X-App-Version", version)
		seen := &recorder{ResponseWriter: rw, status: http.StatusOK}
		mux.ServeHTTP(seen, r)
		stdout.Printf("%s %q %d", Client(r), r.Method+" "+r.URL.RequestURI(), seen.status)
	})
}

// hang keeps a visitor waiting until he gives up or the program ends, and gives
// him nothing.
func (w World) hang(r *http.Request) {
	select {
	case <-r.Context().Done():
	case <-w.Stop:
	}
	panic(http.ErrAbortHandler)
}

// Write answers with a text.
func (w World) Write(rw http.ResponseWriter, text string) {
	if _, err := io.WriteString(rw, text); err != nil {
		w.Complain().Printf("failed to answer: %v", err)
	}
}

// Client returns the address of who asked: the one that a proxy in front names
// in X-Real-IP, and the peer of the connection when no proxy does. Behind nginx
// a learner sees who asked nginx, and without proxy_set_header the address of
// nginx's pod.
func Client(r *http.Request) string {
	if addr, err := netip.ParseAddr(strings.TrimSpace(r.Header.Get("X-Real-IP"))); err == nil {
		return addr.String()
	}
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	return host
}

// recorder remembers the status for the log.
type recorder struct {
	http.ResponseWriter
	status int
}

func (r *recorder) WriteHeader(status int) {
	r.status = status
	r.ResponseWriter.WriteHeader(status)
}
