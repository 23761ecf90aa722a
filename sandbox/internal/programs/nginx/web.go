package nginx

import (
	"bufio"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"sync"
	"time"
)

// statusHeaders is nginx's own code for headers that are too long.
const statusHeaders = 494

// web serves the connections of one port.
type web struct {
	nginx *instance
	port  string
	l     net.Listener

	mu   sync.Mutex
	open map[net.Conn]bool // True while a request is worked on.
	over bool
	done sync.WaitGroup
}

func (s *web) serve(ctx context.Context) {
	for {
		conn, err := s.l.Accept()
		if err != nil {
			return
		}
		s.mu.Lock()
		if s.over {
			s.mu.Unlock()
			_ = conn.Close()
			return
		}
		s.open[conn] = false
		s.done.Add(1)
		s.mu.Unlock()
		s.nginx.p.Go(func() { s.connection(ctx, conn) })
	}
}

// Close ends the port and its connections at once.
func (s *web) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.over = true
	for conn := range s.open {
		_ = conn.Close() // there is nowhere to report it
	}
	return s.l.Close()
}

// Shutdown ends the port and waits for the requests that are worked on.
func (s *web) Shutdown(context.Context) error {
	err := s.l.Close()
	s.mu.Lock()
	s.over = true
	for conn, busy := range s.open {
		if !busy {
			_ = conn.Close() // it only waits for a further request
		}
	}
	s.mu.Unlock()
	s.done.Wait()
	return err
}

// busy notes whether a request is worked on. It reports whether the port is open.
func (s *web) busy(conn net.Conn, now bool) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.open[conn] = now
	return !s.over
}

// connection serves one client until either side ends it.
func (s *web) connection(ctx context.Context, conn net.Conn) {
	ctx, cancel := context.WithCancel(ctx)
	defer s.done.Done()
	defer func() {
		cancel()
		s.mu.Lock()
		delete(s.open, conn)
		s.mu.Unlock()
		_ = conn.Close() // all was said
	}()
	defer context.AfterFunc(ctx, func() { _ = conn.Close() })()
	input := &watched{Conn: conn, gone: cancel}
	reader, writer := bufio.NewReader(input), bufio.NewWriter(conn)
	for turn := 1; ; turn++ {
		level := s.nginx.active.Load().config.choose(s.port, "").level.settings
		if !s.await(conn, reader, level, turn == 1) {
			return
		}
		s.busy(conn, true)
		size := int64(reader.Buffered()) - input.read
		request, fields, err := readRequest(reader, level.headerBuffer)
		if bad, ok := errors.AsType[*badRequestError](err); !ok && err != nil {
			if timed(err) {
				bad = &badRequestError{status: http.StatusRequestTimeout, log: ""}
			}
			if bad == nil || request == nil {
				return
			}
		}
		if err := conn.SetReadDeadline(time.Now().Add(level.bodyTimeout)); err != nil {
			return
		}
		request.RemoteAddr = conn.RemoteAddr().String()
		x := s.nginx.exchange(request.WithContext(ctx), fields, s.port, writer)
		x.turn, x.length = turn, size-int64(reader.Buffered())+input.read+max(request.ContentLength, 0)
		keep := x.serve(err) //nolint:contextcheck // the request has the context
		if !s.busy(conn, false) || !keep || x.w.failed != nil {
			linger(conn, request)
			return
		}
		if _, err := io.Copy(io.Discard, request.Body); err != nil {
			return
		}
	}
}

// await waits for the first byte of a request.
func (s *web) await(conn net.Conn, r *bufio.Reader, level settings, first bool) bool {
	wait := level.keepalive
	if first {
		wait = level.headerTimeout
	}
	if err := conn.SetReadDeadline(time.Now().Add(wait)); err != nil {
		return false
	}
	if _, err := r.Peek(1); err != nil {
		return false
	}
	return conn.SetReadDeadline(time.Now().Add(level.headerTimeout)) == nil
}

func timed(err error) bool { return errors.Is(err, os.ErrDeadlineExceeded) }

// linger reads what a client still sends, so that the client can read the
// answer before the connection breaks.
func linger(conn net.Conn, request *http.Request) {
	if request.ContentLength == 0 {
		return
	}
	if half, ok := conn.(interface{ CloseWrite() error }); ok {
		if err := half.CloseWrite(); err == nil {
			if err := conn.SetReadDeadline(time.Now().Add(lingerTime)); err == nil {
				_, _ = io.Copy(io.Discard, io.LimitReader(conn, 16<<20))
			}
		}
	}
}

// lingerTime is lingering_timeout.
const lingerTime = 5 * time.Second

// watched reports when the client is gone.
type watched struct {
	net.Conn
	gone context.CancelFunc
	read int64
}

func (w *watched) Read(p []byte) (int, error) {
	n, err := w.Conn.Read(p)
	w.read += int64(n)
	if err != nil && !timed(err) && !strings.Contains(err.Error(), "EOF") {
		w.gone()
	}
	return n, err
}
