package checks

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/kubectl-learn/kubectl-learn/pkg/checks/internal/expr"
)

var (
	yamlFence = regexp.MustCompile("(?ms)^```yaml\n(.*?)^```$")
	tableCode = regexp.MustCompile("(?m)^\\| `[a-z`, A-Z]+` \\| `([^`|]+)`")
)

// Every example of docs/checks.md is a check that can be read, every probe has one,
// and each key that is known is spoken of.
func TestTheDocumentationIsTrue(t *testing.T) {
	src, err := os.ReadFile("../../docs/checks.md")
	if err != nil {
		t.Fatal(err)
	}
	page, shown := string(src), map[string]bool{}
	for _, at := range yamlFence.FindAllStringSubmatchIndex(page, -1) {
		line := 1 + strings.Count(page[:at[2]], "\n")
		list, err := Parse([]byte(page[at[2]:at[3]]), Position{File: "docs/checks.md", Line: line})
		if err != nil {
			t.Error(err)
		}
		for _, c := range list {
			shown[c.Kind()] = true
		}
	}
	for _, p := range (&Check{}).slots() {
		if !shown[p.key] || !strings.Contains(page, "### "+p.key+"\n") {
			t.Errorf("docs/checks.md has no example of %s", p.key)
		}
	}
	for _, key := range []string{
		"id", "name", "points", "match", "cel", "grace", "for", "looks", "hints", "mask", "namespace", "selector", "count", "min", "max",
		"service", "pod", "port", "path", "method", "headers", "body", "https", "times", "interval", "timeout", "redirects",
		"deployment", "container", "previous", "tail", "since", "command", "kind", "reason", "type", "quiz", "apiVersion",
		"exitCode", "stdout", "stderr", "log", "lines", "revision", "revisions", "response", "responses", "events", "answer", "right",
	} {
		if !strings.Contains(page, "`"+key+"`") {
			t.Errorf("docs/checks.md does not speak of %s", key)
		}
	}
	for _, p := range (&Check{}).slots() {
		for name, fields := range p.fresh().environment().Types {
			for field := range fields {
				if !strings.Contains(page, "`"+field+"`") {
					t.Errorf("docs/checks.md does not speak of the field %s of %s", field, name)
				}
			}
		}
	}
}

// The expressions in the table of functions are ones that compile, and hold for
// something.
func TestTheFunctionsOfTheDocumentation(t *testing.T) {
	src, err := os.ReadFile("../../docs/checks.md")
	if err != nil {
		t.Fatal(err)
	}
	rows := tableCode.FindAllStringSubmatch(string(src), -1)
	found := 0
	for _, row := range rows {
		if !strings.ContainsAny(row[1], "(") {
			continue
		}
		found++
		probes := []Check{{Object: &ObjectProbe{}}, {HTTP: &HTTPProbe{}}, {Run: &RunProbe{}}}
		compiles := false
		for _, c := range probes {
			_, faults := expr.Compile("dyn("+strings.ReplaceAll(row[1], `\\n`, `\n`)+") == dyn(0)", c.probe().environment())
			compiles = compiles || len(faults) == 0
		}
		if !compiles {
			t.Errorf("%s does not compile", row[1])
		}
	}
	if found < 6 {
		t.Errorf("only %d expressions were found", found)
	}
}
