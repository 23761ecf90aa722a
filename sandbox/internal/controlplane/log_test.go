package controlplane

import (
	"errors"
	"log/slog"
	"strings"
	"testing"
)

func TestNoise(t *testing.T) {
	tests := []struct {
		name   string
		happen func(log *slog.Logger, n *noise)
		want   string
	}{
		{"a start that goes well is quiet", func(log *slog.Logger, n *noise) { log.Error("early"); n.started() }, ""},
		{"a start that fails tells all", func(log *slog.Logger, n *noise) { log.Error("one"); log.With("k", 1).Error("two"); n.failed() }, "one|two k=1"},
		{"errors of a running cluster are told", func(log *slog.Logger, n *noise) { n.started(); log.Error("one"); log.Info("two") }, "one"},
		{"the end is quiet", func(log *slog.Logger, n *noise) { n.started(); n.stopping(false); log.Error("late") }, ""},
		{"a start that is stopped is quiet", func(log *slog.Logger, n *noise) { log.Error("early"); n.stopping(false) }, ""},
		{"a start that ends in an error tells all", func(log *slog.Logger, n *noise) { log.Error("early"); n.stopping(true); log.Error("late") }, "early"},
		{"conflicts are normal", func(log *slog.Logger, n *noise) {
			n.started()
			log.Error("Unhandled Error", "err", errors.New(`sync "a" failed with read version: 1 is not as new as written version: 2`))
		}, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var out strings.Builder
			n := newNoise(slog.NewTextHandler(&out, nil))
			tt.happen(slog.New(n), n)
			var got []string
			for line := range strings.Lines(out.String()) {
				_, said, _ := strings.Cut(strings.TrimSpace(line), "msg=")
				got = append(got, said)
			}
			if strings.Join(got, "|") != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

func TestIsPerson(t *testing.T) {
	for name, want := range map[string]bool{
		"kubernetes-admin": true, "alice": true, "system:serviceaccount:class:alice": true,
		ownName: false, "system:kube-scheduler": false, "system:apiserver": false, "system:anonymous": false,
	} {
		if got := isPerson(name); got != want {
			t.Errorf("%q is a person: %v, want %v", name, got, want)
		}
	}
}
