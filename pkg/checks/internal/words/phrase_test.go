package words

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestFits(t *testing.T) {
	tests := []struct {
		pattern, text string
		want          []any
		ok            bool
	}{
		{"Too many pods", "Too many pods", []any{}, true},
		{"Too many pods", "Too many pods here", nil, false},
		{"Insufficient {}", "Insufficient cpu", []any{"cpu"}, true},
		{"{} of {}", "a of b of c", []any{"a", "b of c"}, true},
		{`{} "{}" not found`, `configmap "x" not found`, []any{"configmap", "x"}, true},
		{`{} "{}" not found`, `configmap "x" is there`, nil, false},
		{"ab{}bc", "abc", nil, false},
		{"{}", "", []any{""}, true},
	}
	for _, tt := range tests {
		got, ok := Fits(tt.pattern, tt.text)
		if !ok {
			got = nil
		}
		if diff := cmp.Diff(tt.want, got); diff != "" || ok != tt.ok {
			t.Errorf("fits(%q, %q) is %v (-want +got):\n%s", tt.pattern, tt.text, ok, diff)
		}
	}
}
