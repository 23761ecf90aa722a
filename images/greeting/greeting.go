// Package greeting is the program of the image laravelapp. The page "/" says
// which pod answers and which client asked, and counts its visits in the Redis
// that REDIS_HOST (docker2istio-redis) and REDIS_PORT (6379) name.
package greeting

import (
	"context"
	"errors"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/gomodule/redigo/redis"

	"github.com/kubectl-learn/kubectl-learn/images/service"
	"github.com/kubectl-learn/kubectl-learn/pkg/lang"
)

const (
	port         = ":8080"
	redisTimeout = 2 * time.Second
)

// app answers the requests.
type app struct {
	world service.World
	redis string
}

// Run serves until it is asked to stop and returns the exit code.
func Run(ctx context.Context, w service.World) int {
	a := &app{
		world: w,
		redis: net.JoinHostPort(w.Getenv("REDIS_HOST", "docker2istio-redis"), w.Getenv("REDIS_PORT", "6379")),
	}
	return w.Serve(ctx, service.Service{
		About:   "laravelapp " + w.Version() + " with Redis " + a.redis,
		Address: port,
		Handle:  func(mux *http.ServeMux) { mux.HandleFunc("GET /{$}", a.page) },
	})
}

// page greets and counts. The visit is counted before the greeting is made, so
// that a page never shows a number that Redis does not have.
func (a *app) page(w http.ResponseWriter, r *http.Request) {
	tongue := language(r)
	visits, err := a.count(r.Context())
	if err != nil {
		a.world.Log().Printf("failed to count a visit: %v", err)
		text := lang.Messagef("Cannot count this visit in Redis at %s: %v\n", "无法在 Redis（%s）中记录访问次数：%v\n", a.redis, err)
		w.WriteHeader(http.StatusInternalServerError)
		a.world.Write(w, text.In(tongue))
		return
	}
	times := lang.Messagef("%d times", "%d 次", visits)
	if visits == 1 {
		times = lang.Messagef("1 time", "1 次")
	}
	text := lang.Messagef("Hello World by %s from %s! This page has been visited %s.", "Hello World by %s from %s ! 该页面已被访问 %s。", a.world.Addr, service.Client(r), times)
	a.world.Write(w, text.In(tongue)+a.suffix().In(tongue)+"\n")
}

// suffix shows the version from 0.0.3 on: that is what 0.0.3 brought, and how
// a page shows that an update of the image arrived.
func (a *app) suffix() lang.Message {
	if !service.AtLeast(a.world.Version(), 0, 0, 3) {
		return lang.Message{}
	}
	return lang.Messagef(" (version %s)", "（版本 %s）", a.world.Version())
}

// count takes a connection of its own, so that a Redis that came back is used
// by the next request.
func (a *app) count(ctx context.Context) (visits int, err error) {
	ctx, cancel := context.WithTimeout(ctx, redisTimeout)
	defer cancel()
	stream, err := a.world.Dial(ctx, "tcp", a.redis)
	if err != nil {
		return 0, err
	}
	conn := redis.NewConn(stream, redisTimeout, redisTimeout)
	defer func() { err = errors.Join(err, conn.Close()) }()
	return redis.Int(redis.DoContext(conn, ctx, "INCR", "visits"))
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
