// Package webapp is the program of the image web-app. 1.0 says welcome, 2.0 the
// time too. 3.0 takes STARTUP_SECONDS (60) before it listens, and has "/health".
// 4.0 is like 3.0 and fails LIFETIME_SECONDS (60) after it began to serve: by
// FAILURE=exit it ends with exit code 1, by FAILURE=hang it lives on and answers
// nothing more, so that only a liveness probe helps.
package webapp

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/kubectl-learn/kubectl-learn/images/service"
)

const port = ":5000"

// Run serves until it is asked to stop and returns the exit code; 2 is for a
// setting that cannot be meant.
func Run(ctx context.Context, w service.World) int {
	set, err := read(w)
	if err != nil {
		w.Complain().Print(err)
		return 2
	}
	about := "web-app " + w.Version()
	if set.startup > 0 {
		w.Log().Printf("%s starts, which takes %v", about, set.startup)
		if !w.Wait(ctx, set.startup) {
			return interrupted(ctx)
		}
	}
	end, stuck := make(chan func() int, 1), make(chan struct{})
	if set.lifetime > 0 {
		failing := time.AfterFunc(set.lifetime, func() { fail(w, set, end, stuck) })
		defer failing.Stop()
	}
	return w.Serve(ctx, service.Service{
		About: about, Address: port, End: end, Stuck: stuck,
		Handle: func(mux *http.ServeMux) {
			mux.HandleFunc("GET /{$}", func(rw http.ResponseWriter, _ *http.Request) { w.Write(rw, page(w.Version(), time.Now().UTC())) })
			if service.AtLeast(w.Version(), 3) {
				mux.HandleFunc("GET /health", func(rw http.ResponseWriter, _ *http.Request) { w.Write(rw, "OK\n") })
			}
		},
	})
}

// interrupted is the exit code of a program that is told to end while it starts.
func interrupted(ctx context.Context) int {
	if ctx.Err() != nil {
		return service.ExitKilled
	}
	return 0
}

func fail(w service.World, set settings, end chan<- func() int, stuck chan<- struct{}) {
	if set.hang {
		w.Complain().Printf("after %v: answers nothing more", set.lifetime)
		close(stuck)
		return
	}
	end <- func() int {
		w.Complain().Printf("after %v: ends", set.lifetime)
		return 1
	}
}

func page(version string, now time.Time) string {
	const clock = "2006-01-02 15:04:05.000000"
	switch {
	case service.AtLeast(version, 3):
		major, _, _ := strings.Cut(strings.TrimPrefix(version, "v"), ".")
		return fmt.Sprintf("Welcome user! current time in v%s is %s\n", major, now.Format(clock))
	case service.AtLeast(version, 2):
		return fmt.Sprintf("Welcome user! current time is %s\n", now.Format(clock))
	}
	return "Welcome!\n"
}
