package nginx

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/programs/programtest"
)

// A record has groups: "=== " and a name, the configuration inside http, then
// requests with their responses. PORT is the server's, APP an upstream that
// answers with the request that it got, DIR a folder with recordedFiles.
type group struct {
	name, config string
	cases        []exchanged
}

// exchanged is what is sent, and what comes: the response, lines of the access
// log and lines of the error log.
type exchanged struct{ sent, came string }

func readGroups(t *testing.T, text string) (all []group) {
	t.Helper()
	for line := range strings.Lines(text) {
		line = strings.TrimSuffix(line, "\n")
		if name, ok := strings.CutPrefix(line, "=== "); ok {
			all = append(all, group{name: name})
			continue
		}
		g := &all[len(all)-1]
		last := len(g.cases) - 1
		switch kind, rest := line[:min(2, len(line))], line[min(2, len(line)):]; kind {
		case "> ", ">|", ">":
			if rest == "--" {
				g.cases = append(g.cases, exchanged{})
				continue
			}
			g.cases[last].sent += line + "\n"
		case "< ", "<n", "<|", "a ", "e ", "<":
			g.cases[last].came += line + "\n"
		case "":
		default:
			g.config += line + "\n"
		}
	}
	return all
}

func (g *group) write(out *strings.Builder) {
	fmt.Fprintf(out, "=== %s\n%s", g.name, g.config)
	for _, c := range g.cases {
		fmt.Fprintf(out, "\n> --\n%s%s", c.sent, c.came)
	}
	out.WriteString("\n")
}

// bytes is what goes over the wire: each line with its end, a body as it is.
func (c exchanged) bytes(replace *strings.Replacer) []byte {
	var out strings.Builder
	for line := range strings.Lines(c.sent) {
		line = strings.TrimSuffix(line, "\n")
		if body, ok := strings.CutPrefix(line, ">|"); ok {
			text, err := strconv.Unquote(`"` + body + `"`)
			if err != nil {
				text = body
			}
			out.WriteString(text)
			continue
		}
		out.WriteString(strings.TrimPrefix(strings.TrimPrefix(line, ">"), " ") + "\r\n")
	}
	return []byte(replace.Replace(out.String()))
}

// came writes a response down. What is compressed is shown as it was before.
func came(raw []byte) string {
	head, _, ok := bytes.Cut(raw, []byte("\r\n\r\n"))
	if ok && bytes.Contains(head, []byte("Content-Encoding: gzip")) {
		response, err := http.ReadResponse(bufio.NewReader(bytes.NewReader(raw)), nil)
		if err == nil {
			defer func() { _ = response.Body.Close() }()
			if z, err := gzip.NewReader(response.Body); err == nil {
				if body, err := io.ReadAll(z); err == nil {
					raw = append(append(head, "\r\n\r\n"...), body...)
				}
			}
		}
	}
	var out strings.Builder
	for line := range strings.Lines(string(raw)) {
		switch {
		case strings.HasSuffix(line, "\r\n"):
			fmt.Fprintf(&out, "< %s\n", strings.TrimSuffix(line, "\r\n"))
		case strings.HasSuffix(line, "\n"):
			fmt.Fprintf(&out, "<n%s", line)
		default:
			fmt.Fprintf(&out, "<|%s\n", strings.Trim(strconv.QuoteToASCII(line), `"`))
		}
	}
	return out.String()
}

// logged writes new lines of a log down, without times and processes.
func logged(mark, text string) string {
	var out strings.Builder
	for line := range strings.Lines(text) {
		line = regexp.MustCompile(`^\d{4}/\d\d/\d\d \d\d:\d\d:\d\d \[(\w+)\] \d+#\d+: (\*\d+ )?`).ReplaceAllString(line, "[$1] ")
		line = regexp.MustCompile(`\[\d\d/\w+/\d{4}:\d\d:\d\d:\d\d [+]0000\]`).ReplaceAllString(line, "[TIME]")
		if !strings.HasPrefix(line, "[notice]") {
			out.WriteString(mark + " " + line)
		}
	}
	return out.String()
}

func masked(text string) string {
	text = regexp.MustCompile(`(?m)^(< Date: ).*`).ReplaceAllString(text, "${1}DATE")
	return regexp.MustCompile(`0{10,}\d{1,10}`).ReplaceAllString(text, "BOUNDARY")
}

// unzipped takes the size out of the log of what was compressed: two programs
// do that differently well.
func unzipped(text string) string {
	if !strings.Contains(text, "Content-Encoding: gzip") {
		return text
	}
	return regexp.MustCompile(`(?m)^(a .*" \d+) \d+ `).ReplaceAllString(text, "$1 SIZE ")
}

// talk sends a request and returns all that comes until the server hangs up.
func talk(t *testing.T, dial func(context.Context, string, string) (net.Conn, error), address string, request []byte) []byte {
	t.Helper()
	conn, err := dial(t.Context(), "tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	if err := conn.SetDeadline(time.Now().Add(20 * time.Second)); err != nil {
		t.Fatal(err)
	}
	if _, err := conn.Write(request); err != nil {
		t.Fatal(err)
	}
	all, err := io.ReadAll(conn)
	if err != nil && len(all) == 0 {
		t.Fatal(err)
	}
	return all
}

// app answers with the request as it came. Its path may ask for something else.
func app(l net.Listener) {
	for {
		conn, err := l.Accept()
		if err != nil {
			return
		}
		go func() {
			defer func() { _ = conn.Close() }()
			answerRaw(conn)
		}()
	}
}

func answerRaw(conn net.Conn) {
	var raw bytes.Buffer
	r, err := http.ReadRequest(bufio.NewReader(io.TeeReader(conn, &raw)))
	if err != nil {
		return
	}
	_, _ = io.Copy(io.Discard, r.Body) // it is in raw then
	head := "HTTP/1.1 200 OK\r\nServer: app\r\nX-App: 1\r\nContent-Type: text/plain\r\nX-Two: 2\r\n"
	switch {
	case strings.Contains(r.URL.Path, "missing"):
		head = "HTTP/1.1 404 Nowhere\r\nContent-Type: text/plain\r\n"
	case strings.Contains(r.URL.Path, "broken"):
		head = "HTTP/1.1 500 Internal Server Error\r\n"
	case strings.Contains(r.URL.Path, "moved"):
		head = "HTTP/1.1 302 Found\r\nLocation: http://" + r.Host + "/there\r\n"
	case strings.Contains(r.URL.Path, "hangup"):
		return
	case strings.Contains(r.URL.Path, "garbage"):
		_, _ = io.WriteString(conn, "what?\r\n\r\n")
		return
	case strings.Contains(r.URL.Path, "chunked"):
		_, _ = io.WriteString(conn, head+"Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n")
		return
	case strings.Contains(r.URL.Path, "endless"):
		_, _ = io.WriteString(conn, head+"\r\nuntil the end")
		return
	case strings.Contains(r.URL.Path, "cookies"):
		head += "Set-Cookie: a=1\r\nSet-Cookie: b=2\r\nETag: \"e\"\r\nLast-Modified: Tue, 02 Jan 2024 03:04:05 GMT\r\nX-Accel-Expires: 5\r\n"
	}
	_, _ = fmt.Fprintf(conn, "%sContent-Length: %d\r\nConnection: close\r\n\r\n%s", head, raw.Len(), raw.String())
}

// listenFive listens on a loopback port of five digits, as recordedPort is.
func listenFive(t *testing.T) net.Listener {
	t.Helper()
	for {
		l, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		if _, port, _ := net.SplitHostPort(l.Addr().String()); len(port) == 5 {
			return l
		}
		_ = l.Close()
	}
}

func filepathWalk(c *programtest.Container, dir string) error {
	entries, err := c.Files.ReadDir(dir)
	if err != nil {
		return err
	}
	for _, e := range entries {
		if e.IsDir() {
			_ = filepathWalk(c, dir+"/"+e.Name())
		}
		if err := c.Files.Chtimes(dir+"/"+e.Name(), recordedTime()); err != nil {
			return err
		}
	}
	return nil
}
