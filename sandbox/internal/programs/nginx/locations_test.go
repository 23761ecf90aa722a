package nginx

import (
	"io"
	"net/http"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/container"
	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/programs/programtest"
)

// In this configuration each place answers with its own name.
const places = `
server {
  listen 80 default_server; server_name _;
  default_type text/plain;
  location = / { return 200 exact-root; }
  location / { return 200 root; }
  location /images/ { return 200 images; }
  location ^~ /images/fixed/ { return 200 fixed; }
  location ~ \.png$ { return 200 png; }
  location ~* \.jpe?g$ { return 200 jpg; }
  location ~ ^/user/(\w+)$ { return 200 "user $1"; }
  location = /images/a.png { return 200 exact; }
  location /vars { set $mine "x-$arg_q"; return 200 "$mine $host $request_method $uri $args $http_x_extra $cookie_c $scheme $server_port $hostname"; }
  location /moved { return 301 /new$is_args$args; }
  location /away { return 302 http://other/x; }
  location /gone { return 410; }
  location /empty { return 204; }
  location /last { rewrite ^/last/(.*)$ /user/$1 last; return 200 never; }
  location /plain { rewrite ^/plain/(.*)$ /user/$1; }
  location /temp { rewrite ^/temp(.*)$ /t$1 redirect; }
  location /perm { rewrite ^ http://other/p? permanent; }
  location /loop { rewrite ^ /loop last; }
  location /hidden { internal; return 200 hidden; }
  location /fall { error_page 403 = @named; return 403; }
  location @named { return 200 named; }
  location /page { error_page 404 /missing.html; return 404; }
  location /page200 { error_page 404 =200 /missing.html; return 404; }
  location /headers { add_header X-One 1; add_header X-Two 2 always; return 200 h; }
  location /headers404 { add_header X-One 1; add_header X-Two 2 always; return 404; }
  location = /missing.html { root /data; }
}
server { listen 80; server_name a.example *.wild.example; location / { return 200 "a $server_name"; } }
server { listen 80; server_name www.*; location / { return 200 www; } }
server { listen 80; server_name ~^r\d+\.example$; location / { return 200 regex; } }
`

func TestPlaces(t *testing.T) {
	s := start(t, newNetwork(), places, map[string]string{"/data/missing.html": "MISSING"})
	for _, tt := range []struct {
		head, want string
		status     int
		header     string
	}{
		{head: "/", want: "exact-root"},
		{head: "/other", want: "root"},
		{head: "/images/a.gif", want: "images"},
		{head: "/images/b.png", want: "png"},
		{head: "/images/a.png", want: "exact"},
		{head: "/images/fixed/b.png", want: "fixed"},
		{head: "/x.JPG", want: "jpg"},
		{head: "/x.PNG", want: "root"},
		{head: "/user/bob", want: "user bob"},
		{head: "/images//fixed/../b.png", want: "png"},
		{head: "/%69mages/x", want: "images"},
		{head: "/../x", status: 400, want: "400 Bad Request"},
		{head: "POST /vars/a?q=1&r=2\nHost: HOST:80\nX-Extra: e\nCookie: c=v", want: "x-1 host POST /vars/a q=1&r=2 e v http 80 pod-1"},
		{head: "/moved?a=b", status: 301, header: "Location: http://localhost/new?a=b", want: "<h1>301 Moved Permanently</h1>"},
		{head: "/away", status: 302, header: "Location: http://other/x", want: "<h1>302 Found</h1>"},
		{head: "/gone", status: 410, want: "<h1>410 Gone</h1>"},
		{head: "/empty", status: 204},
		{head: "/last/ann", want: "user ann"},
		{head: "/plain/ann", want: "user ann"},
		{head: "/temp/a?b=c", status: 302, header: "Location: http://localhost/t/a?b=c", want: "302 Found"},
		{head: "/perm/a?b=c", status: 301, header: "Location: http://other/p", want: "301 Moved"},
		{head: "/loop", status: 500, want: "500 Internal Server Error"},
		{head: "/hidden", status: 404, want: "404 Not Found"},
		{head: "/fall", want: "named"},
		{head: "/page", status: 404, want: "MISSING"},
		{head: "/page200", want: "MISSING"},
		{head: "/headers", want: "h", header: "X-One: 1"},
		{head: "/headers404", status: 404, want: "404", header: "X-Two: 2"},
		{head: "/\nHost: a.example", want: "a a.example"},
		{head: "/\nHost: x.y.wild.example:8080", want: "a a.example"},
		{head: "/x\nHost: wild.example", want: "root"},
		{head: "/\nHost: www.any", want: "www"},
		{head: "/\nHost: r12.example", want: "regex"},
	} {
		t.Run(tt.head, func(t *testing.T) {
			if tt.status == 0 {
				tt.status = 200
			}
			response, body := s.get(t, tt.head)
			if response.StatusCode != tt.status || !strings.Contains(body, tt.want) || tt.status == 200 && body != tt.want {
				t.Errorf("%d %q, want %d %q", response.StatusCode, body, tt.status, tt.want)
			}
			name, value, _ := strings.Cut(tt.header, ": ")
			if got := response.Header.Get(name); got != value {
				t.Errorf("%s = %q, want %q", name, got, value)
			}
		})
	}
	if response, _ := s.get(t, "/headers404"); response.Header.Get("X-One") != "" {
		t.Error("add_header without always showed on a 404")
	}
}

func TestFiles(t *testing.T) {
	s := start(t, newNetwork(), `
server {
  listen 80;
  root /data;
  error_page 404 /404.html;
  location /alias/ { alias /other/; }
  location /spa/ { try_files $uri $uri/ /spa/index.html; }
  location /code/ { try_files $uri =418; }
  location /bare/ { error_page 404 =404 @none; }
}`, map[string]string{
		"/data/index.html": "home", "/data/a.css": "css", "/data/dir/index.html": "dir", "/data/noindex/x": "x", "/data/404.html": "lost",
		"/other/f.json": "{}", "/data/spa/index.html": "spa", "/data/spa/real.txt": "real", "/data/unknown": "?",
	})
	for _, tt := range []struct {
		head, body, kind string
		status           int
	}{
		{"/", "home", "text/html", 200},
		{"/a.css", "css", "text/css", 200},
		{"/dir/", "dir", "text/html", 200},
		{"/dir", "301 Moved Permanently", "text/html", 301},
		{"/noindex/", "403 Forbidden", "text/html", 403},
		{"/none", "lost", "text/html", 404},
		{"/alias/f.json", "{}", "application/json", 200},
		{"/alias/../etc/passwd", "lost", "text/html", 404},
		{"/spa/real.txt", "real", "text/plain", 200},
		{"/spa/deep/link", "spa", "text/html", 200},
		{"/code/none", "", "", 418},
		{"/unknown", "?", "application/octet-stream", 200},
		{"POST /none", "lost", "text/html", 404},
		{"PUT /none", "405 Not Allowed", "text/html", 405},
		{"POST /a.css", "405 Not Allowed", "text/html", 405},
		{"HEAD /a.css", "", "text/css", 200},
		{"/a.css\nHost: x\nRange: bytes=1-1", "s", "text/css", 206},
		{"/none\nHost: x\nRange: bytes=0-0", "lost", "text/html", 404},
	} {
		t.Run(tt.head, func(t *testing.T) {
			response, body := s.get(t, tt.head)
			if response.StatusCode != tt.status || !strings.Contains(body, tt.body) || response.Header.Get("Content-Type") != tt.kind {
				t.Errorf("%d %s %q, want %d %s %q", response.StatusCode, response.Header.Get("Content-Type"), body, tt.status, tt.kind, tt.body)
			}
		})
	}
}

func TestProxyPaths(t *testing.T) {
	network := newNetwork()
	backend(t, network, "10.244.0.11", echo("app"))
	s := start(t, network, `
upstream group { server app:8080; }
server {
  listen 80;
  location / { proxy_pass http://group; }
  location /a/ { proxy_pass http://app:8080/; }
  location /b { proxy_pass http://app:8080/x; }
  location = /exact { proxy_pass http://app:8080/y?z=1; }
  location ~ ^/re/ { proxy_pass http://app:8080; }
  location /rw/ { rewrite ^/rw/(.*)$ /new/$1 break; proxy_pass http://app:8080; }
  location /rwu/ { rewrite ^/rwu/(.*)$ /new/$1 break; proxy_pass http://app:8080/uri/; }
  location /set/ { proxy_pass http://app:8080; proxy_http_version 1.1; proxy_set_header Host $host; proxy_set_header X-Real-IP $remote_addr;
    proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for; proxy_set_header Accept-Encoding ""; }
  location /small/ { client_max_body_size 4; proxy_pass http://app:8080; }
}`, nil)
	for _, tt := range []struct{ head, body, want string }{
		{"/p/q?a=1", "", "app GET /p/q?a=1 HTTP/1.0 host=group "},
		{"/p%20q//r", "", "app GET /p%20q//r HTTP/1.0 host=group "},
		{"/a/p?a=1", "", "app GET /p?a=1 HTTP/1.0 host=app:8080 "},
		{"/a", "", "301 Moved Permanently"},
		{"/bc", "", "app GET /xc HTTP/1.0 host=app:8080 "},
		{"/exact", "", "app GET /y?z=1 HTTP/1.0 host=app:8080 "},
		{"/re/x", "", "app GET /re/x HTTP/1.0 host=app:8080 "},
		{"/rw/x?a=b", "", "app GET /new/x?a=b HTTP/1.0 host=app:8080 "},
		{"/rwu/x?a=b", "", "app GET /new/x?a=b HTTP/1.0 host=app:8080 "},
		{"/set/\nHost: Me:30080\nX-Forwarded-For: 1.2.3.4\nAccept-Encoding: br", "", "app GET /set/ HTTP/1.1 host=me X-Real-Ip=127.0.0.1 X-Forwarded-For=1.2.3.4, 127.0.0.1 "},
		{"/\nHost: x\nX-Extra: e", "", "app GET / HTTP/1.0 host=group X-Extra=e "},
		{"POST /p\nHost: x\nContent-Length: 5", "hello", "app POST /p HTTP/1.0 host=group hello"},
		{"POST /p\nHost: x\nTransfer-Encoding: chunked", "5\r\nhello\r\n0\r\n\r\n", "app POST /p HTTP/1.0 host=group hello"},
		{"POST /small/\nHost: x\nContent-Length: 5", "hello", "413 Request Entity Too Large"},
		{"POST /small/\nHost: x\nTransfer-Encoding: chunked", "5\r\nhello\r\n0\r\n\r\n", "413 Request Entity Too Large"},
	} {
		t.Run(tt.head, func(t *testing.T) {
			_, body := s.get(t, tt.head, tt.body)
			if strings.HasPrefix(tt.want, "app") && body != tt.want || !strings.Contains(body, tt.want) {
				t.Errorf("body = %q, want %q", body, tt.want)
			}
		})
	}
}

func TestProxyRedirect(t *testing.T) {
	network := newNetwork()
	backend(t, network, "10.244.0.11", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Location", r.Header.Get("To"))
		w.WriteHeader(http.StatusFound)
	})
	s := start(t, network, `
server {
  listen 80;
  location / { proxy_pass http://app:8080; }
  location /a/ { proxy_pass http://app:8080/b/; }
  location /off/ { proxy_pass http://app:8080; proxy_redirect off; }
}`, nil)
	for _, tt := range []struct{ path, to, want string }{
		{"/", "http://app:8080/x", "http://localhost/x"},
		{"/a/", "http://app:8080/b/x", "http://localhost/a/x"},
		{"/a/", "http://else/b/x", "http://else/b/x"},
		{"/", "/relative", "/relative"},
		{"/off/", "http://app:8080/x", "http://app:8080/x"},
	} {
		response, _ := s.get(t, tt.path+"\nHost: localhost\nTo: "+tt.to)
		if got := response.Header.Get("Location"); got != tt.want {
			t.Errorf("%s to %s: Location = %q, want %q", tt.path, tt.to, got, tt.want)
		}
	}
}

func TestBalancing(t *testing.T) {
	network := newNetwork()
	backend(t, network, "10.244.0.11", echo("one"))
	backend(t, network, "10.244.0.12", echo("two"))
	s := start(t, network, `
upstream even { server app:8080; server app2:8080; }
upstream uneven { server app:8080 weight=3; server app2:8080; }
upstream broken { server app:9; server app2:8080; }
server {
  listen 80;
  location /even { proxy_pass http://even; }
  location /uneven { proxy_pass http://uneven; }
  location /broken { proxy_pass http://broken; }
  location /both { proxy_pass http://both:8080; }
}`, nil)
	for _, tt := range []struct{ path, want string }{
		{"/even", "one two one two one two one two"},
		{"/uneven", "one one two one one one two one"},
		{"/broken", "two two two two two two two two"},
		{"/both", "one two one two one two one two"},
	} {
		var got []string
		for range 8 {
			_, body := s.get(t, tt.path)
			name, _, _ := strings.Cut(body, " ")
			got = append(got, name)
		}
		if diff := cmp.Diff(tt.want, strings.Join(got, " ")); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.path, diff)
		}
	}
}

func TestUpstreamFaults(t *testing.T) {
	network := newNetwork()
	l, err := network.Pod("10.244.0.12").Listen("tcp", ":8080")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	go func() {
		for conn, err := l.Accept(); err == nil; conn, err = l.Accept() {
			// Reading first makes the end an orderly one.
			_, _ = conn.Read(make([]byte, 4096))
			_ = conn.Close()
		}
	}()
	s := start(t, network, `
upstream laravelapp { server app:8080; }
server {
  listen 80; server_name localhost;
  location / { proxy_pass http://laravelapp; }
  location /slow { proxy_pass http://silent:8080; proxy_connect_timeout 20ms; }
  location /shut { proxy_pass http://app2:8080; }
  location /page { proxy_pass http://laravelapp; error_page 502 /50x.html; }
  location = /50x.html { root /usr/share/nginx/html; }
}`, nil)
	for _, tt := range []struct {
		path, body, log string
		status          int
	}{
		{"/x?y", "<hr><center>nginx/1.28.0</center>", `connect() failed (111: Connection refused) while connecting to upstream, client: 127.0.0.1, server: localhost, request: "GET /x?y HTTP/1.1", upstream: "http://10.244.0.11:8080/x?y", host: "localhost"`, 502},
		{"/slow", "<h1>504 Gateway Time-out</h1>", `upstream timed out (110: Operation timed out) while connecting to upstream`, 504},
		{"/shut", "<h1>502 Bad Gateway</h1>", `upstream prematurely closed connection while reading response header from upstream`, 502},
		{"/page", "An error occurred.", `connect() failed (111: Connection refused)`, 502},
	} {
		response, body := s.get(t, tt.path)
		if response.StatusCode != tt.status || !strings.Contains(body, tt.body) {
			t.Errorf("%s = %d %q, want %d %q", tt.path, response.StatusCode, body, tt.status, tt.body)
		}
		if !strings.Contains(s.Err.String(), tt.log) {
			t.Errorf("%s: log lacks %q:\n%s", tt.path, tt.log, s.Err)
		}
	}
}

func TestFaultsAtStart(t *testing.T) {
	const in = " in /etc/nginx/conf.d/default.conf:"
	for _, tt := range []struct{ config, want string }{
		{"upstream a { server docker2istio-app:8080; }", `host not found in upstream "docker2istio-app:8080"` + in + "1"},
		{"upstream a { server docker2istio-app; }", `host not found in upstream "docker2istio-app"` + in + "1"},
		{"server {\n location / {\n proxy_pass http://docker2istio-app:8080/x;\n}}", `host not found in upstream "docker2istio-app"` + in + "3"},
		{"server {\n listen 80\n server_name x;\n}", `invalid parameter "server_name"` + in + "3"},
		{"server {\n listn 80;\n}", `unknown directive "listn"` + in + "2"},
		{"server {", `unexpected end of file, expecting "}"` + in + "1"},
		{"server { listen abc:xyz; }", `invalid port in "abc:xyz" of the "listen" directive` + in + "1"},
		{"server { listen 99999; }", `invalid port in "99999" of the "listen" directive` + in + "1"},
		{"server { listen 80 ssl; }", `"listen ssl" is not supported by the sandbox's nginx` + in + "1"},
		{"server { listen 80; listen 80; }", `a duplicate listen 0.0.0.0:80` + in + "1"},
		{"server { listen 80 default_server; }\nserver { listen 80 default_server; }", `a duplicate default server for 0.0.0.0:80 in /etc/nginx/nginx.conf:`},
		{"upstream a { }", `no servers are inside upstream` + in + "1"},
		{"upstream a { server app; }\nupstream a { server app; }", `duplicate upstream "a"` + in + "2"},
		{"upstream a { server app weight=x; }", `invalid parameter "weight=x"` + in + "1"},
		{"server { location / { proxy_pass app:80; } }", `invalid URL prefix` + in + "1"},
		{"server { location / { proxy_pass https://app; } }", `"proxy_pass https://app" is not supported by the sandbox's nginx` + in + "1"},
		{"server { location ~ x { proxy_pass http://app/a; } }", `"proxy_pass" cannot have URI part in location given by regular expression`},
		{"server { location ~ \"(a\" { } }", `pcre2_compile() failed: missing closing )`},
		{"server { location / { }\n location / { } }", `duplicate location "/"` + in + "2"},
		{"server { location ! / { } }", `invalid location modifier "!"` + in + "1"},
		{"server { return abc def; }", `invalid return code "abc"` + in + "1"},
		{"server { return 200 $foo; }", `[emerg] unknown "foo" variable`},
		{"server { set foo bar; }", `invalid variable name "foo"` + in + "1"},
		{"keepalive_timeout abc;", `"keepalive_timeout" directive`},
		{"server { keepalive_timeout abc; }", `"keepalive_timeout" directive invalid value` + in + "1"},
		{"client_max_body_size 1x;", `"client_max_body_size" directive invalid value` + in + "1"},
		{"error_page 100 /x;", `value "100" must be between 300 and 599` + in + "1"},
		{"server { access_log /dev/stdout nofmt; }", `unknown log format "nofmt"` + in + "1"},
		{"server { rewrite ^ /x bad; }", `invalid parameter "bad"` + in + "1"},
		{"proxy_http_version 2.0;", `invalid value "2.0"` + in + "1"},
		{"server { error_log /dev/stderr loud; }", `invalid log level "loud"` + in + "1"},
		{"server { access_log /none/a.log; }", `open() "/none/a.log" failed (2: No such file or directory)`},
		{"server { if ($host) { } }", `"if" is not supported by the sandbox's nginx` + in + "1"},
		{"server { listen 81; }", `bind() to 0.0.0.0:81 failed (98: Address already in use)`},
	} {
		t.Run(tt.config, func(t *testing.T) {
			network := newNetwork()
			taken, err := network.Pod(nginxIP).Listen("tcp", ":81")
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = taken.Close() })
			c := newSite(t, network, tt.config, nil)
			code := New("1.28.0")(t.Context(), c.Process)
			got := c.Err.String()
			if code != 1 || !strings.Contains(got, tt.want) {
				t.Errorf("exit %d, stderr:\n%swant %s", code, got, tt.want)
			}
			if !strings.Contains(got, " [emerg] 1#1: ") || !strings.Contains(got, "\nnginx: [emerg] ") {
				t.Errorf("stderr lacks one of the two lines:\n%s", got)
			}
		})
	}
}

func TestCommandLine(t *testing.T) {
	for _, tt := range []struct {
		name, config, args, out, err string
		code                         int
	}{
		{name: "version", args: "-v", err: "nginx version: nginx/1.28.0\n"},
		{name: "test", args: "-t", err: "nginx: configuration file /etc/nginx/nginx.conf test is successful\n"},
		{name: "failed test", config: "foo;", args: "-t", err: "nginx: configuration file /etc/nginx/nginx.conf test failed\n", code: 1},
		{name: "dump", config: "# mine", args: "-T", out: "# configuration file /etc/nginx/conf.d/default.conf:\n# mine\n"},
		{name: "other file", args: "-t -c /none", err: `open() "/none" failed (2: No such file or directory)`, code: 1},
		{name: "bad option", args: "-z", err: `nginx: invalid option: "z"`, code: 1},
		{name: "no value", args: "-c", err: `nginx: option "-c" requires file name`, code: 1},
		{name: "signal for nobody", args: "-s reload", err: `nginx: [error] open() "/run/nginx.pid" failed (2: No such file or directory)`, code: 1},
		{name: "unknown signal", args: "-s bogus", err: `nginx: invalid option: "-s bogus"`, code: 1},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := programtest.New(t, Root(), map[string]string{"/etc/nginx/conf.d/default.conf": tt.config}, newNetwork(), nginxIP, append([]string{"nginx"}, strings.Fields(tt.args)...)...)
			code := New("1.28.0")(t.Context(), c.Process)
			if code != tt.code || !strings.Contains(c.Out.String(), tt.out) || !strings.Contains(c.Err.String(), tt.err) {
				t.Errorf("exit %d, stdout %q, stderr %q", code, c.Out, c.Err)
			}
		})
	}
}

func TestReload(t *testing.T) {
	network := newNetwork()
	s := start(t, network, "server { listen 80; return 200 old; }", nil)
	write := func(text string) {
		t.Helper()
		file, err := s.Files.OpenFile("/etc/nginx/conf.d/default.conf", os.O_WRONLY|os.O_TRUNC, 0o644)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(file, text); err != nil {
			t.Fatal(err)
		}
		if err := file.Close(); err != nil {
			t.Fatal(err)
		}
	}
	write("server { nonsense; }")
	s.Send(container.SIGHUP)
	s.Err.Await(t, "unknown directive \"nonsense\" in /etc/nginx/conf.d/default.conf:1\n")
	if _, body := s.get(t, "/"); body != "old" {
		t.Errorf("after a bad reload: %q", body)
	}
	write("server { listen 80; listen 8080; return 200 new; }")
	s.Send(container.SIGHUP)
	network.WaitFor(nginxIP + ":8080")
	s.Err.Await(t, "start worker process 29\n")
	if _, body := s.get(t, "/"); body != "new" {
		t.Errorf("after a reload: %q", body)
	}
	s.Send(container.SIGTERM)
	if code := <-s.exit; code != 0 {
		t.Errorf("exit code = %d", code)
	}
}

func TestAccessLog(t *testing.T) {
	s := start(t, newNetwork(), `
log_format short '$remote_addr "$request" $status $body_bytes_sent [$http_x_extra]';
server { listen 80; access_log /dev/stdout short; location / { return 200 abc; } location /off { access_log off; return 200; } }`, nil)
	s.get(t, "/off")
	s.get(t, "/a?b\nHost: x\nX-Extra: q\"q")
	s.Out.Await(t, "\n")
	if got, want := s.Out.String(), "127.0.0.1 \"GET /a?b HTTP/1.1\" 200 3 [q\\x22q]\n"; got != want {
		t.Errorf("access log = %q, want %q", got, want)
	}
}

func TestDuration(t *testing.T) {
	for text, want := range map[string]string{"30": "30s", "500ms": "500ms", "1m30s": "1m30s", "1d": "24h0m0s", "x": "", "1x": "", "5s5": ""} {
		got, ok := duration(text)
		if ok != (want != "") || ok && got.String() != want {
			t.Errorf("duration(%q) = %v, %v", text, got, ok)
		}
	}
}
