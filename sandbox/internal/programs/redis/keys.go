package redis

import (
	"slices"
	"strconv"
	"strings"
	"time"
)

// seconds rounds a command's milliseconds to seconds, as Redis does; the store
// truncates.
func seconds(command string) func(*session, []string) {
	return func(c *session, args []string) { c.rounded(c.ask(command, args[0])) }
}

func (c *session) rounded(reply string) {
	n, err := strconv.ParseInt(strings.Trim(reply, ":\r\n"), 10, 64)
	if err != nil || n < 0 {
		c.peer.WriteRaw(reply)
		return
	}
	c.peer.WriteInt(int((n + 500) / 1000))
}

func substr(c *session, args []string) { c.pass(append([]string{"GETRANGE"}, args...)...) }

// flush is FLUSHALL or FLUSHDB.
func flush(name string) func(*session, []string) {
	return func(c *session, args []string) {
		if len(args) > 1 || len(args) == 1 && !strings.EqualFold(args[0], "async") && !strings.EqualFold(args[0], "sync") {
			c.peer.WriteError(syntaxFault)
			return
		}
		c.pass(name)
	}
}

// setRange writes nothing where there is nothing to write.
func setRange(c *session, args []string) {
	if args[2] == "" && integer(args[1]) && !strings.HasPrefix(args[1], "-") {
		c.pass("STRLEN", args[0])
		return
	}
	c.pass(append([]string{"SETRANGE"}, args...)...)
}

// pfAdd reports whether the count changed; the store always reports that it
// did.
func pfAdd(c *session, args []string) {
	before, had := c.ask("PFCOUNT", args[0]), c.here().Exists(args[0])
	said := c.ask(append([]string{"PFADD"}, args...)...)
	if said == ":1\r\n" && had && c.ask("PFCOUNT", args[0]) == before {
		said = ":0\r\n"
	}
	c.peer.WriteRaw(said)
}

// dump: values have no serialized form here.
func dump(c *session, args []string) {
	if !c.here().Exists(args[0]) {
		c.peer.WriteNull()
		return
	}
	c.peer.WriteError(unsupported("dump"))
}

func restore(c *session, _ []string) { c.peer.WriteError(unsupported("restore")) }

// object describes how a value is stored.
func object(c *session, args []string) {
	sub := strings.ToLower(args[0])
	if sub == "help" {
		c.peer.WriteError(unsupported("object help"))
		return
	}
	key := args[1]
	kind := c.here().Type(key)
	switch {
	case kind == "" || !c.here().Exists(key):
		c.peer.WriteNull()
	case sub == "encoding":
		c.peer.WriteBulk(c.encoding(key, kind))
	case sub == "refcount":
		c.peer.WriteInt(c.refcount(key, kind))
	case sub == "idletime":
		c.peer.WriteInt(int(c.server.idle(c.db, key) / time.Second))
	case sub == "freq":
		c.peer.WriteError("ERR An LFU maxmemory policy is not selected, access frequency not tracked. Please note that when switching between policies at runtime LRU and LFU data will take some time to adjust.")
	}
}

// encoding is how Redis 7.2 and later would keep a value, by its defaults.
func (c *session) encoding(key, kind string) string {
	small := func(values []string, most int) bool {
		return len(values) <= most && !slices.ContainsFunc(values, func(v string) bool { return len(v) > 64 })
	}
	switch kind {
	case "string":
		value, _ := c.here().Get(key) // a key that is gone has no encoding
		return stringEncoding(value)
	case "list":
		values, _ := c.here().List(key)
		if size := len(strings.Join(values, "")); size > 8000 {
			return "quicklist"
		}
		return "listpack"
	case "set":
		values, _ := c.here().Members(key)
		if len(values) <= 512 && !slices.ContainsFunc(values, func(v string) bool { return !integer(v) }) {
			return "intset"
		}
		if small(values, 128) {
			return "listpack"
		}
		return "hashtable"
	case "hash":
		fields, _ := c.here().HKeys(key)
		all := slices.Clone(fields)
		for _, f := range fields {
			all = append(all, c.here().HGet(key, f))
		}
		if small(all, 2*128) {
			return "listpack"
		}
		return "hashtable"
	case "zset":
		values, _ := c.here().ZMembers(key)
		if small(values, 128) {
			return "listpack"
		}
		return "skiplist"
	}
	return kind
}

func stringEncoding(value string) string {
	switch {
	case integer(value):
		return "int"
	case len(value) <= 44:
		return "embstr"
	}
	return "raw"
}

// integer reports whether Redis would keep a string as a number.
func integer(value string) bool {
	n, err := strconv.ParseInt(value, 10, 64)
	return err == nil && strconv.FormatInt(n, 10) == value
}

// refcount is one, but small numbers are shared by all.
func (c *session) refcount(key, kind string) int {
	value, _ := c.here().Get(key)
	if n, err := strconv.Atoi(value); kind == "string" && err == nil && integer(value) && n >= 0 && n < 10000 {
		return 2147483647
	}
	return 1
}
