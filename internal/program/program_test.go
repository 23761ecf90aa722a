package program

import "testing"

// Programs that this one starts use its language, whatever the locale.
func TestChildEnv(t *testing.T) {
	env := []string{"LANG=en_US.UTF-8", "KUBECTL_LEARN_LANG=en"}
	p := &Program{Env: env, LangFlag: "zh"}
	child := &Program{Env: p.ChildEnv()}
	if got := child.Lang(); got != "zh" {
		t.Errorf("the child speaks %q", got)
	}
	if got := (&Program{Env: env}).Lang(); got != "en" {
		t.Errorf("the environment was changed: %q", got)
	}
}
