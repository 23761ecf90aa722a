package redis

import (
	"bufio"
	"cmp"
	"slices"
	"strconv"
	"strings"

	proto "github.com/alicebob/miniredis/v2/server"
)

// sortKey is SORT with LIMIT, ASC, DESC, ALPHA and STORE.
func sortKey(c *session, args []string) {
	order := struct {
		desc, alpha   bool
		offset, count int
		store         string
	}{count: -1}
	for i := 1; i < len(args); i++ {
		switch word := strings.ToLower(args[i]); {
		case word == "asc" || word == "desc":
			order.desc = word == "desc"
		case word == "alpha":
			order.alpha = true
		case word == "limit" && i+2 < len(args):
			offset, err := strconv.Atoi(args[i+1])
			count, bad := strconv.Atoi(args[i+2])
			if err != nil || bad != nil {
				c.peer.WriteError("ERR value is not an integer or out of range")
				return
			}
			order.offset, order.count, i = offset, count, i+2
		case word == "store" && i+1 < len(args):
			order.store, i = args[i+1], i+1
		case (word == "by" || word == "get") && i+1 < len(args):
			c.peer.WriteError(unsupported("sort " + word))
			return
		default:
			c.peer.WriteError(syntaxFault)
			return
		}
	}
	values, fault := c.elements(args[0])
	if fault == "" {
		fault = arrange(values, order.alpha)
	}
	if fault != "" {
		c.peer.WriteError(fault)
		return
	}
	if order.desc {
		slices.Reverse(values)
	}
	from := min(max(order.offset, 0), len(values))
	to := len(values)
	if order.count >= 0 {
		to = min(from+order.count, to)
	}
	c.sorted(values[from:to], order.store)
}

func (c *session) sorted(values []string, store string) {
	if store == "" {
		c.peer.WriteStrings(values)
		return
	}
	c.ask("DEL", store)
	if len(values) > 0 {
		c.ask(append([]string{"RPUSH", store}, values...)...)
	}
	c.peer.WriteInt(len(values))
}

// elements are the members of a list, set or sorted set.
func (c *session) elements(key string) (values []string, fault string) {
	var err error
	switch c.here().Type(key) {
	case "":
	case "list":
		values, err = c.here().List(key)
	case "set":
		values, err = c.here().Members(key)
	case "zset":
		values, err = c.here().ZMembers(key)
	default:
		return nil, "WRONGTYPE Operation against a key holding the wrong kind of value"
	}
	if err != nil {
		return nil, ""
	}
	return slices.Clone(values), ""
}

// arrange sorts by number, or by text.
func arrange(values []string, alpha bool) (fault string) {
	if alpha {
		slices.Sort(values)
		return ""
	}
	number := func(s string) float64 {
		n, err := strconv.ParseFloat(s, 64)
		if err != nil {
			fault = "ERR One or more scores can't be converted into double"
		}
		return n
	}
	for _, v := range values {
		number(v)
	}
	slices.SortStableFunc(values, func(x, y string) int {
		return cmp.Or(cmp.Compare(number(x), number(y)), cmp.Compare(x, y))
	})
	return fault
}

// setAll is a command whose reply is a set: numbers by their size, as Redis
// keeps them, other members by the alphabet.
func setAll(name string) func(*session, []string) {
	return func(c *session, args []string) {
		said := c.ask(append([]string{name}, args...)...)
		reply, err := proto.ParseReply(bufio.NewReader(strings.NewReader(said)))
		all, ok := reply.([]any)
		if err != nil || !ok {
			c.peer.WriteRaw(said)
			return
		}
		members := make([]string, len(all))
		for i := range all {
			members[i] = text(all[i])
		}
		if arrange(members, false) != "" {
			slices.Sort(members)
		}
		c.peer.WriteSetLen(len(members))
		for _, m := range members {
			c.peer.WriteBulk(m)
		}
	}
}
