package nginx

import (
	"bytes"
	"context"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/kubectl-learn/kubectl-learn/internal/patience"
	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/programs/programtest"
)

const (
	recordedPort = "18080"
	appIP        = "127.0.0.9" // as long as 127.0.0.1
	appPort      = "18081"
)

func recordedFiles() map[string]string {
	return map[string]string{
		"index.html": "<h1>home</h1>\n", "a.txt": "0123456789", "b.css": strings.Repeat("body { color: red }\n", 30), "small.css": "a{}", "data.json": strings.Repeat("[1]", 500),
		"dir/index.html": "in dir\n", "bare/x.txt": "x", "bare/y <z>.txt": "y", "bare/sub/f": "f", "404.html": "not here\n", "50x.html": "broken\n", "spa/index.html": "spa\n",
		"empty": "", "noext": "?", "UP.TXT": "up", "other/o.txt": "other\n", "pic.png": "\x89PNG",
	}
}

// timeouts end connections that are never closed.
const timeouts = "keepalive_timeout 1; client_header_timeout 60; client_body_timeout 60; "

func recordedTime() time.Time { return time.Date(2024, 1, 2, 3, 4, 5, 0, time.UTC) }

// Each response is that of a real nginx, byte by byte, but for the date.
// UPDATE=1 go test -run TestRecorded records them again, if nginx is installed.
func TestRecorded(t *testing.T) {
	name := filepath.Join("testdata", "exchanges.txt")
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	groups, total := readGroups(t, string(text)), 0
	if os.Getenv("UPDATE") != "" {
		var out strings.Builder
		for i := range groups {
			playReal(t, &groups[i])
			groups[i].write(&out)
		}
		if err := os.WriteFile(name, []byte(out.String()), 0o644); err != nil { //nolint:gosec // test data
			t.Fatal(err)
		}
	}
	for _, g := range groups {
		total += len(g.cases)
		t.Run(g.name, func(t *testing.T) { playSandbox(t, g) })
	}
	if total < 120 {
		t.Errorf("only %d exchanges are recorded", total)
	}
}

// playReal takes a group's responses from the machine's nginx.
func playReal(t *testing.T, g *group) {
	t.Helper()
	dir := t.TempDir()
	for name, text := range recordedFiles() {
		full := filepath.Join(dir, "files", name)
		if err := os.MkdirAll(filepath.Dir(full), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(full, []byte(text), 0o644); err != nil { //nolint:gosec // test data
			t.Fatal(err)
		}
	}
	_ = filepath.Walk(filepath.Join(dir, "files"), func(name string, _ os.FileInfo, _ error) error {
		return os.Chtimes(name, recordedTime(), recordedTime())
	})
	l := listenFive(t)
	go app(l)
	_, backend, _ := net.SplitHostPort(l.Addr().String())
	free := listenFive(t)
	_, port, _ := net.SplitHostPort(free.Addr().String())
	if err := free.Close(); err != nil {
		t.Fatal(err)
	}
	replace := strings.NewReplacer("PORT", port, "APP", "127.0.0.1:"+backend, "DIR", dir+"/files", "server { ", "server { "+timeouts)
	config := "user root; daemon off; worker_processes 1; pid " + dir + "/pid; error_log " + dir + "/error.log; events {}\nhttp { include /etc/nginx/mime.types; default_type application/octet-stream;\n" +
		"log_format c '$remote_addr - $remote_user [$time_local] \"$request\" $status $body_bytes_sent \"$http_referer\" \"$http_user_agent\"'; access_log " + dir + "/access.log c;\n" + replace.Replace(g.config) + "}\n"
	if err := os.WriteFile(filepath.Join(dir, "nginx.conf"), []byte(config), 0o600); err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	command := exec.CommandContext(ctx, "nginx", "-c", filepath.Join(dir, "nginx.conf"))
	command.Cancel = func() error { return command.Process.Signal(os.Interrupt) }
	var said bytes.Buffer
	command.Stderr = &said
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() { stop(); _ = command.Wait() }()
	address := "127.0.0.1:" + port
	patience.Until(t, g.name+": nginx to listen", func() bool {
		conn, err := new(net.Dialer).DialContext(t.Context(), "tcp", address)
		if err == nil {
			_ = conn.Close()
		}
		return err == nil
	}, func() string { return said.String() })
	back := strings.NewReplacer(port, "PORT", "127.0.0.1:"+backend, "APP", dir+"/files", "DIR")
	seen := map[string]int{}
	news := func(name string) string {
		text, _ := os.ReadFile(filepath.Join(dir, name))
		fresh := string(text[seen[name]:])
		seen[name] = len(text)
		return fresh
	}
	news("access.log")
	for i := range g.cases {
		c := &g.cases[i]
		c.came = masked(came(talk(t, new(net.Dialer).DialContext, address, c.bytes(replace))))
		access := ""
		for end := time.Now().Add(60 * time.Millisecond); time.Now().Before(end); {
			access += news("access.log") // nginx writes it after the answer
		}
		c.came = unzipped(back.Replace(c.came + logged("a", access) + logged("e", news("error.log"))))
	}
}

// playSandbox compares the sandbox's responses with a group's.
func playSandbox(t *testing.T, g group) {
	t.Helper()
	network := newNetwork()
	l, err := network.Pod(appIP).Listen("tcp", ":"+appPort)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	go app(l)
	replace := strings.NewReplacer("PORT", recordedPort, "APP", appIP+":"+appPort, "DIR", "/files", "server { ", "server { "+timeouts)
	back := strings.NewReplacer(recordedPort, "PORT", appIP+":"+appPort, "APP", "/files", "DIR")
	files := map[string]string{}
	for name, text := range recordedFiles() {
		files["/files/"+name] = text
	}
	config := "log_format c '$remote_addr - $remote_user [$time_local] \"$request\" $status $body_bytes_sent \"$http_referer\" \"$http_user_agent\"'; access_log /dev/stdout c; error_log /dev/stderr;\n"
	files["/etc/nginx/nginx.conf"] = "events {}\nhttp { include mime.types; default_type application/octet-stream;\n" + config + replace.Replace(g.config) + "}\n"
	c := newSite(t, network, "", files)
	_ = filepathWalk(c, "/files")
	exit := programtest.Start(t, New("1.22.1"), c)
	up := make(chan struct{})
	go func() { network.WaitFor(nginxIP + ":" + recordedPort); close(up) }()
	select {
	case <-up:
	case code := <-exit:
		t.Fatalf("nginx ended with %d: %s", code, c.Err)
	}
	seen := map[*programtest.Buffer]int{}
	news := func(b *programtest.Buffer) string {
		text := b.String()
		fresh := text[seen[b]:]
		seen[b] = len(text)
		return fresh
	}
	news(c.Err)
	for i, want := range g.cases {
		if only := os.Getenv("CASE"); only != "" && !strings.Contains(want.sent, only) {
			continue
		}
		got := masked(came(talk(t, network.Pod("10.244.0.1").Dial, nginxIP+":"+recordedPort, want.bytes(replace))))
		got = unzipped(back.Replace(got + logged("a", news(c.Out)) + logged("e", news(c.Err))))
		if got != want.came {
			t.Errorf("request %d:\n%sreal:\n%ssandbox:\n%s", i+1, want.sent, want.came, got)
		}
	}
}
