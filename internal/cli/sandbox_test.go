package cli

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestWithoutLang(t *testing.T) {
	tests := []struct {
		name       string
		args, want []string
	}{
		{"nothing", nil, nil},
		{"without", []string{"-o", "json"}, []string{"-o", "json"}},
		{"two words", []string{"--port", "1", "--lang", "zh", "-o", "json"}, []string{"--port", "1", "-o", "json"}},
		{"one word", []string{"--lang=zh", "-o", "json"}, []string{"-o", "json"}},
		{"no value", []string{"--lang"}, nil},
		{"another flag", []string{"--language"}, []string{"--language"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, withoutLang(tt.args)); diff != "" {
				t.Error(diff)
			}
		})
	}
}
