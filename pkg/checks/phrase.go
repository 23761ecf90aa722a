package checks

import (
	"strings"

	"github.com/kubectl-learn/kubectl-learn/pkg/lang"
)

// phrase is a text that Kubernetes is known to say, with what a beginner reads in
// its place: a pattern, and the words in English and in Chinese. Each {} of the
// pattern stands for any text, which the words take up as the values of their verbs,
// in order.
type phrase [3]string

// pattern is what Kubernetes says.
func (p phrase) pattern() string { return p[0] }

// message is what a beginner reads.
func (p phrase) message(values ...any) lang.Message { return lang.Messagef(p[1], p[2], values...) }

// said puts a text into a beginner's words. What no phrase fits is quoted as it is.
func said(text string, known []phrase) lang.Message {
	for _, p := range known {
		if values, ok := fits(p.pattern(), text); ok {
			return p.message(values...)
		}
	}
	return lang.Same(text)
}

// fits matches a whole text with a pattern and returns what stands for each {}.
func fits(pattern, text string) ([]any, bool) {
	parts := strings.Split(pattern, "{}")
	text, ok := strings.CutPrefix(text, parts[0])
	if !ok {
		return nil, false
	}
	values := []any{}
	for i, part := range parts[1:] {
		last := i == len(parts)-2
		at := strings.Index(text, part)
		if last {
			at = len(text) - len(part)
		}
		if at < 0 || !strings.HasPrefix(text[at:], part) {
			return nil, false
		}
		values = append(values, text[:at])
		text = text[at+len(part):]
	}
	return values, text == ""
}

// and adds a sentence to another, unless it says nothing.
func and(first, second lang.Message) lang.Message {
	if second.IsZero() {
		return first
	}
	return joined([]lang.Message{first, second})
}

// because adds a cause to a sentence, unless it says nothing.
func because(first, cause lang.Message) lang.Message {
	if cause.IsZero() {
		return first
	}
	return lang.Messagef("%s: %s", "%s：%s", first, cause)
}
