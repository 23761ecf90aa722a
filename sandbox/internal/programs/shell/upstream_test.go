package shell

import (
	"slices"
	"strings"
	"testing"

	"mvdan.cc/sh/v3/expand"
	"mvdan.cc/sh/v3/interp"
	"mvdan.cc/sh/v3/syntax"
)

// The interpreter makes pipes of the machine for "<(...)" in $TMPDIR, and asks
// for the homes of users as variables. Both lead it away from the machine, as
// long as it asks.
func TestInterpreterAsks(t *testing.T) {
	var asked []string
	env := expand.FuncEnviron(func(name string) string {
		asked = append(asked, name)
		return "/dev/null/none"
	})
	script, err := syntax.NewParser().Parse(strings.NewReader("echo ~somebody"), "")
	if err != nil {
		t.Fatal(err)
	}
	r, err := interp.New(interp.Env(env))
	if err != nil {
		t.Fatal(err)
	}
	_ = r.Run(t.Context(), script) // What it prints is the machine's matter.
	for _, name := range []string{"TMPDIR", "HOME somebody"} {
		if !slices.Contains(asked, name) {
			t.Errorf("%q was not asked for, only %q: see docs/upstream.md", name, asked)
		}
	}
}
