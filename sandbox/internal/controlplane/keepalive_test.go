package controlplane

import (
	"bytes"
	"context"
	"io"
	"net"
	"testing"
	"time"

	"golang.org/x/net/http2"
	"golang.org/x/net/http2/hpack"
	"google.golang.org/grpc"
	"google.golang.org/grpc/health"
	healthpb "google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/test/bufconn"
)

// A client with a watch that asks every few seconds whether etcd lives keeps its
// connection. It asks more often than the API server does, so that the test takes
// less time: without the policy etcd ends the connection after the fourth question.
func TestEtcdKeepsClientsThatAsk(t *testing.T) {
	t.Parallel()
	const questions, pause = 5, 5200 * time.Millisecond
	l := bufconn.Listen(connBuffer)
	server := grpc.NewServer(keepAlive())
	healthpb.RegisterHealthServer(server, health.NewServer())
	go func() { _ = server.Serve(l) }()
	t.Cleanup(server.Stop)
	c, err := l.DialContext(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	framer := openWatch(t, c)
	for frame, err := framer.ReadFrame(); ; frame, err = framer.ReadFrame() { // An answer forgives all questions before it.
		if err != nil {
			t.Fatal(err)
		}
		if _, ok := frame.(*http2.DataFrame); ok {
			break
		}
	}
	asked := make(chan error, 1)
	go func() {
		for i := range questions {
			if i > 0 {
				time.Sleep(pause) // the pause is what is tested
			}
			if err := framer.WritePing(false, [8]byte{byte(i)}); err != nil {
				asked <- err
				return
			}
		}
		asked <- nil
	}()
	for answers := 0; answers < questions; {
		frame, err := framer.ReadFrame()
		if err != nil {
			t.Fatalf("after %d answers: %v", answers, err)
		}
		switch f := frame.(type) {
		case *http2.GoAwayFrame:
			t.Fatalf("after %d answers the connection is ended: %v %s", answers, f.ErrCode, f.DebugData())
		case *http2.PingFrame:
			if f.IsAck() {
				answers++
			}
		}
	}
	if err := <-asked; err != nil {
		t.Error(err)
	}
}

// openWatch opens an HTTP/2 connection with a stream that stays open.
func openWatch(t *testing.T, c net.Conn) *http2.Framer {
	t.Helper()
	stop := context.AfterFunc(t.Context(), func() { _ = c.Close() })
	t.Cleanup(func() { stop() })
	var header bytes.Buffer
	encoder := hpack.NewEncoder(&header)
	for _, field := range [][2]string{
		{":method", "POST"},
		{":scheme", "http"},
		{":authority", "etcd"},
		{":path", "/grpc.health.v1.Health/Watch"},
		{"content-type", "application/grpc"},
		{"te", "trailers"},
	} {
		if err := encoder.WriteField(hpack.HeaderField{Name: field[0], Value: field[1]}); err != nil {
			t.Fatal(err)
		}
	}
	framer := http2.NewFramer(c, c)
	steps := []func() error{
		func() error { _, err := io.WriteString(c, http2.ClientPreface); return err },
		func() error { return framer.WriteSettings() },
		func() error {
			return framer.WriteHeaders(http2.HeadersFrameParam{StreamID: 1, BlockFragment: header.Bytes(), EndHeaders: true})
		},
		func() error { return framer.WriteData(1, true, make([]byte, 5)) },
	}
	for _, step := range steps {
		if err := step(); err != nil {
			t.Fatal(err)
		}
	}
	return framer
}
