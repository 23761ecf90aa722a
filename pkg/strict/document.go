package strict

import (
	"bytes"
	"errors"
	"io"
	"regexp"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// Report takes one fault. Lines count from 1 in the source that was handed in.
type Report func(line int, format string, args ...any)

// Document reads the one document of src, with its aliases written out. It returns
// nil when there is none, or when it reported a fault.
func Document(src []byte, report Report) *yaml.Node {
	decoder := yaml.NewDecoder(bytes.NewReader(src))
	var found *yaml.Node
	for {
		var doc yaml.Node
		err := decoder.Decode(&doc)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			reportSyntax(src, err, report)
			return nil
		}
		root := content(&doc)
		if root == nil {
			continue
		}
		if found != nil {
			report(root.Line, "a second YAML document starts here, but only one is read: put everything into the first and remove the ---")
			return nil
		}
		found = root
	}
	if found == nil {
		return nil
	}
	w := &writer{report: report}
	return w.document(found)
}

// content is what a document holds, nil when it holds nothing.
func content(doc *yaml.Node) *yaml.Node {
	if len(doc.Content) == 0 {
		return nil
	}
	root := doc.Content[0]
	if root.Kind == yaml.ScalarNode && root.Tag == "!!null" && root.Anchor == "" {
		return nil
	}
	return root
}

// KindOf says what a node is, as a part of a sentence: "a list", "a mapping", the
// quoted value, or "nothing".
func KindOf(n *yaml.Node) string {
	switch n.Kind {
	case yaml.SequenceNode:
		return "a list"
	case yaml.MappingNode:
		return "a mapping"
	case yaml.AliasNode:
		return "an alias"
	default:
		if n.Tag == "!!null" {
			return "nothing"
		}
		return strconv.Quote(n.Value)
	}
}

// numbered is how the YAML reader names a line.
var numbered = regexp.MustCompile(`(?s)^(?:yaml: )?(?:line (\d+): )?(.*)$`)

// reportSyntax takes over the lines that the YAML reader names.
func reportSyntax(src []byte, err error, report Report) {
	messages := []string{err.Error()}
	if several, ok := errors.AsType[*yaml.TypeError](err); ok {
		messages = several.Errors
	}
	for _, message := range messages {
		m := numbered.FindStringSubmatch(message)
		line, text := 1, m[2]
		if n, convErr := strconv.Atoi(m[1]); convErr == nil {
			line = n
		}
		if strings.Contains(text, "cannot start any token") && tabbed(src, line) {
			text = "a tab indents this line; use spaces"
		}
		report(line, "not YAML: %s", text)
	}
}

// tabbed reports that a line, or the one after it, begins with a tab: the reader
// names the line before now and then.
func tabbed(src []byte, line int) bool {
	lines := bytes.Split(src, []byte("\n"))
	for i := line - 1; i <= line && i < len(lines); i++ {
		indent := lines[i][:len(lines[i])-len(bytes.TrimLeft(lines[i], " \t"))]
		if i >= 0 && bytes.ContainsRune(indent, '\t') {
			return true
		}
	}
	return false
}
