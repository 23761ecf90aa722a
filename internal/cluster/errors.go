package cluster

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/kubectl-learn/kubectl-learn/pkg/lang"
)

// NoSandboxError says that the sandbox program was not found.
type NoSandboxError struct{ Looked []string }

func (e *NoSandboxError) Error() string {
	return "failed to find the sandbox program; looked for " + strings.Join(e.Looked, " and ")
}

// SandboxError says that the sandbox program ran and failed. Its output was already
// shown.
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

// UnreachableError says that an API server did not answer.
type UnreachableError struct {
	// Context is empty for the sandbox.
	Context, Server string
	Err             error
}

func (e *UnreachableError) Error() string {
	return fmt.Sprintf("failed to reach the cluster at %s: %v", e.Server, e.Err)
}
func (e *UnreachableError) Unwrap() error { return e.Err }

// NotOursError says that the lesson didn't create a namespace.
type NotOursError struct{ Name string }

func (e *NotOursError) Error() string {
	return fmt.Sprintf("the lesson did not create namespace %q", e.Name)
}

// RefusedError says that a cluster doesn't let the learner create a namespace.
type RefusedError struct {
	// Context is empty for the sandbox.
	Context, Namespace string
	// Rights says that the learner lacks permission. Otherwise a quota or policy of the
	// cluster forbids it, and Err says which.
	Rights bool
	Err    error
}

func (e *RefusedError) Error() string {
	return fmt.Sprintf("failed to create namespace %q: %v", e.Namespace, e.Err)
}
func (e *RefusedError) Unwrap() error { return e.Err }

// StuckError says that the deletion of a namespace doesn't finish.
type StuckError struct {
	// Context is empty for the sandbox.
	Context string
	Held    Held
}

func (e *StuckError) Error() string {
	return fmt.Sprintf("namespace %q is still being deleted: %s", e.Held.Namespace, e.Held.Why().EN)
}

// ProductionError says that a cluster looks like production.
type ProductionError struct {
	Context string
	Sign    lang.Message
}

func (e *ProductionError) Error() string {
	return fmt.Sprintf("context %q looks like production: %s", e.Context, e.Sign.EN)
}

// GuardError says that the guard couldn't tell whether a cluster is production.
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
