package redis

import (
	"math/rand/v2"
	"slices"
	"strings"
	"time"
)

// place is a key in a database.
type place struct {
	db  int
	key string
}

// access is when and how often a key was used.
type access struct {
	last  time.Time
	count int
}

// emptyMemory is about how much memory an empty Redis reports.
const emptyMemory = 940_000

// used notes the keys that a command uses.
func (s *server) used(c *session, command *command, words []string) {
	if command.name == "object|idletime" || command.name == "object|freq" {
		return
	}
	now := s.log.now()
	s.accessed.Lock()
	defer s.accessed.Unlock()
	s.processed++
	if command.is("write") {
		s.changes++
	}
	for _, key := range command.keys(words) {
		if command.is("readonly") {
			if c.here().Exists(key) {
				s.hits++
			} else {
				s.misses++
			}
		}
		a := s.access[place{c.db, key}]
		s.access[place{c.db, key}] = access{now, a.count + 1}
	}
	// Forget deleted keys now and then.
	if len(s.access) > 2*s.swept+10_000 {
		for p := range s.access {
			if !s.store.DB(p.db).Exists(p.key) {
				delete(s.access, p)
				delete(s.order, p)
			}
		}
		s.swept = len(s.access)
	}
}

// idle returns how long a key has not been used.
func (s *server) idle(db int, key string) time.Duration {
	s.accessed.Lock()
	defer s.accessed.Unlock()
	if a, ok := s.access[place{db, key}]; ok {
		return s.log.now().Sub(a.last)
	}
	return 0
}

// makeRoom evicts keys by maxmemory-policy until there is room for more. It
// reports whether there is. The lock s.turn is held, or the command blocks.
func (s *server) makeRoom() bool {
	most, _ := memorySize(s.settings.get("maxmemory")) // it was checked when it was set
	if most == 0 || emptyMemory+s.account.size(false) <= most {
		return true
	}
	policy := s.settings.get("maxmemory-policy")
	for emptyMemory+s.account.size(true) > most {
		p, ok := s.victim(policy)
		if !ok {
			return false
		}
		s.store.DB(p.db).Del(p.key)
		s.accessed.Lock()
		s.evicted++
		s.accessed.Unlock()
	}
	return true
}

// victim picks the key that goes first among a sample, as Redis does.
func (s *server) victim(policy string) (place, bool) {
	if policy == "noeviction" {
		return place{}, false
	}
	var all []place
	for i := range defaultDatabases {
		db := s.store.DB(i)
		for _, key := range db.Keys() {
			if strings.HasPrefix(policy, "volatile-") && db.TTL(key) == 0 {
				continue
			}
			all = append(all, place{i, key})
		}
	}
	if len(all) == 0 {
		return place{}, false
	}
	s.accessed.Lock()
	defer s.accessed.Unlock()
	switch policy[strings.IndexByte(policy, '-')+1:] {
	case "lru":
		return slices.MinFunc(all, func(x, y place) int { return s.access[x].last.Compare(s.access[y].last) }), true
	case "lfu":
		return slices.MinFunc(all, func(x, y place) int { return s.access[x].count - s.access[y].count }), true
	case "ttl":
		return slices.MinFunc(all, func(x, y place) int {
			return int(s.store.DB(x.db).TTL(x.key) - s.store.DB(y.db).TTL(y.key))
		}), true
	}
	return all[rand.IntN(len(all))], true //nolint:gosec // which one does not matter
}
