package redis

import (
	"slices"
	"strconv"
	"strings"

	"github.com/alicebob/miniredis/v2"
)

// own are the commands that the store lacks, or that it answers differently
// from Redis.
func own() map[string]func(*session, []string) {
	return map[string]func(*session, []string){
		"acl": acl, "auth": auth, "client": client, "cluster": noCluster, "command": describe, "config": config,
		"asking": noCluster, "readonly": noCluster, "readwrite": noCluster, "debug": debug,
		"discard": discard, "exec": execute, "multi": multi, "watch": watch, "unwatch": unwatch,
		"hello": hello, "info": info, "ping": ping, "quit": quit, "reset": reset, "shutdown": shutdown,
		"lastsave": lastSave, "latency": latency, "memory": memory, "module": modules, "role": role,
		"replicaof": replicaOf, "slaveof": replicaOf, "failover": failover, "slowlog": slowlog,
		"object": object, "select": selectDB, "ttl": seconds("PTTL"), "expiretime": seconds("PEXPIRETIME"), "sort": sortKey, "sort_ro": sortKey, "substr": substr,
		"subscribe": subscribe(false), "psubscribe": subscribe(true), "publish": publish, "pubsub": pubsub,
		"unsubscribe": unsubscribe(false), "punsubscribe": unsubscribe(true),
		"move": move, "swapdb": swapDB, "flushall": flush("FLUSHALL"), "flushdb": flush("FLUSHDB"), "dump": dump, "restore": restore, "setrange": setRange, "pfadd": pfAdd,
		"smembers": setAll("SMEMBERS"), "sinter": setAll("SINTER"), "sunion": setAll("SUNION"), "sdiff": setAll("SDIFF"),
		"hgetall": hashAll("hgetall"), "hkeys": hashAll("hkeys"), "hvals": hashAll("hvals"), "wait": wait,
		"eval": lua, "eval_ro": lua, "evalsha": lua, "evalsha_ro": lua, "script": lua, "function": lua, "fcall": lua, "fcall_ro": lua,
	}
}

func lua(c *session, _ []string) {
	c.peer.WriteError("ERR Lua scripts are not supported by the sandbox")
}

func noCluster(c *session, _ []string) {
	c.peer.WriteError("ERR This instance has cluster support disabled")
}

func debug(c *session, _ []string) {
	c.peer.WriteError(`ERR DEBUG command not allowed. If the enable-debug-command option is set to "local", ` +
		"you can run it from a local connection, otherwise you need to set this option in the configuration file, and then restart the server.")
}

func quit(c *session, _ []string) {
	c.peer.WriteOK()
	c.quit = true
}

// reset restores a client's initial state.
func reset(c *session, _ []string) {
	c.transaction = nil
	c.unwatch()
	c.choose(0)
	c.mu.Lock()
	c.name, c.channels, c.patterns = "", nil, nil
	c.mu.Unlock()
	c.peer.Resp3 = false
	c.authorized = c.server.settings.get("requirepass") == ""
	c.peer.WriteInline("RESET")
}

func shutdown(c *session, args []string) {
	for _, word := range args {
		if !slices.Contains([]string{"nosave", "save", "now", "force", "abort"}, strings.ToLower(word)) {
			c.peer.WriteError(syntaxFault)
			return
		}
	}
	if slices.ContainsFunc(args, func(s string) bool { return strings.EqualFold(s, "save") }) {
		c.peer.WriteError(unsupported("shutdown save"))
		return
	}
	select {
	case c.server.quit <- struct{}{}:
	default:
	}
	c.quit = true
}

func hello(c *session, args []string) {
	resp3 := c.peer.Resp3
	if len(args) > 0 {
		version, err := strconv.Atoi(args[0])
		switch {
		case err != nil:
			c.peer.WriteError("ERR Protocol version is not an integer or out of range")
			return
		case version != 2 && version != 3:
			c.peer.WriteError("NOPROTO unsupported protocol version")
			return
		}
		resp3 = version == 3
		args = args[1:]
	}
	name := ""
	for len(args) > 0 {
		switch word := strings.ToLower(args[0]); {
		case word == "auth" && len(args) > 2:
			c.peer.Flush()
			before := c.reply.Len()
			auth(c, args[1:3])
			c.peer.Flush()
			if said := c.reply.String()[before:]; said[0] == '-' {
				return
			}
			c.reply.Truncate(before)
			args = args[3:]
		case word == "setname" && len(args) > 1:
			name, args = args[1], args[2:]
		default:
			c.peer.WriteError("ERR Syntax error in HELLO option '" + args[0] + "'")
			return
		}
	}
	if !c.authorized {
		c.peer.WriteError("NOAUTH HELLO must be called with the client already authenticated, otherwise the HELLO <proto> AUTH <user> <pass> option can be used to authenticate the client and select the RESP protocol version at the same time")
		return
	}
	c.greet(resp3, name)
}

func (c *session) greet(resp3 bool, name string) {
	if name != "" {
		c.mu.Lock()
		c.name = name
		c.mu.Unlock()
	}
	c.peer.Resp3 = resp3
	c.peer.WriteMapLen(7)
	for _, word := range []string{"server", "redis", "version", c.server.version, "proto"} {
		c.peer.WriteBulk(word)
	}
	c.peer.WriteInt(map[bool]int{false: 2, true: 3}[resp3])
	c.peer.WriteBulk("id")
	c.peer.WriteInt(int(c.id))
	for _, word := range []string{"mode", "standalone", "role", "master", "modules"} {
		c.peer.WriteBulk(word)
	}
	c.peer.WriteLen(0)
}

// choose selects a database.
func (c *session) choose(db int) {
	c.db = db
	c.ask("SELECT", strconv.Itoa(db))
}

func selectDB(c *session, args []string) {
	db, err := strconv.Atoi(args[0])
	switch {
	case err != nil:
		c.peer.WriteError("ERR value is not an integer or out of range")
	case db < 0 || db >= c.server.databases():
		c.peer.WriteError("ERR DB index is out of range")
	default:
		c.choose(db)
		c.peer.WriteOK()
	}
}

func swapDB(c *session, args []string) {
	for i, word := range args {
		db, err := strconv.Atoi(word)
		if err != nil {
			c.peer.WriteError("ERR invalid " + []string{"first", "second"}[i] + " DB index")
			return
		}
		if db < 0 || db >= c.server.databases() {
			c.peer.WriteError("ERR DB index is out of range")
			return
		}
	}
	c.pass(append([]string{"SWAPDB"}, args...)...)
}

func move(c *session, args []string) {
	db, err := strconv.Atoi(args[1])
	switch {
	case err != nil:
		c.peer.WriteError("ERR value is not an integer or out of range")
	case db < 0 || db >= c.server.databases():
		c.peer.WriteError("ERR DB index is out of range")
	case db == c.db:
		c.peer.WriteError("ERR source and destination objects are the same")
	default:
		c.pass(append([]string{"MOVE"}, args...)...)
	}
}

// here is the client's current database.
func (c *session) here() *miniredis.RedisDB { return c.server.store.DB(c.db) }

// role and similar commands: this server has no replicas.
func role(c *session, _ []string) {
	c.peer.WriteLen(3)
	c.peer.WriteBulk("master")
	c.peer.WriteInt(0)
	c.peer.WriteLen(0)
}

func replicaOf(c *session, args []string) {
	if strings.EqualFold(args[0], "no") && strings.EqualFold(args[1], "one") {
		c.peer.WriteOK()
		return
	}
	c.peer.WriteError(unsupported("replicaof"))
}

func failover(c *session, _ []string) { c.peer.WriteError("ERR FAILOVER requires connected replicas.") }

// wait returns how many replicas have all writes: there are none.
func wait(c *session, args []string) {
	for i, word := range args {
		n, err := strconv.Atoi(word)
		switch {
		case err != nil && i == 0:
			c.peer.WriteError("ERR value is not an integer or out of range")
			return
		case err != nil:
			c.peer.WriteError("ERR timeout is not an integer or out of range")
			return
		case n < 0 && i == 1:
			c.peer.WriteError("ERR timeout is negative")
			return
		}
	}
	need, _ := strconv.Atoi(args[0])
	timeout, _ := strconv.Atoi(args[1])
	if need > 0 {
		c.server.pause(timeout)
	}
	c.peer.WriteInt(0)
}

func lastSave(c *session, _ []string) { c.peer.WriteInt(int(c.server.started.Unix())) }

func slowlog(c *session, args []string) {
	switch sub := strings.ToLower(args[0]); sub {
	case "get":
		c.peer.WriteLen(0) // No command here is slow.
	case "len":
		c.peer.WriteInt(0)
	case "reset":
		c.peer.WriteOK()
	default:
		c.peer.WriteError(unsupported("slowlog " + sub))
	}
}

func latency(c *session, args []string) {
	switch sub := strings.ToLower(args[0]); sub {
	case "latest":
		c.peer.WriteLen(0)
	case "reset":
		c.peer.WriteInt(0)
	default:
		c.peer.WriteError(unsupported("latency " + sub))
	}
}

func modules(c *session, args []string) {
	if sub := strings.ToLower(args[0]); sub != "list" {
		c.peer.WriteError(unsupported("module " + sub))
		return
	}
	c.peer.WriteLen(0)
}

func memory(c *session, args []string) {
	switch sub := strings.ToLower(args[0]); sub {
	case "usage":
		c.pass(append([]string{"MEMORY"}, args...)...)
	case "purge":
		c.peer.WriteOK()
	default:
		c.peer.WriteError(unsupported("memory " + sub))
	}
}
