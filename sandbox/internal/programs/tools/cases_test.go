package tools_test

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode"
)

// busyboxCase is one command line of a file of cases.
//
//	$ [nobody] head -n 1 a     the command, and as whom it runs when not as root
//	$ [sorted] find .          its output in any order
//	$ [refused] ln a b         the sandbox says that it does not do that
//	< text                     a line of its input
//	<"text"                    input as Go quotes it
//
// Below it stands what busybox did: ">" for its output, "!" for its errors, "=" for
// its exit code when that is not 0, "+" and "-" for files that it changed.
type busyboxCase struct {
	// lead are the comments and empty lines before it, input its own lines.
	lead, input string
	line        string
	user        string
	sorted      bool
	refused     bool
	args        []string
	stdin       string
	want        string
}

func readCases(t *testing.T, text string) (cases []busyboxCase) {
	t.Helper()
	c := busyboxCase{}
	for line := range strings.Lines(text) {
		mark := strings.TrimSpace(line + " ")
		switch {
		case mark == "" || mark[0] == '#':
			if c.line != "" {
				cases, c = append(cases, c), busyboxCase{}
			}
			c.lead += line
		case mark[0] == '$':
			if c.line != "" {
				cases, c = append(cases, c), busyboxCase{}
			}
			c.line, c.input = strings.TrimSpace(mark[1:]), line
			rest := c.line
			if after, ok := strings.CutPrefix(rest, "[nobody] "); ok {
				c.user, rest = "nobody", after
			}
			if after, ok := strings.CutPrefix(rest, "[refused] "); ok {
				c.refused, rest = true, after
			}
			if after, ok := strings.CutPrefix(rest, "[sorted] "); ok {
				c.sorted, rest = true, after
			}
			c.args = words(t, rest)
		case strings.HasPrefix(line, "< "):
			c.input += line
			c.stdin += line[2:]
		case strings.HasPrefix(line, "<\""):
			c.input += line
			part, err := strconv.Unquote(strings.TrimSpace(line[1:]))
			if err != nil {
				t.Fatalf("%q: %v", line, err)
			}
			c.stdin += part
		default:
			c.want += line
		}
	}
	return append(cases, c)
}

// word is a word of a command line: bare, in quotes that keep all, or as Go quotes it
// with a "$" before.
var word = regexp.MustCompile(`^(?:\$'(?:[^'\\]|\\.)*'|'[^']*'|[^\s'])+`)

func words(t *testing.T, line string) (out []string) {
	t.Helper()
	for line = strings.TrimSpace(line); line != ""; line = strings.TrimSpace(line) {
		text := word.FindString(line)
		if text == "" {
			t.Fatalf("cannot read %q", line)
		}
		line = line[len(text):]
		var w strings.Builder
		for text != "" {
			switch {
			case strings.HasPrefix(text, "$'"):
				end := 2
				for text[end] != '\'' {
					if text[end] == '\\' {
						end++
					}
					end++
				}
				part, err := strconv.Unquote(`"` + strings.ReplaceAll(text[2:end], `"`, `\"`) + `"`)
				if err != nil {
					t.Fatalf("%q: %v", text, err)
				}
				w.WriteString(part)
				text = text[end+1:]
			case text[0] == '\'':
				part, rest, _ := strings.Cut(text[1:], "'")
				w.WriteString(part)
				text = rest
			default:
				w.WriteByte(text[0])
				text = text[1:]
			}
		}
		out = append(out, w.String())
	}
	return out
}

// now is a date of today as ls shows it.
var now = regexp.MustCompile(`[A-Z][a-z]{2} [ \d]\d \d\d:\d\d `)

// showResult writes down what a command did.
func (c busyboxCase) showResult(stdout, stderr string, code int, before, after []string) string {
	var out strings.Builder
	stdout = now.ReplaceAllString(stdout, "<date> ")
	if c.sorted {
		stdout = strings.Join(slices.Sorted(strings.Lines(stdout)), "")
	}
	out.WriteString(marked(">", stdout))
	out.WriteString(marked("!", withoutHelp(stderr)))
	if code != 0 {
		fmt.Fprintf(&out, "= %d\n", code)
	}
	for _, line := range before {
		if !slices.Contains(after, line) {
			fmt.Fprintf(&out, "- %s\n", line)
		}
	}
	for _, line := range after {
		if !slices.Contains(before, line) {
			fmt.Fprintf(&out, "+ %s\n", line)
		}
	}
	return out.String()
}

// marked is a text with a mark before each line, or quoted where it would not read
// back.
func marked(mark, text string) string {
	switch {
	case text == "":
		return ""
	case !strings.HasSuffix(text, "\n") || strings.ContainsFunc(text, func(r rune) bool {
		return r != '\n' && r != '\t' && !unicode.IsPrint(r) || r == unicode.ReplacementChar
	}):
		return mark + strconv.Quote(text) + "\n"
	}
	var out strings.Builder
	for line := range strings.Lines(text) {
		out.WriteString(mark + " " + line)
	}
	return out.String()
}

// banner is busybox's first line of help, with its version.
var banner = regexp.MustCompile(`(?m)^BusyBox v.* multi-call binary\.$`)

// withoutHelp cuts off what follows the usage line of a help text: the sandbox does
// not print the description of each option.
func withoutHelp(stderr string) string {
	at := banner.FindStringIndex(stderr)
	if at == nil {
		return stderr
	}
	help := "BusyBox multi-call binary.\n"
	rest := strings.TrimLeft(stderr[at[1]:], "\n")
	usage, _, _ := strings.Cut(rest, "\n\n")
	return stderr[:at[0]] + help + "\n" + strings.TrimRight(usage, "\n") + "\n"
}
