package node

import (
	"errors"

	corev1 "k8s.io/api/core/v1"
	kubecontainer "k8s.io/kubernetes/pkg/kubelet/container"
	"k8s.io/kubernetes/third_party/forked/golang/expansion"
)

// argMost is how many bytes a container's environment or arguments may have
// after $(NAME) is expanded: Linux's limit for a program.
const argMost = 2 << 20

var errArgMost = errors.New("argument list too long")

// expander expands $(NAME) as upstream does, and counts the resulting bytes.
type expander struct{ made int }

func (e *expander) in(text string, mapping func(string) string) (string, error) {
	out := expansion.Expand(text, func(name string) string {
		if e.made > argMost {
			return ""
		}
		value := mapping(name)
		e.made += len(value)
		return value
	})
	if e.made > argMost {
		return "", errArgMost
	}
	return out, nil
}

// all expands $(NAME) in all words.
func (e *expander) all(words []string, mapping func(string) string) (out []string, err error) {
	for _, word := range words {
		if word, err = e.in(word, mapping); err != nil {
			return nil, err
		}
		out = append(out, word)
	}
	return out, nil
}

// commandLine is upstream's ExpandContainerCommandAndArgs, within argMost.
func commandLine(c *corev1.Container, env []kubecontainer.EnvVar) (command, args []string, err error) {
	values := map[string]string{}
	for _, e := range env {
		values[e.Name] = e.Value
	}
	var expand expander
	mapping := expansion.MappingFuncFor(values)
	if command, err = expand.all(c.Command, mapping); err == nil {
		args, err = expand.all(c.Args, mapping)
	}
	return command, args, err
}

// probeCommand is upstream's ExpandContainerCommandOnlyStatic, within argMost.
func probeCommand(words []string, env []corev1.EnvVar) ([]string, error) {
	values := map[string]string{}
	for _, e := range env {
		values[e.Name] = e.Value
	}
	var expand expander
	return expand.all(words, expansion.MappingFuncFor(values))
}
