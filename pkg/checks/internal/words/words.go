package words

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/kubectl-learn/kubectl-learn/pkg/lang"
)

// Shorten cuts a text to at most n characters.
func Shorten(s string, n int) string {
	if utf8.RuneCountInString(s) <= n {
		return s
	}
	runes := []rune(s)
	return string(runes[:n-1]) + "…"
}

// OneLine joins the lines of a text.
func OneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

// Plain renders a value of a manifest as one would write it: a text that reads as
// nothing or as a truth is quoted.
func Plain(v any) string {
	switch t := v.(type) {
	case nil:
		return "null"
	case string:
		if t == "" || strings.ContainsAny(t, " \n\t") || slices.Contains([]string{"null", "~", "true", "false"}, t) {
			return strconv.Quote(Shorten(t, 80))
		}
		return Shorten(t, 80)
	case map[string]any, []any:
		out, err := json.Marshal(t)
		if err != nil {
			return "?"
		}
		return Shorten(string(out), 120)
	default:
		return fmt.Sprint(t)
	}
}

// Join puts several sentences into one.
func Join(parts []lang.Message) lang.Message {
	var en, zh []string
	for _, p := range parts {
		en, zh = append(en, p.EN), append(zh, p.ZH)
	}
	return lang.Message{EN: strings.Join(en, "; "), ZH: strings.Join(zh, "；")}
}

// Mask stands where a secret would.
const Mask = "***"

// InBrackets puts a text in brackets, for the end of a sentence; nothing for "".
func InBrackets(text string) lang.Message {
	if text == "" {
		return lang.Message{}
	}
	return lang.Messagef(" (%s)", "（%s）", text)
}

// LastLine is the last line that says something.
func LastLine(text string) string {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	return OneLine(lines[len(lines)-1])
}

// Plainly drops what only programmers read from an error of the runtime.
func Plainly(message string) string {
	if _, desc, cut := strings.Cut(message, " desc = "); cut {
		message = desc
	}
	return Shorten(OneLine(message), 200)
}
