package fetch

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/container"
	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/programs/programtest"
)

const (
	recordedIP   = "127.0.0.9" // as long as 127.0.0.1
	recordedPort = "18081"
)

func recordedFiles() map[string]string {
	return map[string]string{"data": "from=file\n", "lines": "one\ntwo\n", "headers": "X-File: 1\nX-Other: 2\n", "pic.png": "PNG", "page.html": "<p>"}
}

// serveRaw answers each request with the request itself as the body, or by the
// first part of its path.
func serveRaw(l net.Listener) {
	for {
		conn, err := l.Accept()
		if err != nil {
			return
		}
		go func() {
			defer func() { _ = conn.Close() }()
			for answer(conn) {
			}
		}()
	}
}

func answer(conn net.Conn) bool {
	var raw bytes.Buffer
	r, err := http.ReadRequest(bufio.NewReader(io.TeeReader(conn, &raw)))
	if err != nil {
		return false
	}
	if r.Header.Get("Expect") != "" {
		_, _ = io.WriteString(conn, "HTTP/1.1 100 Continue\r\n\r\n")
	}
	_, _ = io.Copy(io.Discard, r.Body) // it is in raw then
	kind := strings.Split(r.URL.Path, "/")[1]
	send := func(head, body string) bool {
		_, err := fmt.Fprintf(conn, "HTTP/1.1 %s\r\nServer: test\r\nX-b: 2\r\nContent-Length: %d\r\n\r\n", head, len(body))
		if r.Method != http.MethodHead && err == nil {
			_, err = io.WriteString(conn, body)
		}
		return err == nil
	}
	switch status := map[string]string{
		"missing": "404 Not Found", "broken": "500 Internal Server Error", "busy": "503 Service Unavailable", "teapot": "418 I'm a teapot", "gone": "410 Gone",
	}[kind]; {
	case status != "":
		return send(status, kind+"\n")
	case kind == "moved":
		return send("302 Found\r\nLocation: /there", "moved\n")
	case kind == "perm":
		return send("301 Moved Permanently\r\nLocation: there", "moved\n")
	case kind == "keep":
		return send("307 Temporary Redirect\r\nLocation: /there", "moved\n")
	case kind == "see":
		return send("303 See Other\r\nLocation: ../there?x=1", "moved\n")
	case kind == "loop":
		return send("302 Found\r\nLocation: /loop", "")
	case kind == "away":
		return send("302 Found\r\nLocation: ftp://other/", "")
	case kind == "shut":
		return false
	case kind == "short":
		_, _ = io.WriteString(conn, "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc")
		return false
	case kind == "close":
		_, _ = io.WriteString(conn, "HTTP/1.0 200 OK\r\n\r\nuntil the end\n")
		return false
	case kind == "chunked":
		_, _ = io.WriteString(conn, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nd\n\r\n0\r\n\r\n")
		return true
	case kind == "garbage":
		_, _ = io.WriteString(conn, "what?\r\n\r\n")
		return false
	case kind == "hang":
		_, _ = conn.Read(make([]byte, 1))
		return false
	case kind == "slow":
		_, _ = io.WriteString(conn, "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc")
		_, _ = conn.Read(make([]byte, 1))
		return false
	case kind == "empty":
		return send("204 No Content", "")
	case kind == "cookie":
		return send("200 OK\r\nSet-Cookie: a=1\r\nSet-Cookie: b=2; Path=/", "ok\n")
	case kind == "range" && r.Header.Get("Range") != "":
		return send("206 Partial Content\r\nContent-Range: bytes 0-2/10", "012")
	case kind == "zip":
		var out bytes.Buffer
		z := gzip.NewWriter(&out)
		_, _ = io.WriteString(z, "unzipped\n")
		_ = z.Close()
		return send("200 OK\r\nContent-Encoding: gzip", out.String())
	}
	return send("200 OK\r\nContent-Type: text/plain", raw.String())
}

// curlSince are words that curl changed between 7.88, which is recorded, and
// the version of the sandbox.
func curlSince() *strings.Replacer {
	return strings.NewReplacer(
		"Couldn't connect to server", "Could not connect to server",
		"Can't open 'nofile'!\ncurl: try 'curl --help' or 'curl --manual' for more information", "cannot open 'nofile'",
		"or 'curl --manual' for more information", "for more information",
		"transfer closed with 7 bytes remaining to read", "end of response with 7 bytes missing",
		" not supported or disabled in libcurl", " not supported",
		"Expect: 100-continue\r\n", "", // for small files
		"error setting certificate file", "error adding trust anchors from file",
		"deflate, gzip, br, zstd", "deflate, gzip", // what the sandbox can undo
		"invalid option -- 'Z'", "unrecognized option: Z", "unrecognized option '--nosuch'", "unrecognized option: nosuch", // musl's words
	)
}

func maskFetch(s string) string {
	s = regexp.MustCompile(`after \d+ m`).ReplaceAllString(s, "after N m")
	s = regexp.MustCompile(`with (\d+ out of \d+|\d+) bytes received`).ReplaceAllString(s, "with SOME bytes received")
	s = regexp.MustCompile(`curl/[0-9.]+`).ReplaceAllString(s, "curl/VERSION")
	s = regexp.MustCompile(`-{24}[0-9a-zA-Z]{16,22}`).ReplaceAllString(s, "BOUNDARY")
	s = regexp.MustCompile(`(?m)^([*{}] ?.*\n)`).ReplaceAllString(s, "")
	s = regexp.MustCompile(`BusyBox v1\.[0-9.]+ .*multi-call binary\.(?s:.*)`).ReplaceAllString(s, "BUSYBOX\n")
	s = regexp.MustCompile(`\(3\) URL .*`).ReplaceAllString(s, "(3) URL IS WRONG") // curl says why since 8.0
	if strings.Contains(s, "BOUNDARY") {
		s = regexp.MustCompile(`Content-Length: \d+`).ReplaceAllString(s, "Content-Length: N")
	}
	return strings.ReplaceAll(s, "\r", "\\r")
}

func TestCurlRecorded(t *testing.T) { recorded(t, "curl", 100, Curl) }

func TestWgetRecorded(t *testing.T) { recorded(t, "wget", 40, Wget) }

// unquoted parts a line at its blanks as a shell does; the lines here have
// single quotes only.
func unquoted(line string) (words []string) {
	inside, open := false, false
	for _, c := range line {
		switch {
		case c == '\'':
			inside = !inside
			if !open {
				words, open = append(words, ""), true
			}
		case c == ' ' && !inside:
			open = false
		default:
			if !open {
				words, open = append(words, ""), true
			}
			words[len(words)-1] += string(c)
		}
	}
	return words
}

// recorded plays the lines of a file with the machine's own program and with
// the sandbox's. HOST is the server, NONE a port where nobody listens; what a
// line leaves in the file "out" is shown below its output.
func recorded(t *testing.T, name string, least int, program container.Program) {
	t.Helper()
	l, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	for _, port, _ := net.SplitHostPort(l.Addr().String()); len(port) != 5; _, port, _ = net.SplitHostPort(l.Addr().String()) {
		_ = l.Close()
		if l, err = new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0"); err != nil {
			t.Fatal(err)
		}
	}
	t.Cleanup(func() { _ = l.Close() })
	go serveRaw(l)
	n := programtest.NewNetwork(map[string][]string{})
	virtual, err := n.Pod(recordedIP).Listen("tcp", ":"+recordedPort)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = virtual.Close() })
	go serveRaw(virtual)

	address := l.Addr().String()
	real := func(t *testing.T, c programtest.Case) programtest.Result {
		t.Helper()
		dir := t.TempDir()
		for name, text := range recordedFiles() {
			if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		_, port, _ := net.SplitHostPort(address)
		line := strings.NewReplacer("HOST", address, "NONE", "127.0.0.1:9", "PORT", port, "IP", "127.0.0.1").Replace(regexp.MustCompile(`^wget`).ReplaceAllString(c.Line, "busybox wget"))
		command := exec.CommandContext(t.Context(), "sh", "-c", line) //nolint:gosec // the test's own lines
		command.Dir = dir
		var out, errs bytes.Buffer
		command.Stdin, command.Stdout, command.Stderr = strings.NewReader(c.Input), &out, &errs
		err := command.Run()
		if _, ended := errors.AsType[*exec.ExitError](err); err != nil && !ended {
			t.Fatal(err)
		}
		left, _ := os.ReadFile(filepath.Join(dir, "out")) // most lines leave none
		back := strings.NewReplacer(address, "HOST", "127.0.0.1:9", "NONE", "127.0.0.1 port 9 ", "NONE-WORDS ", "127.0.0.1", "IP", port, "PORT")
		text := curlSince()
		return programtest.Result{Out: text.Replace(back.Replace(out.String() + string(left))), Err: text.Replace(back.Replace(errs.String())), Code: command.ProcessState.ExitCode()}
	}
	sandbox := func(t *testing.T, c programtest.Case) programtest.Result {
		t.Helper()
		own := recordedIP + ":" + recordedPort
		line := strings.NewReplacer("HOST", own, "NONE", recordedIP+":9", "PORT", recordedPort, "IP", recordedIP).Replace(c.Line)
		p := programtest.New(t, nil, recordedFiles(), n, "10.244.0.3", unquoted(line)...)
		p.Stdin = strings.NewReader(c.Input)
		ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
		defer cancel()
		code := program(ctx, p.Process)
		left := ""
		if file, err := p.Files.OpenFile("/out", os.O_RDONLY, 0); err == nil {
			read, _ := io.ReadAll(file)
			left = string(read)
			_ = file.Close()
		}
		back := strings.NewReplacer(own, "HOST", recordedIP+":9", "NONE", recordedIP+" port 9 ", "NONE-WORDS ", recordedIP, "IP", recordedPort, "PORT")
		return programtest.Result{Out: back.Replace(p.Out.String() + left), Err: back.Replace(p.Err.String()), Code: code}
	}
	programtest.Recorded(t, filepath.Join("testdata", name+".txt"), least, maskFetch, real, sandbox)
}
