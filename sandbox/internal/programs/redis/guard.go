package redis

import (
	"math"
	"strconv"
	"strings"

	resp "github.com/alicebob/miniredis/v2/server"
)

// mostValue is how many bytes a value may have. Redis allows 512 MiB; here all
// pods share what the sandbox may use.
const mostValue = 64 << 20

// mostBits is how many bits Redis addresses.
const mostBits = math.MaxUint32

// guard refuses, before it is run, a command that would reach beyond the
// container or take memory without bound. It reports whether it did.
func guard(c *resp.Peer, command string, args ...string) bool {
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
