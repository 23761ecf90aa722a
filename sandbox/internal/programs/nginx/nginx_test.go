package nginx

import (
	"bufio"
	"context"
	"errors"
	"io"
	"maps"
	"net"
	"net/http"
	"strings"
	"testing"

	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/container"
	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/programs/programtest"
)

const nginxIP = "10.244.0.2"

// site is a running nginx.
type site struct {
	*programtest.Container
	network *programtest.Network
	exit    <-chan int
}

func newNetwork() *programtest.Network {
	return programtest.NewNetwork(map[string][]string{
		"app": {"10.244.0.11"}, "app2": {"10.244.0.12"}, "silent": {programtest.Silent}, "both": {"10.244.0.11", "10.244.0.12"},
	})
}

// newSite makes a container with default.conf and further files.
func newSite(t *testing.T, network *programtest.Network, config string, files map[string]string, args ...string) *programtest.Container {
	t.Helper()
	all := map[string]string{"/etc/nginx/conf.d/default.conf": config}
	maps.Copy(all, files)
	return programtest.New(t, Root(), all, network, nginxIP, append([]string{"nginx", "-g", "daemon off;"}, args...)...)
}

func start(t *testing.T, network *programtest.Network, config string, files map[string]string) *site {
	t.Helper()
	c := newSite(t, network, config, files)
	s := &site{Container: c, network: network, exit: programtest.Start(t, New("1.28.0"), c)}
	network.WaitFor(nginxIP + ":80")
	return s
}

// reply is a response without its body.
type reply struct {
	StatusCode int
	Header     http.Header
}

// get sends a request as it is written, and returns the response with its body.
func (s *site) get(t *testing.T, head string, body ...string) (reply, string) {
	t.Helper()
	conn, err := s.network.Pod("10.244.0.1").Dial(t.Context(), "tcp", nginxIP+":80")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	line, headers, _ := strings.Cut(head, "\n")
	if headers == "" {
		headers = "Host: localhost"
	}
	if !strings.Contains(line, " ") {
		line = "GET " + line
	}
	text := line + " HTTP/1.1\r\n" + strings.ReplaceAll(headers, "\n", "\r\n") + "\r\nConnection: close\r\n\r\n" + strings.Join(body, "")
	if _, err := io.WriteString(conn, text); err != nil {
		t.Fatal(err)
	}
	method, _, _ := strings.Cut(line, " ")
	response, err := http.ReadResponse(bufio.NewReader(conn), &http.Request{Method: method})
	if err != nil {
		t.Fatal(err)
	}
	read, err := io.ReadAll(response.Body)
	if err := errors.Join(err, response.Body.Close()); err != nil {
		t.Fatal(err)
	}
	return reply{response.StatusCode, response.Header}, string(read)
}

// backend serves on a pod's port and answers with the request that it got.
func backend(t *testing.T, network *programtest.Network, ip string, handler http.HandlerFunc) {
	t.Helper()
	l, err := network.Pod(ip).Listen("tcp", ":8080")
	if err != nil {
		t.Fatal(err)
	}
	server := &http.Server{Handler: handler, BaseContext: func(net.Listener) context.Context { return t.Context() }} //nolint:gosec // a test's own
	go func() { _ = server.Serve(l) }()
	t.Cleanup(func() { _ = server.Close() })
}

// echo answers with the request line and chosen headers.
func echo(name string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		text := name + " " + r.Method + " " + r.RequestURI + " " + r.Proto + " host=" + r.Host
		for _, key := range []string{"X-Real-Ip", "X-Forwarded-For", "X-Extra", "Accept-Encoding"} {
			if value := r.Header.Get(key); value != "" {
				text += " " + key + "=" + value
			}
		}
		_, _ = io.WriteString(w, text+" "+string(body))
	}
}

func TestImageAsItIs(t *testing.T) {
	network := newNetwork()
	c := programtest.New(t, Root(), nil, network, nginxIP, "/docker-entrypoint.sh", "nginx", "-g", "daemon off;")
	c.Lookup = func(name string) (container.Program, bool) { return New("1.28.0"), name == "nginx" }
	s := &site{Container: c, network: network, exit: programtest.Start(t, Entrypoint, c)}
	network.WaitFor(nginxIP + ":80")

	response, body := s.get(t, "/")
	if response.StatusCode != 200 || !strings.Contains(body, "Welcome to nginx!") {
		t.Errorf("/ = %d %q", response.StatusCode, body)
	}
	for name, want := range map[string]string{"Server": "nginx/1.28.0", "Content-Type": "text/html", "Accept-Ranges": "bytes"} {
		if got := response.Header.Get(name); got != want {
			t.Errorf("%s = %q, want %q", name, got, want)
		}
	}
	response, body = s.get(t, "/none")
	want := "<html>\r\n<head><title>404 Not Found</title></head>\r\n<body>\r\n<center><h1>404 Not Found</h1></center>\r\n<hr><center>nginx/1.28.0</center>\r\n</body>\r\n</html>\r\n"
	if response.StatusCode != 404 || body != want {
		t.Errorf("/none = %d %q", response.StatusCode, body)
	}
	c.Send(container.SIGQUIT)
	if code := <-s.exit; code != 0 {
		t.Errorf("exit code = %d", code)
	}
	for _, want := range []string{
		"/docker-entrypoint.sh: Configuration complete; ready for start up\n",
		`"GET / HTTP/1.1" 200 `,
	} {
		if !strings.Contains(c.Out.String(), want) {
			t.Errorf("stdout lacks %q:\n%s", want, c.Out)
		}
	}
	for _, want := range []string{
		"[notice] 1#1: start worker processes\n",
		`open() "/usr/share/nginx/html/none" failed (2: No such file or directory), client: 127.0.0.1, server: localhost, request: "GET /none HTTP/1.1", host: "localhost"`,
		"[notice] 1#1: exit\n",
	} {
		if !strings.Contains(c.Err.String(), want) {
			t.Errorf("stderr lacks %q:\n%s", want, c.Err)
		}
	}
}

// A second nginx beside one that runs says why it cannot start, as often as
// nginx tries.
func TestSecond(t *testing.T) {
	network := newNetwork()
	start(t, network, "server { listen 80; return 200; }", nil)
	for _, args := range [][]string{{"nginx"}, {"nginx", "-g", "daemon off;"}} {
		c := programtest.New(t, Root(), nil, network, nginxIP, args...)
		c.PID = 40
		if code := New("1.28.0")(t.Context(), c.Process); code != 1 {
			t.Errorf("%q: exit code = %d", args, code)
		}
		said := c.Err.String()
		if n := strings.Count(said, "nginx: [emerg] bind() to 0.0.0.0:80 failed (98: Address already in use)\n"); n != 5 {
			t.Errorf("%q: says %d times that the address is in use:\n%s", args, n, said)
		}
		if !strings.HasSuffix(said, "nginx: [emerg] still could not bind()\n") {
			t.Errorf("%q: ends with\n%s", args, said)
		}
	}
}
