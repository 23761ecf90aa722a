package compare

import (
	"errors"
	"fmt"
	"strings"
)

var errQuote = errors.New("a quote is not closed")

// verbs are the commands of a script and the minimum number of arguments that
// each needs.
func verbs() map[string]int {
	return map[string]int{
		"kubectl": 1, // runs kubectl, which must succeed, and records nothing
		"show":    2, // runs kubectl and records what it prints and its exit code
		"until":   3, // polls kubectl until what it prints matches a pattern
		"await":   3, // like until, and records what matched
		"let":     3, // stores kubectl's output in a variable
		"start":   2, // runs kubectl in the background until the scenario's end
		"said":    1, // waits until the command of "start" prints a text
		"fetch":   1, // gets a path from the local port that "start" forwards
		"stop":    0, // ends the command of "start" and records what it printed
		"finish":  0, // waits for the command of "start" to end and records what it printed
		"cleanup": 2, // runs kubectl at the end, whatever happened
	}
}

// parseStep reads a line such as "show kubectl get pods | sort".
func parseStep(number int, text string) (step, error) {
	st := step{line: number, text: text}
	words, err := split(text)
	if err != nil {
		return st, err
	}
	var parts [][]string
	start := 0
	for i, w := range words {
		if w == "|" {
			parts = append(parts, words[start:i])
			start = i + 1
		}
	}
	parts = append(parts, words[start:])
	command := parts[0]
	st.filters = parts[1:]
	if n := len(command); n > 2 && command[n-2] == "<" {
		st.stdin = command[n-1]
		command = command[:n-2]
	}
	st.verb, st.args = command[0], command[1:]
	least, known := verbs()[st.verb]
	if !known {
		return st, fmt.Errorf("unknown verb %q", st.verb)
	}
	if len(st.args) < least {
		return st, fmt.Errorf("%q needs at least %d words", st.verb, least)
	}
	return st, checkFilters(st.filters)
}

// split splits a line into words at blanks; single and double quotes group
// words and are removed.
func split(line string) ([]string, error) {
	var words []string
	var word strings.Builder
	var quote rune
	inside := false
	for _, r := range line {
		switch {
		case quote != 0 && r == quote:
			quote = 0
		case quote != 0:
			word.WriteRune(r)
		case r == '\'' || r == '"':
			quote, inside = r, true
		case r == ' ' || r == '\t':
			if inside {
				words = append(words, word.String())
				word.Reset()
			}
			inside = false
		default:
			word.WriteRune(r)
			inside = true
		}
	}
	if quote != 0 {
		return nil, errQuote
	}
	if inside {
		words = append(words, word.String())
	}
	return words, nil
}
