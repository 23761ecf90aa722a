package steps

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestSetFillsManifests(t *testing.T) {
	const body = "- name: STARTUP\n  value: \"15\" # $STARTUP\n  delay: 3  # $DELAY\n  other: 15 # not $STARTUP\n  unknown: 1 # $OTHER"
	l := &Lesson{
		Variables: map[string]string{"STARTUP": "15", "DELAY": "3"},
		Steps:     []Step{{Blocks: []Block{{Action: &Action{Kind: Apply, Manifest: "a.yaml", Source: "a.yaml", Body: body}}}}},
	}
	if err := l.Set(map[string]string{"STARTUP": "60"}); err != nil {
		t.Fatal(err)
	}
	const want = "- name: STARTUP\n  value: \"60\" # $STARTUP\n  delay: 3  # $DELAY\n  other: 15 # not $STARTUP\n  unknown: 1 # $OTHER"
	wantFilled(t, l, body, want)
}

// wantFilled looks at the lesson's one manifest, as it is shown and as it is applied.
func wantFilled(t *testing.T, l *Lesson, body, want string) {
	t.Helper()
	if diff := cmp.Diff(want, l.Steps[0].Blocks[0].Action.Body); diff != "" {
		t.Errorf("shown (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(want, string(l.Fill([]byte(body)))); diff != "" {
		t.Errorf("applied (-want +got):\n%s", diff)
	}
}

func TestSetRefuses(t *testing.T) {
	for name, tt := range map[string]struct {
		values map[string]string
		want   string
	}{
		"unknown name": {map[string]string{"START": "1"}, `the lesson has no variable "START"; its variables are ["STARTUP"]`},
		"bad value":    {map[string]string{"STARTUP": "1\n2"}, `"1\n2" isn't a valid value for STARTUP: use only letters, digits and . _ : / -`},
		"empty":        {map[string]string{"STARTUP": ""}, `"" isn't a valid value for STARTUP: use only letters, digits and . _ : / -`},
	} {
		t.Run(name, func(t *testing.T) {
			l := &Lesson{Variables: map[string]string{"STARTUP": "15"}}
			err := l.Set(tt.values)
			if _, ok := errors.AsType[*VariableError](err); !ok || err.Error() != tt.want || l.Variables["STARTUP"] != "15" {
				t.Errorf("got %v and %v, want %s", err, l.Variables, tt.want)
			}
		})
	}
}

// TestPlayIn fills in the namespace, which no lesson names among its variables.
func TestPlayIn(t *testing.T) {
	const body = "host: shop.example # $NAMESPACE\nvalue: \"15\" # $STARTUP"
	l := &Lesson{
		Variables: map[string]string{"STARTUP": "15"},
		Steps:     []Step{{Blocks: []Block{{Action: &Action{Kind: Apply, Manifest: "a.yaml", Source: "a.yaml", Body: body}}}}},
	}
	l.PlayIn("learn-shop-x7")
	const want = "host: learn-shop-x7 # $NAMESPACE\nvalue: \"15\" # $STARTUP"
	wantFilled(t, l, body, want)
	if diff := cmp.Diff([]string{"NAMESPACE=learn-shop-x7", "STARTUP=15"}, l.Environ()); diff != "" {
		t.Errorf("for commands (-want +got):\n%s", diff)
	}
	if err := l.Set(map[string]string{"NAMESPACE": "other"}); err == nil {
		t.Error("the namespace can be set")
	}
}
