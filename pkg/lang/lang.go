// Package lang has what a learner reads, in every language that the program
// speaks. A message is written in all languages in the same place, so that none
// can be forgotten and a result can be shown again in another one.
package lang

import (
	"fmt"
	"strings"
)

// Lang is a language that the program speaks.
type Lang string

// The languages that the program speaks.
const (
	English Lang = "en"
	Chinese Lang = "zh"
)

// All returns the languages that the program speaks, the default first.
func All() []Lang { return []Lang{English, Chinese} }

// Parse returns the language that a flag or a locale such as "zh_CN.UTF-8"
// names, and false when the program does not speak it.
func Parse(name string) (Lang, bool) {
	base, _, _ := strings.Cut(strings.ToLower(name), ".")
	base, _, _ = strings.Cut(base, "@")
	base, _, _ = strings.Cut(strings.ReplaceAll(base, "-", "_"), "_")
	for _, l := range All() {
		if base == string(l) {
			return l, true
		}
	}
	return English, false
}

// FromEnv returns the language that the environment asks for: what the variable
// own says, when the program speaks it, else what the locale says, else English.
// A locale of another language is English, and ends the search.
func FromEnv(getenv func(string) string, own string) Lang {
	if l, ok := Parse(getenv(own)); ok {
		return l
	}
	for _, name := range []string{"LC_ALL", "LC_MESSAGES", "LANG"} {
		if value := getenv(name); value != "" {
			l, _ := Parse(value)
			return l
		}
	}
	return English
}

// Message is one sentence in every language.
type Message struct {
	EN string `json:"en"`
	ZH string `json:"zh"`
}

// Messagef formats one sentence in every language with the same arguments. A
// translation that needs another order of arguments writes %[2]s.
func Messagef(en, zh string, args ...any) Message {
	if len(args) == 0 {
		return Message{EN: en, ZH: zh}
	}
	return Message{EN: format(en, English, args), ZH: format(zh, Chinese, args)}
}

// format renders nested messages in the language of the sentence around them.
func format(pattern string, l Lang, args []any) string {
	in := make([]any, len(args))
	for i, a := range args {
		if m, ok := a.(Message); ok {
			a = m.In(l)
		}
		in[i] = a
	}
	return fmt.Sprintf(pattern, in...)
}

// Same returns a message that reads the same in every language, for text that
// comes from the cluster or from a command.
func Same(text string) Message { return Message{EN: text, ZH: text} }

// In returns the message in one language.
func (m Message) In(l Lang) string {
	if l == Chinese {
		return m.ZH
	}
	return m.EN
}

// IsZero reports whether the message says nothing.
func (m Message) IsZero() bool { return m == Message{} }
