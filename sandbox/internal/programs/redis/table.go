package redis

import (
	_ "embed"
	"slices"
	"strconv"
	"strings"
)

// commandLines are what COMMAND of Redis says of each command and subcommand:
// name, arity, first key, last key, step, flags, categories.
//
//go:embed commands.txt
var commandLines string

// command is one command of Redis.
type command struct {
	name string
	// arity is the number of words; a negative one is the least number.
	arity             int
	first, last, step int
	flags, categories []string
}

func (c *command) is(flag string) bool { return slices.Contains(c.flags, flag) }

// takes reports whether a command line has the right number of words.
func (c *command) takes(words int) bool {
	return words == c.arity || c.arity < 0 && words >= -c.arity
}

// keys returns the keys among the words of a command line.
func (c *command) keys(words []string) (keys []string) {
	if c.first == 0 {
		return nil
	}
	last := c.last
	if last < 0 {
		last += len(words)
	}
	for i := c.first; i <= last && i < len(words); i += c.step {
		keys = append(keys, words[i])
	}
	return keys
}

// table is all commands by their names, subcommands as "object|encoding".
type table map[string]*command

// readTable reads commandLines.
func readTable() table {
	all := table{}
	for line := range strings.Lines(commandLines) {
		f := strings.Fields(line)
		number := func(i int) int {
			n, _ := strconv.Atoi(f[i]) // a test reads the whole table
			return n
		}
		all[f[0]] = &command{
			name: f[0], arity: number(1), first: number(2), last: number(3), step: number(4),
			flags: list(f[5]), categories: list(f[6]),
		}
	}
	return all
}

func list(text string) []string {
	if text == "-" {
		return nil
	}
	return strings.Split(text, ",")
}

// find returns the command of a line, or an error message. It looks at a
// subcommand's name only if the command has subcommands.
func (t table) find(words []string) (*command, string) {
	name := strings.ToLower(words[0])
	c := t[name]
	if c == nil || strings.Contains(name, "|") {
		if module(name) {
			return nil, unsupported(name)
		}
		return nil, unknown(words)
	}
	if len(words) > 1 && t.container(name) {
		sub := t[name+"|"+strings.ToLower(words[1])]
		if sub == nil {
			return nil, "ERR unknown subcommand '" + clip(words[1], 128) + "'. Try " + strings.ToUpper(name) + " HELP."
		}
		c = sub
	}
	if !c.takes(len(words)) {
		return nil, arity(c.name)
	}
	return c, ""
}

// container reports whether a command has subcommands.
func (t table) container(name string) bool { return t[name+"|help"] != nil }

// module reports whether a name belongs to the modules that Redis 8 brings.
func module(name string) bool {
	for _, prefix := range []string{"json.", "ft.", "bf.", "cf.", "cms.", "topk.", "ts.", "tdigest."} {
		if strings.HasPrefix(name, prefix) {
			return true
		}
	}
	return false
}

func unknown(words []string) string {
	text := "ERR unknown command '" + clip(words[0], 128) + "', with args beginning with: "
	args := ""
	for _, w := range words[1:] {
		if len(args) >= 128 {
			break
		}
		args += "'" + clip(w, 128-len(args)) + "' "
	}
	return text + args
}

func clip(s string, most int) string { return s[:min(len(s), most)] }

func arity(name string) string { return "ERR wrong number of arguments for '" + name + "' command" }

func unsupported(what string) string {
	return "ERR " + strings.ToUpper(strings.ReplaceAll(what, "|", " ")) + " is not supported by the sandbox"
}
