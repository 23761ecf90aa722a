package fetch

import (
	"context"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/container"
	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/programs/programtest"
)

const serverIP = "10.244.0.8"

// network has a server on web:80 that answers by its path.
func network(t *testing.T) *programtest.Network {
	t.Helper()
	n := programtest.NewNetwork(map[string][]string{
		"web": {serverIP}, "web.default.svc.cluster.local": {serverIP}, "silent": {programtest.Silent},
		"pods.default.svc.cluster.local": {"10.244.0.8", "10.244.0.9"},
	})
	l, err := n.Pod(serverIP).Listen("tcp", ":80")
	if err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		w.Header().Set("Date", "today")
		_, _ = io.WriteString(w, r.Method+" "+r.URL.RequestURI()+" "+r.Host+" "+r.Header.Get("X-A")+r.Header.Get("Content-Type")+" "+string(body)+"\n")
	})
	mux.Handle("/moved", http.RedirectHandler("/there", http.StatusFound))
	mux.Handle("/missing", http.NotFoundHandler())
	mux.HandleFunc("/agent", func(w http.ResponseWriter, r *http.Request) { _, _ = io.WriteString(w, r.UserAgent()) })
	mux.HandleFunc("/hang", func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
	mux.HandleFunc("/shut", func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) })
	server := &http.Server{Handler: mux, BaseContext: func(net.Listener) context.Context { return t.Context() }} //nolint:gosec // a test's own
	go func() { _ = server.Serve(l) }()
	t.Cleanup(func() { _ = server.Close() })
	return n
}

// run runs a command line of words; ~ stands for a blank inside a word.
func run(t *testing.T, n *programtest.Network, program container.Program, line string) (string, string, int) {
	t.Helper()
	words := strings.Fields(line)
	for i := range words {
		words[i] = strings.ReplaceAll(words[i], "~", " ")
	}
	c := programtest.New(t, nil, map[string]string{
		"/etc/resolv.conf": "search default.svc.cluster.local svc.cluster.local cluster.local\nnameserver 10.96.0.10\noptions ndots:5\n",
		"/data":            "from=file\n",
	}, n, "10.244.0.3", words...)
	c.Lookup = func(name string) (container.Program, bool) { return program, name == "curl" }
	code := program(t.Context(), c.Process)
	return c.Out.String(), c.Err.String(), code
}

func TestCurl(t *testing.T) {
	n := network(t)
	for _, tt := range []struct {
		line, out, err string
		code           int
	}{
		{line: "curl -s web/a?b=c", out: "GET /a?b=c web  \n"},
		{line: "curl -s http://web:80/", out: "GET / web  \n"},
		{line: "curl -s web/agent", out: "curl/8.17.0"},
		{line: "curl -s web/{a,b}[08-10:2]", out: "GET /a08 web  \nGET /a10 web  \nGET /b08 web  \nGET /b10 web  \n"},
		{line: "curl -s web/[x-z]", out: "GET /x web  \nGET /y web  \nGET /z web  \n"},
		{line: "curl -sg web/?a={b}", out: "GET /?a={b} web  \n"},
		{line: "curl -sS web/[3-1]", err: "curl: (3) bad range in URL position 10:\nweb/[3-1]\n         ^\n", code: 3},
		{line: "curl -sS web/[1-2", err: "curl: (3) bad range in URL position 8:\nweb/[1-2\n       ^\n", code: 3},
		{line: "curl -sS web/[1-99999999]", err: "curl: (3) bad range in URL position 17:\nweb/[1-99999999]\n                ^\n", code: 3},
		{line: "curl -sH X-A:~1 -H Host:~other web", out: "GET / other 1 \n"},
		{line: "curl -s -d a=1 -d b=2 web", out: "POST / web application/x-www-form-urlencoded a=1&b=2\n"},
		{line: "curl -s -d @/data web", out: "POST / web application/x-www-form-urlencoded from=file\n"},
		{line: "curl -sG -d a=1 web/x", out: "GET /x?a=1 web  \n"},
		{line: "curl -sX DELETE web", out: "DELETE / web  \n"},
		{line: "curl -s -o /dev/null -w %{http_code}\\n web/missing", out: "404\n"},
		{line: "curl -so /dev/null -w%{http_code} web", out: "200"},
		{line: "curl -sL web/moved", out: "GET /there web  \n"},
		{line: "curl -s web/moved", out: "<a href=\"/there\">Found</a>.\n\n"},
		{line: "curl -sI web/", out: "HTTP/1.1 200 OK\r\nDate: today\r\nContent-Length: 13\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n"},
		{line: "curl -si web/", out: "HTTP/1.1 200 OK\r\nDate: today\r\nContent-Length: 12\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nGET / web  \n"},
		{line: "curl -sf web/missing", code: 22},
		{line: "curl -sSf web/missing", err: "curl: (22) The requested URL returned error: 404\n", code: 22},
		{line: "curl -sS nope", err: "curl: (6) Could not resolve host: nope\n", code: 6},
		{line: "curl -s nope", code: 6},
		{line: "curl -sS -w %{http_code} nope", out: "000", err: "curl: (6) Could not resolve host: nope\n", code: 6},
		{line: "curl -sS web:81", err: "curl: (7) Failed to connect to web port 81 after N ms: Could not connect to server\n", code: 7},
		{line: "curl -sS --connect-timeout 0.02 silent", err: "curl: (28) Connection timed out after N milliseconds\n", code: 28},
		{line: "curl -sS -m 0.02 silent", err: "curl: (28) Connection timed out after N milliseconds\n", code: 28},
		{line: "curl -sS --max-time=0.05 web/hang", err: "curl: (28) Operation timed out after N milliseconds with 0 bytes received\n", code: 28},
		{line: "curl -sS web/shut", err: "curl: (52) Empty reply from server\n", code: 52},
		{line: "curl -sS", err: "curl: (2) no URL specified\n", code: 2},
		{line: "curl -x proxy:80 web", err: "curl: option --proxy is not supported by the sandbox's curl\n", code: 2},
		{line: "curl --tlsv1.3 web", err: "curl: option --tlsv1.3 is not supported by the sandbox's curl\n", code: 2},
		{line: "curl --fly web", err: "curl: option --fly: is unknown\ncurl: try 'curl --help' for more information\n", code: 2},
		{line: "curl web -o", err: "curl: option -o: requires parameter\ncurl: try 'curl --help' for more information\n", code: 2},
		{line: "curl -sS ftp://web", err: "curl: (1) Protocol \"ftp\" not supported\n", code: 1},
		{line: "curl web/a", out: "GET /a web  \n", err: "  % Total    % Received % Xferd  Average Speed   Time    Time     Time  Current\n" +
			"                                 Dload  Upload   Total   Spent    Left  Speed\n" +
			"100    13  100    13    0     0     13      0 --:--:-- --:--:-- --:--:--    13\n"},
	} {
		t.Run(tt.line, func(t *testing.T) {
			out, errs, code := run(t, n, Curl, tt.line)
			errs = regexp.MustCompile(`after \d+ m`).ReplaceAllString(errs, "after N m")
			if diff := cmp.Diff([]string{tt.out, tt.err}, []string{out, errs}); diff != "" || code != tt.code {
				t.Errorf("exit %d, want %d (-want +got):\n%s", code, tt.code, diff)
			}
		})
	}
}

func TestCurlVerbose(t *testing.T) {
	_, errs, _ := run(t, network(t), Curl, "curl -sv web/a")
	for _, want := range []string{"* Connected to web (127.0.0.1) port 80\n", "> GET /a HTTP/1.1\r\n> Host: web\r\n", "< HTTP/1.1 200 OK\r\n"} {
		if !strings.Contains(errs, want) {
			t.Errorf("-v lacks %q:\n%s", want, errs)
		}
	}
}

func TestWget(t *testing.T) {
	n := network(t)
	for _, tt := range []struct {
		line, out, err string
		code           int
	}{
		{line: "wget -qO- web/a", out: "GET /a web  \n"},
		{line: "wget -q -O - http://web:80/a", out: "GET /a web:80  \n"},
		{line: "wget -O- web/agent", out: "Wget", err: "Connecting to web (10.244.0.8:80)\nwriting to stdout\n" +
			"-                    100% |********************************|     4  0:00:00 ETA\nwritten to stdout\n"},
		{line: "wget -qO- --post-data a=1 --header X-A:~1 web", out: "POST / web 1application/x-www-form-urlencoded a=1\n"},
		{line: "wget -q -O /none/x web", err: "wget: can't open '/none/x': No such file or directory\n", code: 1},
		{line: "wget -q --spider web/missing", err: "wget: server returned error: HTTP/1.1 404 Not Found\n", code: 1},
		{line: "wget -q nope", err: "wget: bad address 'nope'\n", code: 1},
		{line: "wget -q web:81", err: "wget: can't connect to remote host (10.244.0.8): Connection refused\n", code: 1},
		{line: "wget -q -T 0.02 silent", err: "wget: download timed out\n", code: 1},
		{line: "wget -q -T 0.05 -O- web/hang", err: "wget: download timed out\n", code: 1},
		{line: "wget -q ftp://web", err: "wget: ftp is not supported by the sandbox\n", code: 1},
		{line: "wget -c web/a", err: "wget: -c is not supported by the sandbox\n", code: 1},
		{line: "wget -q https://web", err: "wget: can't connect to remote host (10.244.0.8): Connection refused\n", code: 1},
	} {
		t.Run(tt.line, func(t *testing.T) {
			out, errs, code := run(t, n, Wget, tt.line)
			if diff := cmp.Diff([]string{tt.out, tt.err}, []string{out, errs}); diff != "" || code != tt.code {
				t.Errorf("exit %d, want %d (-want +got):\n%s", code, tt.code, diff)
			}
		})
	}
}

// An untrusted certificate is rejected, except with -k; wget accepts any.
func TestTLS(t *testing.T) {
	n := network(t)
	l, err := n.Pod(serverIP).Listen("tcp", ":443")
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "secret\n") }))
	_ = server.Listener.Close()
	server.Listener = l
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.StartTLS()
	t.Cleanup(server.Close)
	for _, tt := range []struct {
		line, out, err string
		program        container.Program
		code           int
	}{
		{program: Curl, line: "curl -sS https://web", err: "curl: (60) SSL certificate problem: ", code: 60},
		{program: Curl, line: "curl -s https://web", code: 60},
		{program: Curl, line: "curl -sSk https://web", out: "secret\n"},
		{program: Curl, line: "curl -sS https://web:80", err: "curl: (35) TLS connect error: error:0A0000C6:SSL routines::packet length too long\n", code: 35},
		{program: Wget, line: "wget -qO- https://web", out: "secret\n"},
	} {
		out, errs, code := run(t, n, tt.program, tt.line)
		if out != tt.out || !strings.HasPrefix(errs, tt.err) || tt.err == "" && errs != "" || code != tt.code {
			t.Errorf("%s: exit %d, %q, %q; want %d, %q, %q", tt.line, code, out, errs, tt.code, tt.out, tt.err)
		}
	}
}
