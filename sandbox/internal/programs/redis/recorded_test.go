package redis

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/gomodule/redigo/redis"

	"github.com/kubectl-learn/kubectl-learn/internal/patience"
)

// realServer starts the machine's redis-server and returns its address.
func realServer(t *testing.T) string {
	t.Helper()
	l, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := l.Addr().String()
	_, port, _ := net.SplitHostPort(address)
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	server := exec.CommandContext(ctx, "redis-server", "--port", port, "--save", "", "--dir", t.TempDir())
	if err := server.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		stop()
		_ = server.Wait() // it was killed
	})
	patience.Until(t, "redis-server to listen", func() bool {
		conn, err := new(net.Dialer).DialContext(t.Context(), "tcp", address)
		if err == nil {
			_ = conn.Close()
		}
		return err == nil
	}, nil)
	return address
}

// play runs a script of commands against a server and writes the replies in.
func play(t *testing.T, script string, dial func() net.Conn) string {
	t.Helper()
	clients := map[string]redis.Conn{}
	client := func(name string) redis.Conn {
		if clients[name] == nil {
			clients[name] = redis.NewConn(dial(), 20*time.Second, 20*time.Second)
		}
		return clients[name]
	}
	var out strings.Builder
	for line := range strings.Lines(script) {
		line = strings.TrimRight(line, "\n")
		mark := regexp.MustCompile(`^(2?)([>~<]) ?`).FindStringSubmatch(line)
		if mark == nil {
			if line == "" || strings.HasPrefix(line, "#") {
				fmt.Fprintln(&out, line)
			}
			continue
		}
		words, err := split(strings.TrimPrefix(line, mark[0]))
		if err != nil {
			t.Fatalf("%s: %v", line, err)
		}
		c := client(mark[1])
		if mark[2] != "<" {
			args := make([]any, len(words)-1)
			for i, w := range words[1:] {
				args[i] = w
			}
			if err := c.Send(words[0], args...); err != nil {
				t.Fatalf("%s: %v", line, err)
			}
			if err := c.Flush(); err != nil {
				t.Fatalf("%s: %v", line, err)
			}
		}
		reply, err := c.Receive()
		if fault, ok := err.(redis.Error); ok { //nolint:errorlint // redigo returns it as it is
			reply, err = fault, nil
		}
		if err != nil {
			t.Fatalf("%s: %v", line, err)
		}
		if all, ok := reply.([]any); ok && mark[2] == "~" {
			slices.SortFunc(all, func(x, y any) int { return strings.Compare(showText(x, ""), showText(y, "")) })
		}
		fmt.Fprintf(&out, "%s\n%s\n", line, showText(reply, ""))
	}
	for _, c := range clients {
		_ = c.Close() // what it said was read
	}
	return out.String()
}

// The replies to some hundred commands are those of a real redis-server. "~"
// before a command says that the order of the reply does not matter.
// UPDATE=1 records them again, if redis-server is installed.
func TestRecorded(t *testing.T) {
	name := filepath.Join("testdata", "commands.txt")
	script, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if os.Getenv("UPDATE") != "" {
		address := realServer(t)
		script = []byte(play(t, string(script), func() net.Conn { return dial(t, new(net.Dialer).DialContext, address) }))
		if err := os.WriteFile(name, script, 0o644); err != nil { //nolint:gosec // test data
			t.Fatal(err)
		}
	}
	network, _, _ := startServer(t)
	got := play(t, string(script), func() net.Conn { return dial(t, network.Pod("10.244.0.6").Dial, serverIP+":6379") })
	want, have := replies(string(script)), replies(got)
	for i := range want {
		if !alike(want[i], have[i]) {
			t.Errorf("real:\n%ssandbox:\n%s", want[i], have[i])
		}
	}
	if n := bytes.Count(script, []byte("\n> ")); n < 250 {
		t.Errorf("only %d commands are recorded", n)
	}
}

// alike compares two replies. Time passes on a busy machine: what is left of a
// key's life may be less, and how long it rests more, by ten seconds.
func alike(want, have string) bool {
	var line string
	var n, m int
	if _, err := fmt.Sscanf(strings.ReplaceAll(want, "\n(integer) ", " "), "> ttl %s %d", &line, &n); err == nil && n > 10 {
		_, err := fmt.Sscanf(strings.ReplaceAll(have, "\n(integer) ", " "), "> ttl %s %d", &line, &m)
		return err == nil && n-10 <= m && m <= n
	}
	if strings.HasPrefix(want, "> object idletime p") {
		_, err := fmt.Sscanf(strings.ReplaceAll(have, "\n(integer) ", " "), "> object idletime %s %d", &line, &m)
		return err == nil && 0 <= m && m <= 10
	}
	return want == have
}

// replies parts a record into its commands, each with its reply.
func replies(record string) (all []string) {
	for line := range strings.Lines(record) {
		if regexp.MustCompile(`^2?[>~<]`).MatchString(line) || len(all) == 0 {
			all = append(all, "")
		}
		all[len(all)-1] += line
	}
	return all
}

func dial(t *testing.T, f func(context.Context, string, string) (net.Conn, error), address string) net.Conn {
	t.Helper()
	conn, err := f(t.Context(), "tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	return conn
}
