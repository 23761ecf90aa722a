package redis

import (
	"math"
	"strconv"
	"strings"
	"sync"

	"github.com/alicebob/miniredis/v2"
	resp "github.com/alicebob/miniredis/v2/server"
)

// mostValue is how many bytes a value may have. Redis allows 512 MiB; here all
// pods share what the sandbox may use.
const mostValue = 64 << 20

// mostBits is how many bits Redis addresses.
const mostBits = math.MaxUint32

// keeper looks at each command before it is run.
type keeper struct {
	store *miniredis.Miniredis
	hold  func(int64) error

	mu sync.Mutex
	// written is how many bytes commands have brought since the store was last
	// measured, held how many it had then.
	written, held int64
}

// measureEvery is after how many bytes, at least, the store is measured again.
const measureEvery = 1 << 20

// count keeps the container's account of what the store holds.
func (k *keeper) count(command string, args []string) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	for _, a := range args {
		k.written += int64(len(a))
	}
	if grows(command) {
		k.written += measureEvery + k.held
	}
	if k.written < max(measureEvery, k.held/8) {
		return nil
	}
	k.held, k.written = measure(k.store), 0
	return k.hold(k.held)
}

// grows says of commands that may make more than their arguments tell.
func grows(command string) bool {
	switch command {
	case "COPY", "SETRANGE", "SETBIT", "BITOP", "RESTORE", "SORT", "PFMERGE", "APPEND":
		return true
	}
	return strings.HasSuffix(command, "STORE")
}

// databases is how many a server has.
const databases = 16

// measure adds up the keys and values of a store.
func measure(m *miniredis.Miniredis) int64 {
	var sum int64
	add := func(all ...string) {
		for _, one := range all {
			sum += int64(len(one))
		}
	}
	for i := range databases {
		db := m.DB(i)
		for _, key := range db.Keys() {
			add(key)
			// A key that went meanwhile holds nothing.
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

// guard refuses a command that would reach beyond the container or take memory
// without bound. It reports whether it did.
func (k *keeper) guard(c *resp.Peer, command string, args ...string) bool {
	if k.count(strings.ToUpper(command), args) != nil {
		return true // The container is being killed.
	}
	refuse := func(words string) bool {
		c.WriteError("ERR " + words)
		return true
	}
	switch strings.ToUpper(command) {
	case "EVAL", "EVAL_RO", "EVALSHA", "EVALSHA_RO", "SCRIPT", "FUNCTION", "FCALL", "FCALL_RO":
		return refuse("Lua scripts are not supported by the sandbox")
	case "SETRANGE":
		if len(args) == 3 {
			if offset, err := strconv.Atoi(args[1]); err == nil && offset >= 0 && (offset > mostValue || offset+len(args[2]) > mostValue) {
				return refuse("string exceeds maximum allowed size (64 MiB in the sandbox)")
			}
		}
	case "SETBIT":
		if len(args) == 3 {
			if offset, err := strconv.Atoi(args[1]); err == nil && offset > mostBits {
				return refuse("bit offset is not an integer or out of range")
			} else if err == nil && offset/8 >= mostValue {
				return refuse("string exceeds maximum allowed size (64 MiB in the sandbox)")
			}
		}
	}
	return false
}
