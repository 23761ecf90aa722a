package redis

import (
	"io"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/kubectl-learn/kubectl-learn/internal/patience"
	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/container"
	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/programs/programtest"
)

const serverIP = "10.244.0.5"

// startServer starts a server and returns the network that it is on.
func startServer(t *testing.T, args ...string) (*programtest.Network, *programtest.Container, <-chan int) {
	t.Helper()
	network := programtest.NewNetwork(map[string][]string{"redis": {serverIP}})
	c := programtest.New(t, nil, nil, network, serverIP, append([]string{"redis-server"}, args...)...)
	exit := programtest.Start(t, Server("7.4.5"), c)
	network.WaitFor(serverIP + ":6379")
	return network, c, exit
}

// ask runs redis-cli with input and returns its output, errors and exit code.
func ask(t *testing.T, network *programtest.Network, input string, args ...string) (string, string, int) {
	t.Helper()
	c := programtest.New(t, nil, nil, network, "10.244.0.6", append([]string{"redis-cli"}, args...)...)
	c.Stdin = strings.NewReader(input)
	code := CLI("7.4.5")(t.Context(), c.Process)
	return c.Out.String(), c.Err.String(), code
}

func TestCommands(t *testing.T) {
	network, _, _ := startServer(t)
	for _, tt := range []struct {
		args, input string
		want        string
	}{
		{args: "ping", want: "PONG\n"},
		{args: "incr visits", want: "1\n"},
		{args: "--no-raw incr visits", want: "(integer) 2\n"},
		{args: "--no-raw get visits", want: "\"2\"\n"},
		{args: "get visits", want: "2\n"},
		{args: "--no-raw get none", want: "(nil)\n"},
		{args: "get none", want: "\n"},
		{args: "--no-raw lrange none 0 -1", want: "(empty array)\n"},
		{args: "rpush list a b c", want: "3\n"},
		{args: "lrange list 0 -1", want: "a\nb\nc\n"},
		{args: "--no-raw lrange list 0 -1", want: "1) \"a\"\n2) \"b\"\n3) \"c\"\n"},
		{args: "--no-raw lpop list 9 9", want: "(error) ERR wrong number of arguments for 'lpop' command\n"},
		{args: "--no-raw config get maxmemory*", want: "1) \"maxmemory\"\n2) \"0\"\n3) \"maxmemory-policy\"\n4) \"noeviction\"\n"},
		{input: "set k 'a b'\n\nget k\nexit\nget k\n", want: "OK\na b\n"},
		{input: "get 'k\n", want: "Invalid argument(s)\n"},
		{args: "eval return(1) 0", want: "ERR Lua scripts are not supported by the sandbox\n\n"},
		{args: "script load x", want: "ERR Lua scripts are not supported by the sandbox\n\n"},
		{args: "setrange big 9223372036854775807 x", want: "ERR string exceeds maximum allowed size (proto-max-bulk-len)\n\n"},
		{args: "setrange small 3 x", want: "4\n"},
		{args: "setbit big 4294967296 1", want: "ERR bit offset is not an integer or out of range\n\n"},
		{args: "save", want: "ERR SAVE is not supported by the sandbox\n\n"},
		{args: "bgsave", want: "ERR BGSAVE is not supported by the sandbox\n\n"},
		{args: "replicaof other 6379", want: "ERR REPLICAOF is not supported by the sandbox\n\n"},
		{args: "lcs a b", want: "ERR LCS is not supported by the sandbox\n\n"},
		{args: "bitfield a", want: "ERR BITFIELD is not supported by the sandbox\n\n"},
		{args: "json.set a $ 1", want: "ERR JSON.SET is not supported by the sandbox\n\n"},
		{args: "object help", want: "ERR OBJECT HELP is not supported by the sandbox\n\n"},
		{args: "config rewrite", want: "ERR CONFIG REWRITE is not supported by the sandbox\n\n"},
		{args: "config set save 60", want: "ERR CONFIG SET SAVE is not supported by the sandbox\n\n"},
		{args: "--version", want: "redis-cli 7.4.5\n"},
	} {
		t.Run(tt.args+tt.input, func(t *testing.T) {
			out, errs, code := ask(t, network, tt.input, append([]string{"-h", "redis"}, strings.Fields(tt.args)...)...)
			if diff := cmp.Diff(tt.want, out); diff != "" || errs != "" || code != 0 {
				t.Errorf("exit %d, stderr %q (-want +got):\n%s", code, errs, diff)
			}
		})
	}
}

func TestUnreachable(t *testing.T) {
	network := programtest.NewNetwork(map[string][]string{"redis": {serverIP}})
	for _, tt := range []struct{ host, want string }{
		{"redis", "Could not connect to Redis at redis:6379: Connection refused\n"},
		{"reddis", "Could not connect to Redis at reddis:6379: Name or service not known\n"},
	} {
		_, errs, code := ask(t, network, "", "-h", tt.host, "ping")
		if diff := cmp.Diff(tt.want, errs); diff != "" || code != 1 {
			t.Errorf("exit %d (-want +got):\n%s", code, diff)
		}
	}
}

func TestTerminal(t *testing.T) {
	network, _, _ := startServer(t)
	c := programtest.New(t, nil, nil, network, "10.244.0.6", "redis-cli", "-h", "redis")
	c.TTY, c.Stdin = true, strings.NewReader("incrr\x7f v\r\x04")
	if code := CLI("7.4.5")(t.Context(), c.Process); code != 0 {
		t.Errorf("exit code = %d", code)
	}
	want := "redis:6379> incrr\b \b v\r\n(integer) 1\r\nredis:6379> "
	if diff := cmp.Diff(want, c.Out.String()); diff != "" {
		t.Errorf("terminal (-want +got):\n%s", diff)
	}
}

func TestStop(t *testing.T) {
	for name, stop := range map[string]func(*testing.T, *programtest.Network, *programtest.Container){
		"SIGTERM": func(_ *testing.T, _ *programtest.Network, c *programtest.Container) { c.Send(container.SIGTERM) },
		"shutdown": func(t *testing.T, n *programtest.Network, _ *programtest.Container) {
			t.Helper()
			ask(t, n, "", "-h", "redis", "shutdown")
		},
	} {
		t.Run(name, func(t *testing.T) {
			network, c, exit := startServer(t)
			stop(t, network, c)
			if code := <-exit; code != 0 {
				t.Errorf("exit code = %d", code)
			}
			for _, want := range []string{"* Ready to accept connections tcp\n", "* Redis is now ready to exit, bye bye...\n"} {
				if !strings.Contains(c.Out.String(), want) {
					t.Errorf("log lacks %q:\n%s", want, c.Out)
				}
			}
		})
	}
}

func TestPassword(t *testing.T) {
	network, _, _ := startServer(t, "--requirepass", "secret")
	for want, args := range map[string][]string{
		"NOAUTH Authentication required.\n\n": {"-h", "redis", "incr", "v"},
		"1\n":                                 {"-h", "redis", "-a", "secret", "incr", "v"},
	} {
		if out, _, _ := ask(t, network, "", args...); out != want {
			t.Errorf("redis-cli %q = %q, want %q", args, out, want)
		}
	}
}

func TestSettings(t *testing.T) {
	for _, tt := range []struct {
		name, file, args, want string
	}{
		{name: "unknown argument", args: "--foo bar", want: "at line 2\n>>> 'foo \"bar\"'\nBad directive or wrong number of arguments"},
		{name: "unknown in file", file: "# mine\nmaxmemory 2mb\nfly yes\n", args: "/redis.conf", want: "at line 3\n>>> 'fly \"yes\"'"},
		{name: "not simulated", args: "--appendonly yes", want: `"appendonly yes" is not supported by the sandbox's redis`},
		{name: "known to Redis", args: "--appendfsync always", want: `>>> 'appendfsync "always"'
"appendfsync" is not supported by the sandbox's redis`},
		{name: "bad value", args: "--maxmemory lots", want: "at line 2\n>>> 'maxmemory \"lots\"'\nargument must be a memory value"},
		{name: "no file", args: "/none.conf", want: "can't open config file '/none.conf': No such file or directory"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			image := fstest.MapFS{"redis.conf": {Data: []byte(tt.file), Mode: 0o644}}
			c := programtest.New(t, image, nil, programtest.NewNetwork(nil), serverIP, append([]string{"redis-server"}, strings.Fields(tt.args)...)...)
			code := Server("7.4.5")(t.Context(), c.Process)
			if code != 1 || !strings.Contains(c.Err.String(), tt.want) {
				t.Errorf("exit %d, stderr %q; want 1 and %q", code, c.Err, tt.want)
			}
		})
	}
}

func TestKeysExpire(t *testing.T) {
	network, _, _ := startServer(t)
	if out, _, _ := ask(t, network, "", "-h", "redis", "set", "k", "v", "px", "1"); out != "OK\n" {
		t.Fatalf("set = %q", out)
	}
	patience.Until(t, "the key to expire", func() bool {
		out, _, _ := ask(t, network, "", "-h", "redis", "get", "k")
		return out == "\n"
	}, nil)
}

// A telnet user writes commands as plain lines.
func TestInline(t *testing.T) {
	network, _, _ := startServer(t)
	for in, want := range map[string]string{
		"PING\r\nset a 'b c'\nget a\nQUIT\n": "+PONG\r\n+OK\r\n$3\r\nb c\r\n+OK\r\n",
		"get \"a\n":                          "-ERR Protocol error: unbalanced quotes in request\r\n",
		"*1\r\n+x\r\n":                       "-ERR Protocol error: expected '$', got '+'\r\n",
		"*99999999999\r\n":                   "-ERR Protocol error: invalid multibulk length\r\n",
		"*1\r\n$99999999999\r\n":             "-ERR Protocol error: invalid bulk length\r\n",
	} {
		conn := dial(t, network.Pod("10.244.0.6").Dial, serverIP+":6379")
		if _, err := io.WriteString(conn, in); err != nil {
			t.Fatal(err)
		}
		got, err := io.ReadAll(conn)
		if string(got) != want || err != nil {
			t.Errorf("%q: %v, %q, want %q", in, err, got, want)
		}
	}
}

func TestVersion(t *testing.T) {
	c := programtest.New(t, nil, nil, programtest.NewNetwork(nil), serverIP, "redis-server", "--version")
	code := Server("7.4.5")(t.Context(), c.Process)
	if got := c.Out.String(); code != 0 || !strings.HasPrefix(got, "Redis server v=7.4.5 sha=00000000:0 malloc=") {
		t.Errorf("exit %d, %q", code, got)
	}
}

// Every line of the table can be read.
func TestTable(t *testing.T) {
	for name, c := range readTable() {
		if c.arity == 0 || c.first > 0 && c.step == 0 || len(c.categories) == 0 && !strings.Contains(name, "|") {
			t.Errorf("%s: %+v", name, c)
		}
	}
}
