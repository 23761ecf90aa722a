package words

import (
	"strings"

	"github.com/kubectl-learn/kubectl-learn/pkg/lang"
)

// Phrase is a text that Kubernetes is known to say, with what a beginner reads in
// its place: a pattern, and the words in English and in Chinese. Each {} of the
// pattern stands for any text, which the words take up as the values of their verbs,
// in order.
type Phrase [3]string

// Pattern is what Kubernetes says.
func (p Phrase) Pattern() string { return p[0] }

// Message is what a beginner reads.
func (p Phrase) Message(values ...any) lang.Message { return lang.Messagef(p[1], p[2], values...) }

// Translate puts a text into a beginner's words. What no phrase fits is quoted as it is.
func Translate(text string, known []Phrase) lang.Message {
	for _, p := range known {
		if values, ok := Fits(p.Pattern(), text); ok {
			return p.Message(values...)
		}
	}
	return lang.Same(text)
}

// Fits matches a whole text with a pattern and returns the text of each {}.
func Fits(pattern, text string) ([]any, bool) {
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

// And adds a sentence to another, unless it says nothing.
func And(first, second lang.Message) lang.Message {
	if second.IsZero() {
		return first
	}
	return Join([]lang.Message{first, second})
}

// Because adds a cause to a sentence, unless it says nothing.
func Because(first, cause lang.Message) lang.Message {
	if cause.IsZero() {
		return first
	}
	return lang.Messagef("%s: %s", "%s：%s", first, cause)
}
