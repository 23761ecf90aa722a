package node

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	kubecontainer "k8s.io/kubernetes/pkg/kubelet/container"
)

func TestCommandLine(t *testing.T) {
	env := []kubecontainer.EnvVar{{Name: "A", Value: "a"}, {Name: "LONG", Value: strings.Repeat("x", 1<<20)}}
	for _, tt := range []struct {
		name          string
		command, args []string
		want          [][]string
		err           error
	}{
		{"words", []string{"$(A)", "$$(A)", "$(B)"}, []string{"b$(A)"}, [][]string{{"a", "$(A)", "$(B)"}, {"ba"}}, nil},
		{"nothing", nil, nil, [][]string{nil, nil}, nil},
		{"too long in one word", []string{strings.Repeat("$(LONG)", 1_000_000)}, nil, [][]string{nil, nil}, errArgMost},
		{"too long together", []string{"$(LONG)"}, []string{"$(LONG)", "$(A)"}, [][]string{{env[1].Value}, nil}, errArgMost},
	} {
		t.Run(tt.name, func(t *testing.T) {
			command, args, err := commandLine(&corev1.Container{Command: tt.command, Args: tt.args}, env)
			if !errors.Is(err, tt.err) {
				t.Fatalf("error %v, want %v", err, tt.err)
			}
			if diff := cmp.Diff(tt.want, [][]string{command, args}); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestProbeCommand(t *testing.T) {
	env := []corev1.EnvVar{{Name: "A", Value: strings.Repeat("x", 1000)}}
	if got, err := probeCommand([]string{"$(A)", "b"}, env); err != nil || len(got) != 2 || len(got[0]) != 1000 {
		t.Errorf("%d words, %v", len(got), err)
	}
	if _, err := probeCommand([]string{strings.Repeat("$(A)", 1_000_000)}, env); !errors.Is(err, errArgMost) {
		t.Errorf("error %v", err)
	}
}
