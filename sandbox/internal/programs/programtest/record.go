package programtest

import (
	"fmt"
	"os"
	"strings"
	"testing"
)

// Result is what a command line printed and its exit code.
type Result struct {
	Out, Err string
	Code     int
}

// Case is one recorded command line with its input.
type Case struct {
	Line, Input string
	Result
}

// Recorded runs the command lines of a file and compares the results with those
// in the file, which the real program gave. With UPDATE=1 real records them
// again first. The file has "$ " before a command line, "< " before a line of
// its input, "o|" and "e|" before a line of its output and its errors ("o\" and
// "e\" where that has no line end), "exit N" where the code is not 0, and "#"
// before a comment. Mask removes what varies from run to run.
func Recorded(t *testing.T, name string, least int, mask func(string) string, real, sandbox func(t *testing.T, c Case) Result) {
	t.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	cases, head := readCases(t, string(data))
	masked := func(r Result) Result { return Result{mask(r.Out), mask(r.Err), r.Code} }
	if os.Getenv("UPDATE") != "" {
		for i := range cases {
			cases[i].Result = masked(real(t, cases[i]))
		}
		if err := os.WriteFile(name, []byte(writeCases(cases, head)), 0o644); err != nil { //nolint:gosec // test data
			t.Fatal(err)
		}
	}
	if len(cases) < least {
		t.Errorf("%s has %d command lines, want %d at least", name, len(cases), least)
	}
	for _, c := range cases {
		t.Run(c.Line, func(t *testing.T) {
			if got := masked(sandbox(t, c)); got != c.Result {
				t.Errorf("$ %s\nreal:\n%ssandbox:\n%s", c.Line, writeResult(c.Result), writeResult(got))
			}
		})
	}
}

// readCases parses a record; the comments before each case are in head.
func readCases(t *testing.T, text string) (cases []Case, head []string) {
	t.Helper()
	comment := ""
	for line := range strings.Lines(text) {
		line = strings.TrimSuffix(line, "\n")
		kind, rest := line[:min(2, len(line))], line[min(2, len(line)):]
		if kind == "$ " {
			cases, head, comment = append(cases, Case{Line: rest}), append(head, comment), ""
			continue
		}
		if line == "" || line[0] == '#' {
			comment += line + "\n"
			continue
		}
		if len(cases) == 0 {
			t.Fatalf("no command line before %q", line)
		}
		c := &cases[len(cases)-1]
		switch kind {
		case "< ":
			c.Input += rest + "\n"
		case "o|":
			c.Out += rest + "\n"
		case "o\\":
			c.Out += rest
		case "e|":
			c.Err += rest + "\n"
		case "e\\":
			c.Err += rest
		default:
			if _, err := fmt.Sscanf(line, "exit %d", &c.Code); err != nil {
				t.Fatalf("cannot read %q", line)
			}
		}
	}
	return cases, head
}

func writeCases(cases []Case, head []string) string {
	var out strings.Builder
	for i, c := range cases {
		fmt.Fprintf(&out, "%s$ %s\n", head[i], c.Line)
		for line := range strings.Lines(c.Input) {
			out.WriteString("< " + line)
		}
		out.WriteString(writeResult(c.Result))
	}
	return out.String()
}

func writeResult(r Result) string {
	var out strings.Builder
	for _, stream := range []struct{ mark, text string }{{"o", r.Out}, {"e", r.Err}} {
		for line := range strings.Lines(stream.text) {
			if !strings.HasSuffix(line, "\n") {
				out.WriteString(stream.mark + "\\" + line + "\n")
				continue
			}
			out.WriteString(stream.mark + "|" + line)
		}
	}
	if r.Code != 0 {
		fmt.Fprintf(&out, "exit %d\n", r.Code)
	}
	return out.String()
}
