package redis

import (
	"strings"
)

// describe is COMMAND.
func describe(c *session, args []string) {
	if len(args) == 0 {
		c.describeAll(c.server.names())
		return
	}
	switch sub := strings.ToLower(args[0]); sub {
	case "count":
		c.peer.WriteInt(len(c.server.names()))
	case "list":
		if len(args) > 1 {
			c.peer.WriteError(unsupported("command list filterby"))
			return
		}
		c.peer.WriteStrings(c.server.names())
	case "info":
		if len(args) == 1 {
			args = append(args, c.server.names()...)
		}
		c.describeAll(args[1:])
	case "getkeys":
		c.getKeys(args[1:])
	case "docs":
		// redis-cli asks for them to help with typing; they are not here.
		c.peer.WriteMapLen(0)
	default:
		c.peer.WriteError(unsupported("command " + sub))
	}
}

func (c *session) getKeys(words []string) {
	command, refusal := c.server.commands.find(words)
	switch {
	case command == nil && strings.HasPrefix(refusal, "ERR unknown"):
		c.peer.WriteError("ERR Invalid command specified")
	case refusal != "":
		c.peer.WriteError("ERR Invalid number of arguments specified for command")
	case len(command.keys(words)) == 0:
		c.peer.WriteError("ERR The command has no key arguments")
	default:
		c.peer.WriteStrings(command.keys(words))
	}
}

func (c *session) describeAll(names []string) {
	c.peer.WriteLen(len(names))
	for _, name := range names {
		command := c.server.commands[strings.ToLower(name)]
		if command == nil {
			c.peer.WriteRaw("*-1\r\n")
			continue
		}
		c.peer.WriteLen(10)
		c.peer.WriteBulk(command.name)
		c.peer.WriteInt(command.arity)
		c.peer.WriteSetLen(len(command.flags))
		for _, flag := range command.flags {
			c.peer.WriteInline(flag)
		}
		c.peer.WriteInt(command.first)
		c.peer.WriteInt(command.last)
		c.peer.WriteInt(command.step)
		c.peer.WriteSetLen(len(command.categories))
		for _, category := range command.categories {
			c.peer.WriteInline("@" + category)
		}
		for range 3 { // Tips, key specifications and subcommands are not here.
			c.peer.WriteLen(0)
		}
	}
}
