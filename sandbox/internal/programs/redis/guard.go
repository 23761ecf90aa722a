package redis

import (
	"math"
	"strconv"
	"strings"
	"sync"

	"github.com/alicebob/miniredis/v2"
)

// mostValue is how many bytes a value may have in Redis (proto-max-bulk-len).
const mostValue = 512 << 20

// bounds rejects a command that Redis rejects for its size, and one for which
// there is no memory.
func (s *server) bounds(c *session, command *command, words []string) string {
	if command.is("denyoom") {
		if refusal := s.reach(c, command.name, words); refusal != "" {
			return refusal
		}
		if !s.makeRoom() {
			return "OOM command not allowed when used memory > 'maxmemory'."
		}
	}
	if size := repeated(command.name, words); size > measureEvery && c.here().Exists(words[1]) && s.account.ahead(size) != nil {
		c.quit = true // The container is being killed.
		return "ERR out of memory"
	}
	if s.account.count(command, words) != nil {
		c.quit = true // The container is being killed.
		return "ERR out of memory"
	}
	return ""
}

// reach checks commands that write far beyond the end of a value: they need
// much more memory than their arguments. That memory counts for the container.
func (s *server) reach(c *session, name string, words []string) string {
	var end int64
	switch name {
	case "setrange":
		offset, err := strconv.ParseInt(words[2], 10, 64)
		if err != nil || offset < 0 || words[3] == "" {
			return "" // The store reports why.
		}
		if end = offset + int64(len(words[3])); end > mostValue || end < offset {
			return "ERR string exceeds maximum allowed size (proto-max-bulk-len)"
		}
	case "setbit":
		offset, err := strconv.ParseInt(words[2], 10, 64)
		if err != nil || offset < 0 || offset > math.MaxUint32 {
			return "ERR bit offset is not an integer or out of range"
		}
		if end = offset/8 + 1; words[3] != "0" && words[3] != "1" {
			return ""
		}
	}
	if end > measureEvery && s.account.ahead(end) != nil {
		c.quit = true // The container is being killed.
		return "ERR out of memory"
	}
	return ""
}

// repeated is how many bytes the reply of a command takes, about, that tells the
// same members as often as its negative count says.
func repeated(name string, words []string) int64 {
	const member = 64
	if name != "srandmember" && name != "zrandmember" && name != "hrandfield" || len(words) < 3 {
		return 0
	}
	count, err := strconv.ParseInt(words[2], 10, 64)
	if err != nil || count >= 0 {
		return 0
	}
	return -max(count, -math.MaxInt64/member) * member
}

// account keeps the container's account of what the store holds.
type account struct {
	store *miniredis.Miniredis
	hold  func(int64) error

	mu sync.Mutex
	// written is how many bytes commands have brought since the store was last
	// measured, held how many it had then.
	written, held int64
}

// measureEvery is after how many bytes, at least, the store is measured again.
const measureEvery = 1 << 20

// count records how much data a command adds.
func (k *account) count(command *command, words []string) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	if command.is("write") {
		k.written += 48 // about what Redis needs for a key
	}
	for _, w := range words {
		k.written += int64(len(w))
	}
	if grows(command.name) {
		k.written += measureEvery + k.held
	}
	if k.written < max(measureEvery, k.held/8) {
		return nil
	}
	return k.measure()
}

// ahead reserves memory before a command takes it.
func (k *account) ahead(size int64) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.hold(k.held + k.written + size)
}

// size is about what the store holds; exact measures it.
func (k *account) size(exact bool) int64 {
	k.mu.Lock()
	defer k.mu.Unlock()
	if exact {
		_ = k.measure() // the next command asks the container again
	}
	return k.held + k.written
}

func (k *account) measure() error {
	k.held, k.written = measure(k.store), 0
	return k.hold(k.held)
}

// grows reports whether a command may store more than its arguments.
func grows(name string) bool {
	switch name {
	case "copy", "setrange", "setbit", "bitop", "restore", "sort", "pfmerge", "append":
		return true
	}
	return strings.HasSuffix(name, "store")
}

// measure adds up the keys and values of a store.
func measure(m *miniredis.Miniredis) int64 {
	var sum int64
	add := func(all ...string) {
		for _, one := range all {
			sum += int64(len(one)) + 16
		}
	}
	for i := range defaultDatabases {
		db := m.DB(i)
		for _, key := range db.Keys() {
			add(key)
			sum += 32
			// A key that is gone in the meantime holds nothing.
			switch db.Type(key) {
			case "string":
				value, _ := db.Get(key)
				add(value)
			case "list":
				values, _ := db.List(key)
				add(values...)
			case "set":
				values, _ := db.Members(key)
				add(values...)
			case "hash":
				fields, _ := db.HKeys(key)
				for _, f := range fields {
					add(f, db.HGet(key, f))
				}
			case "zset":
				values, _ := db.ZMembers(key)
				add(values...)
			}
		}
	}
	return sum
}
