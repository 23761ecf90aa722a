package redis

import (
	"bufio"
	"cmp"
	"slices"
	"strings"

	proto "github.com/alicebob/miniredis/v2/server"
)

// The store forgets the insertion order of a hash's fields; Redis shows a small
// hash in that order.

// come records the fields that a command is about to add.
func (s *server) come(c *session, name string, words []string) {
	var names []string
	switch name {
	case "hset", "hmset":
		for i := 2; i < len(words); i += 2 {
			names = append(names, words[i])
		}
	case "hsetnx", "hincrby", "hincrbyfloat":
		names = words[2:3]
	default:
		return
	}
	have, _ := c.here().HKeys(words[1]) // none where it is no hash
	at := place{c.db, words[1]}
	s.accessed.Lock()
	defer s.accessed.Unlock()
	for _, f := range names {
		if slices.Contains(have, f) {
			continue
		}
		if s.order[at] == nil {
			s.order[at] = map[string]int64{}
		}
		s.order[at][f] = s.processed<<16 + int64(len(s.order[at]))
	}
}

// inOrder sorts the fields of a hash by insertion; those of unknown age come
// last.
func (s *server) inOrder(db int, key string, fields []string) []string {
	s.accessed.Lock()
	defer s.accessed.Unlock()
	order := s.order[place{db, key}]
	age := func(f string) int64 {
		if n, ok := order[f]; ok {
			return n
		}
		return 1 << 62
	}
	slices.SortStableFunc(fields, func(x, y string) int { return cmp.Compare(age(x), age(y)) })
	return fields
}

// hashAll is HGETALL, HKEYS and HVALS.
func hashAll(name string) func(*session, []string) {
	return func(c *session, args []string) {
		said := c.ask("HGETALL", args[0])
		reply, err := proto.ParseReply(bufio.NewReader(strings.NewReader(said)))
		all, ok := reply.([]any)
		if err != nil || !ok {
			c.pass(append([]string{strings.ToUpper(name)}, args...)...)
			return
		}
		var fields []string
		values := map[string]string{}
		for i := 0; i+1 < len(all); i += 2 {
			f, v := text(all[i]), text(all[i+1])
			fields, values[f] = append(fields, f), v
		}
		slices.Sort(fields)
		fields = c.server.inOrder(c.db, args[0], fields)
		switch name {
		case "hgetall":
			c.peer.WriteMapLen(len(fields))
		default:
			c.peer.WriteLen(len(fields))
		}
		for _, f := range fields {
			if name != "hvals" {
				c.peer.WriteBulk(f)
			}
			if name != "hkeys" {
				c.peer.WriteBulk(values[f])
			}
		}
	}
}

func text(reply any) string {
	s, _ := reply.(string)
	return s
}
