package redis

import (
	"fmt"
	"strconv"
	"strings"
)

func client(c *session, args []string) {
	switch sub := strings.ToLower(args[0]); sub {
	case "id":
		c.peer.WriteInt(int(c.id))
	case "getname":
		if c.name == "" {
			c.peer.WriteNull()
			return
		}
		c.peer.WriteBulk(c.name)
	case "setname":
		if strings.ContainsFunc(args[1], func(r rune) bool { return r < '!' || r > '~' }) {
			c.peer.WriteError("ERR Client names cannot contain spaces, newlines or special characters.")
			return
		}
		c.mu.Lock()
		c.name = args[1]
		c.mu.Unlock()
		c.peer.WriteOK()
	case "setinfo":
		c.peer.WriteOK()
	case "info":
		c.peer.WriteBulk(c.line() + "\n")
	case "kill":
		c.kill(args[1:])
	case "no-evict":
		c.peer.WriteOK() // Clients are never evicted here.
	case "list":
		if len(args) > 1 {
			c.peer.WriteError(unsupported("client list with arguments"))
			return
		}
		var text strings.Builder
		for _, o := range c.server.clients.list() {
			text.WriteString(o.line() + "\n")
		}
		c.peer.WriteBulk(text.String())
	default:
		c.peer.WriteError(unsupported("client " + sub))
	}
}

// kill is "CLIENT KILL ADDRESS" and "CLIENT KILL ID NUMBER".
func (c *session) kill(args []string) {
	byID := len(args) == 2 && strings.EqualFold(args[0], "id")
	if len(args) != 1 && !byID {
		c.peer.WriteError(unsupported("client kill with a filter"))
		return
	}
	killed := 0
	for _, o := range c.server.clients.list() {
		switch {
		case o == c && byID:
		case byID && strconv.FormatInt(o.id, 10) == args[1], !byID && o.conn.RemoteAddr().String() == args[0]:
			killed++
			if o == c {
				c.quit = true
				continue
			}
			_ = o.conn.Close() // it was supposed to go
		}
	}
	switch {
	case byID:
		c.peer.WriteInt(killed)
	case killed == 0:
		c.peer.WriteError("ERR No such client")
	default:
		c.peer.WriteOK()
	}
}

// line is what CLIENT LIST shows of a client.
func (c *session) line() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	now, flags := c.server.log.now(), "N"
	if len(c.channels)+len(c.patterns) > 0 {
		flags = "P"
	}
	return fmt.Sprintf("id=%d addr=%s laddr=%s name=%s age=%d idle=%d flags=%s db=%d sub=%d psub=%d cmd=%s user=default resp=2",
		c.id, c.conn.RemoteAddr(), c.conn.LocalAddr(), c.name, int(now.Sub(c.born).Seconds()), int(now.Sub(c.active).Seconds()),
		flags, c.db, len(c.channels), len(c.patterns), c.last)
}
