package fetch

import (
	"bufio"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
)

// reply is a response with its head as the server wrote it.
type reply struct {
	*http.Response
	head string
	conn net.Conn
}

// mostHead is how long a head may be.
const mostHead = 300 << 10

var (
	// errEmpty is a server that hung up without an answer.
	errEmpty = errors.New("empty reply")
	// errOld is an answer without a head.
	errOld = errors.New("HTTP/0.9")
)

// roundTrip sends a request over a connection and reads the head of the answer.
// The connection ends with ctx. Heads of the kind "100 Continue" go to interim.
func roundTrip(ctx context.Context, conn net.Conn, method, request string, body io.Reader, interim func(head string)) (*reply, error) {
	context.AfterFunc(ctx, func() { _ = conn.Close() }) // what waits on it ends
	sent := make(chan error, 1)
	go func() {
		_, err := io.WriteString(conn, request)
		if err == nil && body != nil {
			_, err = io.Copy(conn, body)
		}
		sent <- err
	}()
	r := bufio.NewReader(conn)
	for {
		head, err := readHead(r)
		if err != nil {
			return nil, err
		}
		response, err := http.ReadResponse(bufio.NewReader(io.MultiReader(strings.NewReader(head), r)), &http.Request{Method: method})
		if err != nil {
			return nil, err
		}
		if response.StatusCode/100 != 1 {
			return &reply{Response: response, head: head, conn: conn}, nil
		}
		_ = response.Body.Close() // it has none
		interim(head)
	}
}

// readHead reads up to the empty line.
func readHead(r *bufio.Reader) (string, error) {
	var head strings.Builder
	for {
		line, err := r.ReadString('\n')
		head.WriteString(line)
		switch {
		case err != nil && head.Len() == 0 && errors.Is(err, io.EOF):
			return "", errEmpty
		case err != nil && !strings.HasPrefix(head.String(), "HTTP/") && head.Len() > 0:
			return "", errOld
		case err != nil:
			return "", err
		case !strings.HasPrefix(head.String(), "HTTP/"):
			return "", errOld
		case strings.TrimRight(line, "\r\n") == "":
			return head.String(), nil
		case head.Len() > mostHead:
			return "", errors.New("too large response headers")
		}
	}
}
