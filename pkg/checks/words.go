package checks

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/kubectl-learn/kubectl-learn/pkg/lang"
)

// shorten cuts a text to at most n characters.
func shorten(s string, n int) string {
	if utf8.RuneCountInString(s) <= n {
		return s
	}
	runes := []rune(s)
	return string(runes[:n-1]) + "…"
}

// oneLine joins the lines of a text.
func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

// plain renders a value of a manifest as one would write it: a text that reads as
// nothing or as a truth is quoted.
func plain(v any) string {
	switch t := v.(type) {
	case nil:
		return "null"
	case string:
		if t == "" || strings.ContainsAny(t, " \n\t") || slices.Contains([]string{"null", "~", "true", "false"}, t) {
			return strconv.Quote(shorten(t, 80))
		}
		return shorten(t, 80)
	case map[string]any, []any:
		out, err := json.Marshal(t)
		if err != nil {
			return "?"
		}
		return shorten(string(out), 120)
	default:
		return fmt.Sprint(t)
	}
}

// joined puts several sentences into one.
func joined(parts []lang.Message) lang.Message {
	var en, zh []string
	for _, p := range parts {
		en, zh = append(en, p.EN), append(zh, p.ZH)
	}
	return lang.Message{EN: strings.Join(en, "; "), ZH: strings.Join(zh, "；")}
}

// masking stands where a secret would.
const masking = "***"
