package compare

import (
	"fmt"
	"os"
	"regexp"
	"strings"
)

// The marks around the table in a document.
const (
	tableBegin = "<!-- compare: begin -->"
	tableEnd   = "<!-- compare: end -->"
)

// Table returns the results of a suite as a table in Markdown.
func Table(dir string) (string, error) {
	scenarios, err := Load(Scenarios(dir), regexp.MustCompile(""))
	if err != nil {
		return "", err
	}
	var rows strings.Builder
	differ := 0
	for _, s := range scenarios {
		e, err := Expect(dir, s.Name)
		if err != nil {
			return "", err
		}
		result := "same"
		if e.Sandbox != "" {
			differ++
			result = "differs: " + e.Why
		}
		fmt.Fprintf(&rows, "| `%s` | %s | %s |\n", s.Name, cell(s.Shows), cell(result))
	}
	head := fmt.Sprintf("%d scenarios: %d print the same, %d differ.\n\n", len(scenarios), len(scenarios)-differ, differ)
	return head + "| scenario | what it shows | on the sandbox |\n| --- | --- | --- |\n" + rows.String(), nil
}

func cell(text string) string { return strings.ReplaceAll(text, "|", `\|`) }

// WithTable returns a document with the table between its marks.
func WithTable(document, table string) (string, error) {
	before, rest, found := strings.Cut(document, tableBegin)
	_, after, foundEnd := strings.Cut(rest, tableEnd)
	if !found || !foundEnd {
		return "", fmt.Errorf("the document has no marks %q and %q", tableBegin, tableEnd)
	}
	return before + tableBegin + "\n" + table + tableEnd + after, nil
}

// WriteTable writes the results of a suite into a document.
func WriteTable(path, dir string) error {
	table, err := Table(dir)
	if err != nil {
		return err
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return fmt.Errorf("failed to read the document: %w", err)
	}
	text, err := WithTable(string(data), table)
	if err != nil {
		return fmt.Errorf("failed to write into %q: %w", path, err)
	}
	return write(path, text)
}
