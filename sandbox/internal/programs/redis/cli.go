package redis

import (
	"bufio"
	"context"
	"errors"
	"io"
	"net"
	"strconv"
	"strings"
	"time"

	"github.com/gomodule/redigo/redis"

	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/container"
	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/tty"
)

// CLI returns /usr/local/bin/redis-cli of a version. Without a command it reads
// them from its input, line by line.
func CLI(version string) container.Program {
	return func(ctx context.Context, p *container.Process) int { return runCLI(ctx, p, version) }
}

func runCLI(ctx context.Context, p *container.Process, version string) int {
	c := &cli{p: p, host: "127.0.0.1", port: "6379", raw: !p.TTY, repeat: 1, delimiter: "\n", pattern: "*"}
	if err := c.parse(p.Args[1:]); err != nil {
		c.complain("%v\n", err)
		return 1
	}
	if c.version {
		c.print("redis-cli " + version + "\n")
		return 0
	}
	if c.password != "" && !c.quiet {
		c.complain("Warning: Using a password with '-a' or '-u' option on the command line interface may not be safe.\n")
	}
	if c.fromInput {
		text, err := p.ReadAll(p.Stdin, 0)
		if err != nil {
			return 1
		}
		c.command = append(c.command, string(text))
	}
	defer c.hangUp()
	err := c.connect(ctx)
	if err != nil {
		c.complain("Could not connect to Redis at %s: %s\n", c.address(), reason(err))
	}
	switch {
	case c.scan && err == nil:
		return c.scanAll(ctx)
	case len(c.command) == 0 && !c.scan:
		return c.converse(ctx)
	case err != nil:
		return 1
	}
	return c.times(ctx, c.repeat, c.command)
}

type cli struct {
	p                                    *container.Process
	conn                                 redis.Conn // Nil without a connection.
	host, port, user, password, db       string
	delimiter, pattern                   string
	raw, version, quiet, fromInput, scan bool
	failing                              bool // -e: an error is an exit code
	multi                                bool
	repeat                               int
	pause                                time.Duration
	command                              []string
}

func (c *cli) address() string { return net.JoinHostPort(c.host, c.port) }

func (c *cli) hangUp() {
	if c.conn != nil {
		_ = c.conn.Close() // the answers are all there
		c.conn = nil
	}
}

func (c *cli) connect(ctx context.Context) error {
	dialing, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	stream, err := c.p.Net.Dial(dialing, "tcp", c.address())
	if err != nil {
		return err
	}
	c.conn = redis.NewConn(stream, 0, 10*time.Second)
	login := []any{c.password}
	if c.user != "" {
		login = []any{c.user, c.password}
	}
	if c.password != "" {
		if _, err := redis.DoContext(c.conn, ctx, "AUTH", login...); err != nil {
			c.complain("AUTH failed: %v\n", err)
		}
	}
	if c.db != "" && c.db != "0" {
		if _, err := redis.DoContext(c.conn, ctx, "SELECT", c.db); err != nil {
			c.complain("SELECT %s failed: %v\n", c.db, err)
			c.db = ""
		}
	}
	return nil
}

// converse reads commands: with a prompt on a terminal, else one a line. A
// number before a command says how often.
func (c *cli) converse(ctx context.Context) int {
	next := c.lines()
	if c.p.TTY {
		c.p.Stdout = tty.Newlines(c.p.Stdout)
		terminal := tty.New(ctx, c.p.Stdin, c.p.Stdout)
		next = func() (string, error) { return terminal.ReadLine(ctx, c.prompt()) }
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
			continue
		case len(words) == 0:
			continue
		case strings.EqualFold(words[0], "exit"), strings.EqualFold(words[0], "quit"):
			return 0
		case c.conn == nil:
			if err := c.connect(ctx); err != nil {
				c.complain("Could not connect to Redis at %s: %s\n", c.address(), reason(err))
				continue
			}
		}
		times := 1
		if n, err := strconv.Atoi(words[0]); err == nil && len(words) > 1 && n > 0 {
			times, words = n, words[1:]
		}
		if code := c.times(ctx, times, words); code != 0 && (c.failing || !c.p.TTY) {
			return code
		}
	}
}

// prompt returns the prompt.
func (c *cli) prompt() string {
	if c.conn == nil {
		return "not connected> "
	}
	text := c.address()
	if c.db != "" && c.db != "0" {
		text += "[" + c.db + "]"
	}
	if c.multi {
		text += "(TX)"
	}
	return text + "> "
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

// times runs a command a number of times, or forever if that is negative.
func (c *cli) times(ctx context.Context, count int, words []string) int {
	for i := 0; i < count || count < 0; i++ {
		if i > 0 && c.pause > 0 {
			select {
			case <-time.After(c.pause):
			case <-ctx.Done():
			}
		}
		if ctx.Err() != nil {
			return 1
		}
		if code := c.do(ctx, words); code != 0 {
			return code
		}
	}
	return 0
}

func (c *cli) do(ctx context.Context, words []string) int {
	args := make([]any, len(words)-1)
	for i, word := range words[1:] {
		args[i] = word
	}
	reply, err := redis.DoContext(c.conn, ctx, words[0], args...)
	if fault, ok := errors.AsType[redis.Error](err); ok {
		reply, err = fault, nil
		if c.failing {
			c.complain("%s\n", string(fault))
			return 1
		}
	}
	if err != nil {
		c.hangUp()
		if errors.Is(err, io.EOF) && strings.EqualFold(words[0], "shutdown") {
			return 0
		}
		c.complain("Error: Server closed the connection\n")
		return 1
	}
	c.show(reply)
	return c.follow(ctx, words, reply)
}

func (c *cli) show(reply any) {
	if c.raw {
		c.print(rawText(reply, c.delimiter) + "\n")
		return
	}
	c.print(showText(reply, "") + "\n")
}

// follow records what a command changed, and prints what arrives after a
// subscription until the program ends.
func (c *cli) follow(ctx context.Context, words []string, reply any) int {
	_, failed := reply.(redis.Error)
	switch name := strings.ToLower(words[0]); {
	case failed:
	case name == "select" && len(words) > 1:
		c.db = words[1]
	case name == "multi":
		c.multi = true
	case name == "exec", name == "discard":
		c.multi = false
	case name == "subscribe", name == "psubscribe":
		for range words[2:] {
			if reply, err := c.conn.Receive(); err == nil {
				c.show(reply)
			}
		}
		for ctx.Err() == nil {
			reply, err := redis.ReceiveContext(c.conn, ctx)
			if err != nil {
				return 1
			}
			c.show(reply)
		}
	}
	return 0
}

// scanAll is --scan: all keys that match, one a line.
func (c *cli) scanAll(ctx context.Context) int {
	for cursor := "0"; ; {
		reply, err := redis.Values(redis.DoContext(c.conn, ctx, "SCAN", cursor, "MATCH", c.pattern))
		if err != nil || len(reply) != 2 {
			c.complain("ERROR: %v\n", err)
			return 1
		}
		keys, _ := redis.Strings(reply[1], nil)
		for _, key := range keys {
			c.print(key + "\n")
		}
		if cursor, _ = redis.String(reply[0], nil); cursor == "0" {
			return 0
		}
	}
}
