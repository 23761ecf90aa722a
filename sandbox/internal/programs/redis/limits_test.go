package redis

import (
	"bufio"
	"errors"
	"math"
	"os"
	"slices"
	"strings"
	"testing"

	resp "github.com/alicebob/miniredis/v2/server"

	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/programs/programtest"
)

// A value may not take more than Redis allows, nor more than the container has.
func TestReach(t *testing.T) {
	refused := errors.New("no memory")
	s := newServer(programtest.New(t, nil, nil, programtest.NewNetwork(nil), serverIP, "redis-server").Process, "7.4.5")
	s.account.hold = func(n int64) error {
		if n > 100<<20 {
			return refused
		}
		return nil
	}
	for _, tt := range []struct {
		line, want string
		ends       bool
	}{
		{line: "setrange k 1000 x"},
		{line: "setrange k 50000000 x"},
		{line: "setrange k 500000000 x", want: "ERR out of memory", ends: true},
		{line: "setrange k 536870912 x", want: "ERR string exceeds maximum allowed size (proto-max-bulk-len)"},
		{line: "setbit k 4294967295 1", want: "ERR out of memory", ends: true},
		{line: "setbit k 4294967296 1", want: "ERR bit offset is not an integer or out of range"},
	} {
		words, c := strings.Fields(tt.line), &session{server: s}
		if got := s.reach(c, words[0], words); got != tt.want || c.quit != tt.ends {
			t.Errorf("%s: %q, quit %v; want %q, %v", tt.line, got, c.quit, tt.want, tt.ends)
		}
	}
}

// A reply that says the same again and again is paid for before it is made.
func TestRepeated(t *testing.T) {
	for line, want := range map[string]int64{
		"srandmember s -10": 640, "srandmember s 10": 0, "srandmember s": 0, "srandmember s x": 0, "get s -10": 0,
		"hrandfield h -9223372036854775808 withvalues": math.MaxInt64 / 64 * 64, "zrandmember z -9999999999": 639999999936,
	} {
		words := strings.Fields(line)
		if got := repeated(words[0], words); got != want {
			t.Errorf("%s: %d, want %d", line, got, want)
		}
	}
}

// maxmemory refuses what does not fit, or makes room by its policy.
func TestMaxmemory(t *testing.T) {
	value := strings.Repeat("x", 50_000)
	for _, tt := range []struct{ policy, last, first string }{
		{"noeviction", "OOM command not allowed when used memory > 'maxmemory'.\n\n", "1\n"},
		{"volatile-lru", "OOM command not allowed when used memory > 'maxmemory'.\n\n", "1\n"},
		{"allkeys-lru", "OK\n", "0\n"},
		{"allkeys-lfu", "OK\n", "0\n"},
		{"allkeys-random", "OK\n", ""},
	} {
		network, _, _ := startServer(t, "--maxmemory", "1100kb", "--maxmemory-policy", tt.policy)
		last := ""
		for i := range 12 {
			last, _, _ = ask(t, network, "", "-h", "redis", "set", "k"+string(rune('a'+i)), value)
		}
		if last != tt.last {
			t.Errorf("%s: the last set says %q, want %q", tt.policy, last, tt.last)
		}
		if got, _, _ := ask(t, network, "", "-h", "redis", "exists", "ka"); tt.first != "" && got != tt.first {
			t.Errorf("%s: exists of the first key = %q, want %q", tt.policy, got, tt.first)
		}
		if got, _, _ := ask(t, network, "", "-h", "redis", "get", "ka"); strings.HasPrefix(got, "OOM") {
			t.Errorf("%s: get = %q", tt.policy, got)
		}
	}
}

// INFO has the sections of Redis, and no field that Redis does not have, nor in
// another order (recorded from 7.0.15).
func TestInfo(t *testing.T) {
	recorded, err := os.ReadFile("testdata/info.txt")
	if err != nil {
		t.Fatal(err)
	}
	network, _, _ := startServer(t)
	ask(t, network, "set a 1\nset b 2 ex 100\nget none\nget a\n", "-h", "redis")
	got, _, _ := ask(t, network, "", "-h", "redis", "info")
	rest := strings.Split(string(recorded), "\n")
	for line := range strings.Lines(strings.ReplaceAll(got, "\r", "")) {
		name, value, _ := strings.Cut(strings.TrimSpace(line), ":")
		i := slices.IndexFunc(rest, func(l string) bool { have, _, _ := strings.Cut(l, ":"); return have == name })
		if i < 0 && !strings.HasPrefix(name, "db") {
			t.Errorf("Redis has no %q here", name)
			continue
		}
		rest = rest[max(i, 0):]
		if want := map[string]string{
			"redis_version": "7.4.5", "maxmemory_policy": "noeviction", "role": "master", "keyspace_hits": "1",
			"keyspace_misses": "1", "rdb_changes_since_last_save": "2", "total_commands_processed": "5",
		}[name]; want != "" && value != want {
			t.Errorf("%s = %s, want %s", name, value, want)
		}
	}
	for _, title := range []string{"Server", "Clients", "Memory", "Persistence", "Stats", "Replication", "CPU", "Keyspace"} {
		if !strings.Contains(got, "# "+title+"\r\n") {
			t.Errorf("info has no section %s", title)
		}
	}
	if !strings.Contains(got, "db0:keys=2,expires=1,avg_ttl=") {
		t.Errorf("keyspace is missing:\n%s", got)
	}
}

// What is left of a key's life is rounded, not cut off.
func TestRounded(t *testing.T) {
	for reply, want := range map[string]string{
		":99999\r\n": ":100\r\n", ":99500\r\n": ":100\r\n", ":99499\r\n": ":99\r\n", ":-1\r\n": ":-1\r\n", ":-2\r\n": ":-2\r\n", "-ERR x\r\n": "-ERR x\r\n",
	} {
		c := &session{}
		c.peer = resp.NewPeer(bufio.NewWriter(&c.reply))
		c.rounded(reply)
		c.peer.Flush()
		if got := c.reply.String(); got != want {
			t.Errorf("%q is rounded to %q, want %q", reply, got, want)
		}
	}
}
