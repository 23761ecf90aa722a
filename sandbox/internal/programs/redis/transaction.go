package redis

import "strings"

// transaction is what MULTI collects for EXEC.
type transaction struct {
	lines  [][]string
	broken bool
}

func (t *transaction) add(words []string) { t.lines = append(t.lines, words) }

func endsTransaction(c *command) bool {
	switch c.name {
	case "exec", "discard", "multi", "watch", "quit", "reset":
		return true
	}
	return false
}

func multi(c *session, _ []string) {
	if c.transaction != nil {
		c.peer.WriteError("ERR MULTI calls can not be nested")
		return
	}
	c.transaction = &transaction{}
	c.peer.WriteOK()
}

func discard(c *session, _ []string) {
	if c.transaction == nil {
		c.peer.WriteError("ERR DISCARD without MULTI")
		return
	}
	c.transaction = nil
	c.unwatch()
	c.peer.WriteOK()
}

func watch(c *session, args []string) {
	if c.transaction != nil {
		c.peer.WriteError("ERR WATCH inside MULTI is not allowed")
		return
	}
	c.watching = true
	c.pass(append([]string{"WATCH"}, args...)...)
}

func (c *session) unwatch() {
	c.watching = false
	c.ask("UNWATCH")
}

func unwatch(c *session, _ []string) {
	c.unwatch()
	c.peer.WriteOK()
}

// execute runs the collected commands one after another, with no others in
// between.
func execute(c *session, _ []string) {
	t := c.transaction
	c.transaction = nil
	switch {
	case t == nil:
		c.peer.WriteError("ERR EXEC without MULTI")
		return
	case t.broken:
		c.unwatch()
		c.peer.WriteError("EXECABORT Transaction discarded because of previous errors.")
		return
	case c.changed():
		c.peer.WriteRaw("*-1\r\n")
		return
	}
	c.peer.WriteLen(len(t.lines))
	for _, words := range t.lines {
		command, refusal := c.server.commands.find(words)
		if refusal != "" {
			c.peer.WriteError(refusal)
			continue
		}
		if blocks(command) {
			c.atOnce(words)
			continue
		}
		c.execute(command, words)
	}
}

// atOnce runs a command that may wait, without waiting: the store does so in a
// transaction of its own.
func (c *session) atOnce(words []string) {
	c.ask("MULTI")
	c.ask(words...)
	if strings.EqualFold(words[0], "wait") {
		c.ask("DISCARD")
		c.peer.WriteInt(0)
		return
	}
	c.peer.WriteRaw(strings.TrimPrefix(c.ask("EXEC"), "*1\r\n"))
}

// changed asks the store, by an empty transaction of its own, whether a key
// that is watched was changed. Nothing is watched after it.
func (c *session) changed() bool {
	if !c.watching {
		return false
	}
	c.watching = false
	c.ask("MULTI")
	return strings.HasPrefix(c.ask("EXEC"), "*-1")
}
