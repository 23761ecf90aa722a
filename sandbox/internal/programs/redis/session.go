package redis

import (
	"bufio"
	"bytes"
	"context"
	"net"
	"strings"
	"sync"
	"time"

	resp "github.com/alicebob/miniredis/v2/server"
)

// session is one connected client.
type session struct {
	server *server
	id     int64
	conn   net.Conn
	born   time.Time

	// peer is the client as the store sees it; its replies gather in reply.
	peer  *resp.Peer
	reply bytes.Buffer

	db          int
	authorized  bool
	transaction *transaction
	watching    bool
	quit        bool

	// mu guards what other clients touch: the stream to the client, what it
	// subscribed to, and what CLIENT LIST shows.
	mu                 sync.Mutex
	name, last         string
	active             time.Time
	channels, patterns []string
}

// serveConn serves one client until it leaves.
func (s *server) serveConn(ctx context.Context, conn net.Conn) {
	defer func() { _ = conn.Close() }() // the client is gone
	defer context.AfterFunc(ctx, func() { _ = conn.Close() })()
	c := &session{server: s, conn: conn, born: s.log.now(), active: s.log.now(), authorized: s.settings.get("requirepass") == ""}
	c.peer = resp.NewPeer(bufio.NewWriter(&c.reply))
	s.clients.add(c)
	defer s.clients.remove(c)
	lines := make(chan []string)
	s.p.Go(func() { c.read(ctx, lines) })
	for words := range lines {
		if len(words) == 0 {
			continue
		}
		c.run(words)
		if err := c.flush(); err != nil || c.quit {
			_ = conn.Close()
			break
		}
	}
	for range lines { // until the reader has seen that the connection is closed
	}
}

// read passes on the client's commands, one by one.
func (c *session) read(ctx context.Context, lines chan<- []string) {
	defer close(lines)
	defer c.peer.Close()
	r := bufio.NewReader(c.conn)
	for ctx.Err() == nil {
		words, err := readCommand(r)
		if fault, ok := err.(protocolError); ok { //nolint:errorlint // it is returned as it is
			_ = c.send("-ERR Protocol error: " + string(fault) + "\r\n") // the connection ends in any case
			_ = c.conn.Close()
		}
		if err != nil {
			return
		}
		lines <- words
	}
}

// flush sends what the last command replied.
func (c *session) flush() error {
	c.peer.Flush()
	err := c.send(c.reply.String())
	c.reply.Reset()
	return err
}

// send writes to the client, between the replies to its commands.
func (c *session) send(text string) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	_, err := c.conn.Write([]byte(text))
	return err
}

// run runs one command line, by the order of Redis: is there such a command,
// with so many arguments, for this client, in this state.
func (c *session) run(words []string) {
	command, refusal := c.server.commands.find(words)
	switch {
	case refusal != "":
	case !c.authorized && !command.is("no_auth"):
		refusal = "NOAUTH Authentication required."
	case c.subscribed() > 0 && !c.peer.Resp3 && !mayWhileSubscribed(command):
		refusal = "ERR Can't execute '" + command.name + "': only (P|S)SUBSCRIBE / (P|S)UNSUBSCRIBE / PING / QUIT / RESET are allowed in this context"
	default:
		if refusal = precheck(command.name, words); refusal == "" {
			refusal = c.server.bounds(c, command, words)
		}
	}
	c.note(command)
	if refusal != "" {
		c.fail(refusal)
		return
	}
	if c.transaction != nil && !endsTransaction(command) {
		c.transaction.add(words)
		c.peer.WriteInline("QUEUED")
		return
	}
	if blocks(command) {
		c.server.blocked.Add(1)
		defer c.server.blocked.Add(-1)
		c.execute(command, words)
		return
	}
	c.server.turn.Lock()
	defer c.server.turn.Unlock()
	c.execute(command, words)
}

// blocks reports whether a command may wait for others.
func blocks(c *command) bool { return c.is("blocking") || c.name == "wait" }

// note records what CLIENT LIST shows about the last command.
func (c *session) note(command *command) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.active = c.server.log.now(); command != nil {
		c.last = command.name
	}
}

// fail replies with an error. In a transaction nothing of it is run then.
func (c *session) fail(text string) {
	if c.transaction != nil {
		c.transaction.broken = true
	}
	c.peer.WriteError(text)
}

// execute runs a command: by the sandbox's own code, or by the store.
func (c *session) execute(command *command, words []string) {
	c.server.used(c, command, words)
	c.server.come(c, command.name, words)
	name, _, _ := strings.Cut(command.name, "|")
	if own := c.server.own[name]; own != nil {
		own(c, words[1:])
		return
	}
	store := c.server.store.Server()
	if store == nil { // It was closed: the server ends.
		c.quit = true
		return
	}
	if !store.IsRegisteredCommand(name) {
		c.peer.WriteError(unsupported(command.name))
		return
	}
	c.pass(tame(words)...)
}

// dispatch has the store run a command, unless it is closed already.
func (s *server) dispatch(to *resp.Peer, words []string) {
	if store := s.store.Server(); store != nil {
		store.Dispatch(to, words)
	}
}

// pass has the store run a command and corrects replies that differ from Redis.
func (c *session) pass(words ...string) {
	c.peer.Flush()
	before := c.reply.Len()
	c.server.dispatch(c.peer, words)
	c.peer.Flush()
	said := c.reply.String()[before:]
	if fixed := correct(words, said); fixed != said {
		c.reply.Truncate(before)
		c.reply.WriteString(fixed)
	}
}

// ask has the store run a command and returns its reply instead of sending it.
func (c *session) ask(words ...string) string {
	c.peer.Flush()
	before := c.reply.Len()
	c.server.dispatch(c.peer, words)
	c.peer.Flush()
	said := c.reply.String()[before:]
	c.reply.Truncate(before)
	return said
}
