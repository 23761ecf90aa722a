package steps

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode"

	"github.com/kubectl-learn/kubectl-learn/pkg/nearest"
)

// fenceKind is what a fenced block of a lesson file means.
type fenceKind string

const (
	fenceProse  fenceKind = ""
	fenceApply  fenceKind = "apply"
	fenceRun    fenceKind = "run"
	fenceOutput fenceKind = "output"
	fenceCheck  fenceKind = "check"
	fenceQuiz   fenceKind = "quiz"
)

// fence is the info string of a fenced block, read.
type fence struct {
	kind  fenceKind
	attrs map[string]string
}

// fenceForm says which language a kind of fence is written in, and which
// attributes it takes.
type fenceForm struct {
	language string
	attrs    []string
	// flags are attributes without a value.
	flags []string
}

func fenceForms() map[fenceKind]fenceForm {
	return map[fenceKind]fenceForm{
		fenceApply:  {language: "yaml", attrs: []string{"apply", "from"}, flags: []string{"setup"}},
		fenceRun:    {language: "bash", attrs: []string{"edit"}, flags: []string{"setup"}},
		fenceOutput: {language: "text"},
		fenceCheck:  {language: "yaml"},
		fenceQuiz:   {language: "yaml"},
	}
}

// parseFence reads an info string such as `bash run edit="a => b"`. A fence
// that has only a language, or one that no machine-read fence is written in, is
// prose.
func parseFence(info string) (fence, error) {
	words, err := splitInfo(info)
	if err != nil || len(words) < 2 {
		return fence{}, err
	}
	language, attrs := words[0], map[string]string{}
	name, value, _ := strings.Cut(words[1], "=")
	form, known := fenceForms()[fenceKind(name)]
	switch {
	case !known && !slices.Contains(languages(), language):
		return fence{}, nil
	case !known:
		return fence{}, fmt.Errorf("unknown word %q in a fence%s", name, nearest.Hint(name, kinds()))
	case form.language != language:
		return fence{}, fmt.Errorf("a fence with %q must use the language %q, not %q", name, form.language, language)
	}
	if slices.Contains(form.attrs, name) {
		attrs[name] = value
	} else if strings.Contains(words[1], "=") {
		return fence{}, fmt.Errorf("%q doesn't take a value", name)
	}
	return fence{kind: fenceKind(name), attrs: attrs}, readAttrs(words[2:], form, attrs)
}

func readAttrs(words []string, form fenceForm, attrs map[string]string) error {
	for _, word := range words {
		name, value, valued := strings.Cut(word, "=")
		if slices.Contains(form.flags, name) {
			if valued {
				return fmt.Errorf("%q doesn't take a value", name)
			}
			attrs[name] = name
			continue
		}
		if !slices.Contains(form.attrs, name) {
			return fmt.Errorf("unknown word %q in a fence%s", name, nearest.Hint(name, slices.Concat(form.attrs, form.flags)))
		}
		if _, twice := attrs[name]; twice || value == "" {
			return fmt.Errorf("%q needs one value, as in %s=…", name, name)
		}
		attrs[name] = value
	}
	return nil
}

func languages() []string { return []string{"yaml", "bash", "text"} }

func kinds() []string {
	var names []string
	for kind := range maps.Keys(fenceForms()) {
		names = append(names, string(kind))
	}
	return names
}

// splitInfo splits at white space outside double quotes, and drops
// the quotes.
func splitInfo(info string) ([]string, error) {
	var words []string
	var word strings.Builder
	quoted, begun := false, false
	for _, r := range info {
		switch {
		case r == '"':
			quoted, begun = !quoted, true
		case unicode.IsSpace(r) && !quoted:
			if begun {
				words = append(words, word.String())
			}
			word.Reset()
			begun = false
		default:
			word.WriteRune(r)
			begun = true
		}
	}
	if quoted {
		return nil, fmt.Errorf("unclosed quote in the fence's words %q", info)
	}
	if begun {
		words = append(words, word.String())
	}
	return words, nil
}
