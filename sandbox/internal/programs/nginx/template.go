package nginx

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// template is text with variables in it.
type template []part

// part is literal text, or the variable of a name, or the capture of a number.
type part struct {
	literal  string
	variable string
	capture  int
}

// compile reads "$name" and "${name}". Known says which names there are.
func compile(text string, known func(string) bool) (template, error) {
	var t template
	for text != "" {
		literal, rest, found := strings.Cut(text, "$")
		if literal != "" {
			t = append(t, part{literal: literal})
		}
		if !found {
			break
		}
		name, after, err := variableName(rest)
		if err != nil {
			return nil, err
		}
		text = after
		switch number, err := strconv.Atoi(name); {
		case err == nil:
			t = append(t, part{capture: number})
		case known(name):
			t = append(t, part{variable: name})
		default:
			return nil, fmt.Errorf("unknown %q variable", name)
		}
	}
	return t, nil
}

// variableName returns the name after a dollar sign.
func variableName(text string) (name, rest string, err error) {
	if inner, ok := strings.CutPrefix(text, "{"); ok {
		name, rest, ok = strings.Cut(inner, "}")
		if !ok {
			return "", "", fmt.Errorf("the closing bracket in %q variable is missing", inner)
		}
		if name == "" || length(name) != len(name) {
			return "", "", errors.New("invalid variable name")
		}
		return name, rest, nil
	}
	n := length(text)
	if n == 0 {
		return "", "", errors.New("invalid variable name")
	}
	return text[:n], text[n:], nil
}

// length counts the bytes of a variable's name; a capture is one digit.
func length(text string) int {
	if text != "" && text[0] >= '1' && text[0] <= '9' {
		return 1
	}
	for i := range len(text) {
		c := text[i] | 0x20
		if (c < 'a' || c > 'z') && (text[i] < '0' || text[i] > '9') && text[i] != '_' {
			return i
		}
	}
	return len(text)
}

// text puts the values in.
func (t template) text(value func(name string) string, captures []string) string {
	if len(t) == 1 && t[0].literal != "" {
		return t[0].literal
	}
	var out strings.Builder
	for _, p := range t {
		switch {
		case p.variable != "":
			out.WriteString(value(p.variable))
		case p.capture > 0 && p.capture < len(captures):
			out.WriteString(captures[p.capture])
		default:
			out.WriteString(p.literal)
		}
	}
	return out.String()
}
