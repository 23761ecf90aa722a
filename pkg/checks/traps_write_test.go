package checks

import (
	"bytes"
	"os"
	"regexp"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

// podName is a name as a controller makes it up.
var podName = regexp.MustCompile(`\b([a-z][a-z-]*?)-[0-9a-f]{7,10}(-[a-z0-9]{5})?\b`)

// oneSuffix is a name to which a controller added one part, of the letters that it
// uses.
var oneSuffix = regexp.MustCompile(`\b([a-z][a-z-]*?)-[bcdfghjklmnpqrstvwxz2456789]{5}\b`)

// writeTraps puts sentences into a file, and leaves everything else as it is.
func writeTraps(t *testing.T, file string, f trapFile) {
	t.Helper()
	src, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(string(src), "\n")
	drop, after := map[int]bool{}, map[int][]string{}
	for _, stage := range f.Stages {
		for _, one := range stage.Traps {
			if one.parsed.ID == "" {
				continue
			}
			want := 0
			indent := strings.Repeat(" ", one.node.Column-1)
			for i := 0; i+1 < len(one.node.Content); i += 2 {
				switch key := one.node.Content[i]; key.Value {
				case "en", "zh":
					drop[key.Line] = true
				case "want":
					want = key.Line
				}
			}
			if one.Want == Passed {
				continue
			}
			after[want] = []string{indent + "en: " + quoted(t, one.En), indent + "zh: " + quoted(t, one.Zh)}
		}
	}
	var out bytes.Buffer
	for i, line := range lines {
		if !drop[i+1] {
			out.WriteString(line + "\n")
		}
		for _, more := range after[i+1] {
			out.WriteString(more + "\n")
		}
	}
	if err := os.WriteFile(file, append(bytes.TrimRight(out.Bytes(), "\n"), '\n'), 0o644); err != nil {
		t.Fatal(err)
	}
}

// quoted writes a sentence on one line.
func quoted(t *testing.T, text string) string {
	t.Helper()
	text = oneSuffix.ReplaceAllString(podName.ReplaceAllString(text, "$1-…"), "$1-…")
	out, err := yaml.Marshal(text)
	if err != nil {
		t.Fatal(err)
	}
	if strings.Count(string(out), "\n") > 1 {
		return "'" + strings.ReplaceAll(text, "'", "''") + "'"
	}
	return strings.TrimSpace(string(out))
}
