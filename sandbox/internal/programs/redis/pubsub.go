package redis

import (
	"bufio"
	"bytes"
	"cmp"
	"regexp"
	"slices"
	"strings"
	"sync"

	resp "github.com/alicebob/miniredis/v2/server"
)

// clients are the connected clients, in order of connection.
type clients struct {
	mu    sync.Mutex
	all   []*session
	total int64
}

func (l *clients) add(c *session) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.total++
	c.id = l.total
	l.all = append(l.all, c)
}

func (l *clients) remove(c *session) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.all = slices.DeleteFunc(l.all, func(o *session) bool { return o == c })
}

func (l *clients) list() []*session {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Clone(l.all)
}

func mayWhileSubscribed(c *command) bool {
	switch c.name {
	case "subscribe", "psubscribe", "unsubscribe", "punsubscribe", "ping", "quit", "reset":
		return true
	}
	return false
}

// subscribed counts what the client listens to.
func (c *session) subscribed() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.channels) + len(c.patterns)
}

// topics is the list that a command is about.
func (c *session) topics(pattern bool) *[]string {
	if pattern {
		return &c.patterns
	}
	return &c.channels
}

func subscribe(pattern bool) func(*session, []string) {
	word := map[bool]string{false: "subscribe", true: "psubscribe"}[pattern]
	return func(c *session, args []string) {
		for _, name := range args {
			c.mu.Lock()
			if list := c.topics(pattern); !slices.Contains(*list, name) {
				*list = append(*list, name)
			}
			c.mu.Unlock()
			c.confirm(word, &name)
		}
	}
}

func unsubscribe(pattern bool) func(*session, []string) {
	word := map[bool]string{false: "unsubscribe", true: "punsubscribe"}[pattern]
	return func(c *session, args []string) {
		if len(args) == 0 {
			c.mu.Lock()
			args = slices.Clone(*c.topics(pattern))
			c.mu.Unlock()
		}
		if len(args) == 0 {
			c.confirm(word, nil)
		}
		for _, name := range args {
			c.mu.Lock()
			list := c.topics(pattern)
			*list = slices.DeleteFunc(*list, func(o string) bool { return o == name })
			c.mu.Unlock()
			c.confirm(word, &name)
		}
	}
}

// confirm replies to one name of a (un)subscription.
func (c *session) confirm(word string, name *string) {
	c.peer.WritePushLen(3)
	c.peer.WriteBulk(word)
	if name == nil {
		c.peer.WriteNull()
	} else {
		c.peer.WriteBulk(*name)
	}
	c.peer.WriteInt(c.subscribed())
}

// publish sends a message to all subscribers and returns their number.
func publish(c *session, args []string) {
	heard := 0
	for _, o := range c.server.clients.list() {
		o.mu.Lock()
		channels, patterns := slices.Clone(o.channels), slices.Clone(o.patterns)
		o.mu.Unlock()
		if slices.Contains(channels, args[0]) {
			heard++
			o.push("message", args[0], args[1])
		}
		for _, p := range patterns {
			if glob(p).MatchString(args[0]) {
				heard++
				o.push("pmessage", p, args[0], args[1])
			}
		}
	}
	c.peer.WriteInt(heard)
}

// push sends a message that is not a reply. It ignores clients that are gone.
func (c *session) push(words ...string) {
	var out bytes.Buffer
	p := resp.NewPeer(bufio.NewWriter(&out))
	p.Resp3 = c.peer.Resp3
	p.WritePushLen(len(words))
	for _, w := range words {
		p.WriteBulk(w)
	}
	p.Flush()
	_ = c.send(out.String())
}

func pubsub(c *session, args []string) {
	counts, patterns := map[string]int{}, map[string]bool{}
	for _, o := range c.server.clients.list() {
		o.mu.Lock()
		for _, name := range o.channels {
			counts[name]++
		}
		for _, p := range o.patterns {
			patterns[p] = true
		}
		o.mu.Unlock()
	}
	switch sub := strings.ToLower(args[0]); sub {
	case "channels":
		var names []string
		for name := range counts {
			if len(args) == 1 || glob(args[1]).MatchString(name) {
				names = append(names, name)
			}
		}
		slices.SortFunc(names, cmp.Compare)
		c.peer.WriteStrings(names)
	case "numsub":
		c.peer.WriteLen(2 * (len(args) - 1))
		for _, name := range args[1:] {
			c.peer.WriteBulk(name)
			c.peer.WriteInt(counts[name])
		}
	case "numpat":
		c.peer.WriteInt(len(patterns))
	default:
		c.peer.WriteError(unsupported("pubsub " + sub))
	}
}

func ping(c *session, args []string) {
	switch {
	case len(args) > 1:
		c.peer.WriteError(arity("ping"))
	case c.subscribed() > 0 && !c.peer.Resp3:
		c.peer.WriteStrings([]string{"pong", strings.Join(args, "")})
	case len(args) == 0:
		c.peer.WriteInline("PONG")
	default:
		c.peer.WriteBulk(args[0])
	}
}

// glob is a pattern of Redis: * ? [a-c] [^a] and a backslash before any of them.
func glob(pattern string) *regexp.Regexp {
	var out strings.Builder
	out.WriteString(`(?s)\A`)
	for i := 0; i < len(pattern); i++ {
		switch c := pattern[i]; c {
		case '*':
			out.WriteString(".*")
		case '?':
			out.WriteString(".")
		case '[':
			end := strings.IndexByte(pattern[i:], ']')
			if end < 2 {
				out.WriteString(`\[`)
				continue
			}
			class := pattern[i+1 : i+end]
			not := ""
			if class[0] == '^' {
				not, class = "^", class[1:]
			}
			out.WriteString("[" + not + strings.NewReplacer(`[`, `\[`, `^`, `\^`, `&`, `\&`).Replace(class) + "]")
			i += end
		case '\\':
			if i+1 < len(pattern) {
				i++
			}
			out.WriteString(regexp.QuoteMeta(pattern[i : i+1]))
		default:
			out.WriteString(regexp.QuoteMeta(string(c)))
		}
	}
	re, err := regexp.Compile(out.String() + `\z`)
	if err != nil {
		return regexp.MustCompile(`\A` + regexp.QuoteMeta(pattern) + `\z`)
	}
	return re
}
