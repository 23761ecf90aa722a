package node

import (
	"net/http"
	"net/http/pprof"
)

// debugging serves /debug/pprof/ as a kubelet does: profiles of the process.
// All nodes share one process, so the profiles are the same on each.
func debugging(mux *http.ServeMux) {
	mux.HandleFunc("GET /debug/pprof/", pprof.Index)
	mux.HandleFunc("GET /debug/pprof/profile", pprof.Profile)
	mux.HandleFunc("GET /debug/pprof/symbol", pprof.Symbol)
	mux.HandleFunc("GET /debug/pprof/trace", pprof.Trace)
}
