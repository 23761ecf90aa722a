package fetch

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// mostGlobbed is how many addresses one pattern may expand to.
const mostGlobbed = 10_000

// errRange says that a pattern cannot be read, in curl's words.
var errRange = errors.New("bad range in URL")

// expand returns the addresses of a pattern, by curl's rules: [1-9], [01-10:3],
// [a-z] and {one,two}, the last one turning fastest
// (https://curl.se/docs/manpage.html, "URL").
func expand(target string) ([]string, error) {
	open := strings.IndexAny(target, "[{")
	if open < 0 {
		return []string{target}, nil
	}
	shut := map[byte]string{'[': "]", '{': "}"}[target[open]]
	inside, rest, closed := strings.Cut(target[open+1:], shut)
	if !closed && target[open] == '{' {
		return nil, fmt.Errorf("unmatched brace in URL position %d", open+1)
	}
	if !closed {
		// curl's position is where it stopped parsing.
		at := len(target)
		if strings.HasSuffix(target, "-") || strings.HasSuffix(target, "[") {
			at++
		}
		return nil, fmt.Errorf("%w position %d", errRange, at)
	}
	choices := strings.Split(inside, ",")
	if target[open] == '[' {
		var err error
		if choices, err = span(inside); err != nil {
			return nil, fmt.Errorf("%w position %d", err, open+len(inside)+3)
		}
	}
	ends, err := expand(rest)
	if err != nil {
		return nil, err
	}
	if len(ends)*len(choices) > mostGlobbed {
		return nil, fmt.Errorf("%w position %d", errRange, open+1)
	}
	var all []string
	for _, c := range choices {
		for _, end := range ends {
			all = append(all, target[:open]+c+end)
		}
	}
	return all, nil
}

// span lists what stands between two ends, with an optional step.
func span(text string) ([]string, error) {
	text, by, stepped := strings.Cut(text, ":")
	from, to, _ := strings.Cut(text, "-")
	step := 1
	if stepped {
		n, err := strconv.Atoi(by)
		if err != nil || n < 1 {
			return nil, errRange
		}
		step = n
	}
	if len(from) == 1 && len(to) == 1 && from[0] >= 'A' && to[0] >= 'A' {
		return series(int(from[0]), int(to[0]), step, func(n int) string { return string(rune(n)) })
	}
	first, err := strconv.Atoi(from)
	last, end := strconv.Atoi(to)
	if err != nil || end != nil {
		return nil, errRange
	}
	return series(first, last, step, func(n int) string { return fmt.Sprintf("%0*d", len(from), n) })
}

func series(from, to, step int, text func(int) string) ([]string, error) {
	if from > to || (to-from)/step >= mostGlobbed {
		return nil, errRange
	}
	var all []string
	for n := from; n <= to; n += step {
		all = append(all, text(n))
	}
	return all, nil
}
