package checks

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/google/cel-go/common/types/ref"
	"google.golang.org/protobuf/types/known/structpb"

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

// jsonText renders a list or a map of an expression.
func jsonText(v ref.Val) (string, error) {
	native, err := v.ConvertToNative(reflect.TypeFor[*structpb.Value]())
	if err != nil {
		return "", err
	}
	value, ok := native.(*structpb.Value)
	if !ok {
		return "", fmt.Errorf("not a value: %T", native)
	}
	out, err := json.Marshal(value.AsInterface())
	return string(out), err
}

// joined puts several sentences into one.
func joined(parts []lang.Message) lang.Message {
	var en, zh []string
	for _, p := range parts {
		en, zh = append(en, p.EN), append(zh, p.ZH)
	}
	return lang.Message{EN: strings.Join(en, "; "), ZH: strings.Join(zh, "；")}
}
