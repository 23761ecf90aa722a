package demo

import (
	"context"
	"errors"
	"fmt"
	"log"
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strings"

	"github.com/gomodule/redigo/redis"

	"github.com/kubectl-learn/kubectl-learn/pkg/lang"
)

// app answers the requests.
type app struct {
	addr, redis, version string
	dial                 func(ctx context.Context, network, address string) (net.Conn, error)
	log                  *log.Logger
}

func newApp(c Config, stdout *log.Logger) *app {
	return &app{
		addr:    c.Addr,
		redis:   net.JoinHostPort(env(c.Env, "REDIS_HOST", "docker2istio-redis"), env(c.Env, "REDIS_PORT", "6379")),
		version: env(c.Env, "APP_VERSION", "0.0.0"),
		dial:    c.Dial,
		log:     stdout,
	}
}

// env returns the last value of a name; an empty value is none.
func env(list []string, name, otherwise string) string {
	for _, entry := range slices.Backward(list) {
		if value, ok := strings.CutPrefix(entry, name+"="); ok && value != "" {
			return value
		}
	}
	return otherwise
}

func (a *app) handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", a.page)
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { a.write(w, "ok\n") })
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		w.Header().Set("X-App-Version", a.version)
		seen := &recorder{ResponseWriter: w, status: http.StatusOK}
		mux.ServeHTTP(seen, r)
		a.log.Printf("%s %q %d", client(r), r.Method+" "+r.URL.RequestURI(), seen.status)
	})
}

// page greets and counts. The visit is counted before the greeting is made, so
// that a page never shows a number that Redis does not have.
func (a *app) page(w http.ResponseWriter, r *http.Request) {
	tongue := language(r)
	visits, err := a.count(r.Context())
	if err != nil {
		a.log.Printf("failed to count a visit: %v", err)
		text := lang.Messagef("Cannot count this visit in Redis at %s: %v\n", "无法在 Redis（%s）中记录访问次数：%v\n", a.redis, err)
		w.WriteHeader(http.StatusInternalServerError)
		a.write(w, text.In(tongue))
		return
	}
	times := lang.Messagef("%d times", "%d 次", visits)
	if visits == 1 {
		times = lang.Messagef("1 time", "1 次")
	}
	text := lang.Messagef("Hello World by %s from %s! This page has been visited %s.", "Hello World by %s from %s ! 该页面已被访问 %s。", a.addr, client(r), times)
	a.write(w, text.In(tongue)+a.suffix().In(tongue)+"\n")
}

// suffix shows the version from 0.0.3 on: that is what 0.0.3 brought, and how
// a page shows that an update of the image arrived.
func (a *app) suffix() lang.Message {
	if !atLeast(a.version, 0, 0, 3) {
		return lang.Message{}
	}
	return lang.Messagef(" (version %s)", "（版本 %s）", a.version)
}

func atLeast(version string, want ...int) bool {
	var have [3]int
	if _, err := fmt.Sscanf(version, "%d.%d.%d", &have[0], &have[1], &have[2]); err != nil {
		return false
	}
	return slices.Compare(have[:], want) >= 0
}

// count takes a connection of its own, so that a Redis that came back is used
// by the next request.
func (a *app) count(ctx context.Context) (visits int, err error) {
	ctx, cancel := context.WithTimeout(ctx, redisTimeout)
	defer cancel()
	stream, err := a.dial(ctx, "tcp", a.redis)
	if err != nil {
		return 0, err
	}
	conn := redis.NewConn(stream, redisTimeout, redisTimeout)
	defer func() { err = errors.Join(err, conn.Close()) }()
	return redis.Int(redis.DoContext(conn, ctx, "INCR", "visits"))
}

func (a *app) write(w http.ResponseWriter, text string) {
	if _, err := w.Write([]byte(text)); err != nil {
		a.log.Printf("failed to answer: %v", err)
	}
}

// client returns the address of who asked: see the package comment.
func client(r *http.Request) string {
	if addr, err := netip.ParseAddr(strings.TrimSpace(r.Header.Get("X-Real-IP"))); err == nil {
		return addr.String()
	}
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	return host
}

// language is the one that ?lang= names, else the first known one of
// Accept-Language, else English.
func language(r *http.Request) lang.Lang {
	for name := range strings.SplitSeq(r.URL.Query().Get("lang")+","+r.Header.Get("Accept-Language"), ",") {
		tag, _, _ := strings.Cut(strings.TrimSpace(name), ";")
		if l, ok := lang.Parse(tag); ok {
			return l
		}
	}
	return lang.English
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
