package redis

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strconv"
	"strings"
	"time"

	"github.com/gomodule/redigo/redis"

	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/container"
	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/tty"
)

// CLI returns /usr/local/bin/redis-cli of a version: "redis-cli [-h HOST]
// [-p PORT] [-a PASSWORD] [-n DB] [--raw|--no-raw] [COMMAND [ARG]...]". Without
// a command it reads them from its input, line by line.
func CLI(version string) container.Program {
	return func(ctx context.Context, p *container.Process) int { return runCLI(ctx, p, version) }
}

func runCLI(ctx context.Context, p *container.Process, version string) int {
	c := &cli{p: p, host: "127.0.0.1", port: "6379", raw: !p.TTY}
	if err := c.parse(p.Args[1:]); err != nil {
		c.complain("%v\n", err)
		return 1
	}
	if c.version {
		c.print("redis-cli " + version + "\n")
		return 0
	}
	conn, err := c.connect(ctx)
	if err != nil {
		c.complain("Could not connect to Redis at %s: %s\n", c.address(), reason(err))
		return 1
	}
	defer func() { _ = conn.Close() }() // the answers are all there
	if len(c.command) > 0 {
		return c.do(ctx, conn, c.command)
	}
	return c.converse(ctx, conn)
}

type cli struct {
	p                        *container.Process
	host, port, password, db string
	raw, version             bool
	command                  []string
}

// parse takes the options up to the first word of the command.
func (c *cli) parse(args []string) error {
	values := map[string]*string{"-h": &c.host, "-p": &c.port, "-a": &c.password, "-n": &c.db}
	for len(args) > 0 && strings.HasPrefix(args[0], "-") {
		flag := args[0]
		args = args[1:]
		target, takes := values[flag]
		switch {
		case takes && len(args) > 0:
			*target = args[0]
			args = args[1:]
		case flag == "--raw", flag == "--no-raw":
			c.raw = flag == "--raw"
		case flag == "--version", flag == "-v":
			c.version = true
		case flag == "--no-auth-warning":
		default:
			return fmt.Errorf("Unrecognized option or bad number of args for: '%s'", flag) //nolint:staticcheck // redis-cli's own words
		}
	}
	c.command = args
	return nil
}

func (c *cli) address() string { return net.JoinHostPort(c.host, c.port) }

func (c *cli) connect(ctx context.Context) (redis.Conn, error) {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	stream, err := c.p.Net.Dial(ctx, "tcp", c.address())
	if err != nil {
		return nil, err
	}
	conn := redis.NewConn(stream, 0, 10*time.Second)
	for _, setup := range [][]string{{"AUTH", c.password}, {"SELECT", c.db}} {
		if setup[1] == "" {
			continue
		}
		if _, err := redis.DoContext(conn, ctx, setup[0], setup[1]); err != nil {
			c.complain("%s failed: %v\n", setup[0], err)
		}
	}
	return conn, nil
}

// reason is the operating system's word for why there is no connection.
func reason(err error) string {
	if dns, ok := errors.AsType[*net.DNSError](err); ok && dns.IsNotFound {
		return "Name or service not known"
	}
	text := err.Error()
	text = text[strings.LastIndex(text, ": ")+1:]
	text = strings.TrimSpace(text)
	return strings.ToUpper(text[:1]) + text[1:]
}

// converse reads commands: with a prompt on a terminal, else one a line.
func (c *cli) converse(ctx context.Context, conn redis.Conn) int {
	next := c.lines()
	if c.p.TTY {
		c.p.Stdout = tty.Newlines(c.p.Stdout)
		terminal := tty.New(ctx, c.p.Stdin, c.p.Stdout)
		next = func() (string, error) { return terminal.ReadLine(ctx, c.address()+"> ") }
	}
	for {
		text, err := next()
		if err != nil {
			return 0
		}
		words, err := split(text)
		switch {
		case err != nil:
			c.print("Invalid argument(s)\n")
		case len(words) == 0:
		case strings.EqualFold(words[0], "exit"), strings.EqualFold(words[0], "quit"):
			return 0
		default:
			if code := c.do(ctx, conn, words); code != 0 {
				return code
			}
		}
	}
}

func (c *cli) lines() func() (string, error) {
	scanner := bufio.NewScanner(c.p.Stdin)
	return func() (string, error) {
		if scanner.Scan() {
			return scanner.Text(), nil
		}
		return "", io.EOF
	}
}

func (c *cli) do(ctx context.Context, conn redis.Conn, words []string) int {
	args := make([]any, len(words)-1)
	for i, word := range words[1:] {
		args[i] = word
	}
	reply, err := redis.DoContext(conn, ctx, words[0], args...)
	if fault, ok := errors.AsType[redis.Error](err); ok {
		reply, err = fault, nil
	}
	if err != nil {
		if errors.Is(err, io.EOF) && strings.EqualFold(words[0], "shutdown") {
			return 0
		}
		c.complain("Error: Server closed the connection\n")
		return 1
	}
	if c.raw {
		c.print(rawText(reply) + "\n")
		return 0
	}
	c.print(showText(reply, "") + "\n")
	return 0
}

func (c *cli) print(s string) { _, _ = io.WriteString(c.p.Stdout, s) } // nobody to tell when stdout is gone

func (c *cli) complain(format string, args ...any) { _, _ = fmt.Fprintf(c.p.Stderr, format, args...) }

// rawText is a reply for a program to read.
func rawText(reply any) string {
	switch v := reply.(type) {
	case []byte:
		return string(v)
	case int64:
		return strconv.FormatInt(v, 10)
	case redis.Error:
		return string(v) + "\n"
	case []any:
		lines := make([]string, len(v))
		for i, item := range v {
			lines[i] = rawText(item)
		}
		return strings.Join(lines, "\n")
	case nil:
		return ""
	}
	return fmt.Sprint(reply)
}

// showText is a reply for people; the lines of a list are indented by the
// numbers before them.
func showText(reply any, indent string) string {
	switch v := reply.(type) {
	case []byte:
		return quote(v)
	case int64:
		return fmt.Sprintf("(integer) %d", v)
	case redis.Error:
		return "(error) " + string(v)
	case []any:
		if len(v) == 0 {
			return "(empty array)"
		}
		width := len(strconv.Itoa(len(v)))
		deeper := indent + strings.Repeat(" ", width+2)
		lines := make([]string, len(v))
		for i, item := range v {
			lines[i] = fmt.Sprintf("%*d) %s", width, i+1, showText(item, deeper))
		}
		return strings.Join(lines, "\n"+indent)
	case nil:
		return "(nil)"
	}
	return fmt.Sprint(reply)
}
