package redis

import (
	"slices"
	"strconv"
	"strings"
)

const syntaxFault = "ERR syntax error"

// precheck rejects what the store would accept but Redis doesn't.
func precheck(name string, words []string) string {
	has := func(options ...string) (all bool) {
		for _, o := range options {
			if !slices.ContainsFunc(words[1:], func(w string) bool { return strings.EqualFold(w, o) }) {
				return false
			}
		}
		return true
	}
	switch {
	case name == "set" && len(words) > 3 && (has("nx", "xx") || slices.Contains([]string{"ex", "px", "exat", "pxat"}, strings.ToLower(words[len(words)-1]))):
		return syntaxFault
	case name == "decrby" && words[2] == "-9223372036854775808":
		return "ERR decrement would overflow"
	case (name == "lpop" || name == "rpop") && len(words) == 3 && strings.HasPrefix(words[2], "-"):
		return "ERR value is out of range, must be positive"
	case (name == "lmove" || name == "blmove") && (!side(words[3]) || !side(words[4])):
		return syntaxFault
	}
	return ""
}

func side(word string) bool {
	return strings.EqualFold(word, "left") || strings.EqualFold(word, "right")
}

// correct corrects replies of the store that differ from Redis.
func correct(words []string, said string) string {
	text, isError := strings.CutPrefix(said, "-")
	if !isError {
		return said
	}
	name := strings.ToLower(words[0])
	text = strings.TrimSuffix(text, "\r\n")
	switch {
	case strings.HasPrefix(text, "ERR invalid expire time in ") && !strings.HasSuffix(text, "command"):
		text = "ERR invalid expire time in '" + name + "' command"
	case strings.HasPrefix(text, "ERR wrong number of arguments for M"):
		text = arity(name)
	case name == "hincrby" && text == "ERR value is not an integer or out of range" && integer(words[3]):
		text = "ERR hash value is not an integer"
	case name == "hincrbyfloat" && text == "ERR value is not a valid float" && float(words[3]):
		text = "ERR hash value is not a float"
	}
	return "-" + text + "\r\n"
}

func float(word string) bool {
	_, err := strconv.ParseFloat(word, 64)
	return err == nil
}
