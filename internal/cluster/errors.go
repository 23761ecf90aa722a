package cluster

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/kubectl-learn/kubectl-learn/pkg/lang"
)

// NoSandboxError says that the sandbox program is not to be found.
type NoSandboxError struct{ Looked []string }

func (e *NoSandboxError) Error() string {
	return "the sandbox program is missing; looked for " + strings.Join(e.Looked, " and ")
}

// SandboxError says that the sandbox program ran and failed. Output is what it
// said; it was shown already.
type SandboxError struct{ Err error }

func (e *SandboxError) Error() string { return fmt.Sprintf("the sandbox did not start: %v", e.Err) }
func (e *SandboxError) Unwrap() error { return e.Err }

// NoContextError says that the kubeconfig has no such context.
type NoContextError struct {
	Context string
	Known   []string
}

func (e *NoContextError) Error() string {
	return fmt.Sprintf("no context %q in the kubeconfig; it has %s", e.Context, list(e.Known))
}

// ProductionError says that a cluster looks like one that people rely on.
type ProductionError struct {
	Context string
	Sign    lang.Message
}

func (e *ProductionError) Error() string {
	return fmt.Sprintf("context %q looks like production: %s", e.Context, e.Sign.EN)
}

// GuardError says that it could not be found out whether people rely on a
// cluster.
type GuardError struct {
	Context string
	Err     error
}

func (e *GuardError) Error() string {
	return fmt.Sprintf("failed to find out whether context %q is production: %v", e.Context, e.Err)
}
func (e *GuardError) Unwrap() error { return e.Err }

func names[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

func list(names []string) string {
	if len(names) == 0 {
		return "none"
	}
	return strings.Join(names, ", ")
}
