package fleet

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Most is the maximum number of nodes of a sandbox.
const Most = 10

const prefix = "sandbox-"

// Name is the name of the nth node, counted from 1.
func Name(n int) string { return prefix + strconv.Itoa(n) }

// Number returns the number in a node's name; false if no node of the sandbox
// can have that name.
func Number(name string) (int, bool) {
	rest, ok := strings.CutPrefix(name, prefix)
	n, err := strconv.Atoi(rest)
	return n, ok && err == nil && n >= 1 && n <= Most && rest == strconv.Itoa(n)
}

// Wanted is the wanted state of the fleet.
type Wanted struct {
	// Count is the number of nodes: sandbox-1 to sandbox-Count.
	Count int
	// Stopped are the names of the nodes that are off.
	Stopped []string
}

// Names returns the names of all nodes, on or off.
func (w Wanted) Names() []string {
	names := make([]string, w.Count)
	for i := range names {
		names[i] = Name(i + 1)
	}
	return names
}

// IsStopped reports whether a node should be off.
func (w Wanted) IsStopped(name string) bool { return slices.Contains(w.Stopped, name) }

// Validate fails if such a fleet is impossible.
func (w Wanted) Validate() error {
	if w.Count < 1 || w.Count > Most {
		return fmt.Errorf("%d is not a number of nodes between 1 and %d", w.Count, Most)
	}
	for _, name := range w.Stopped {
		if n, ok := Number(name); !ok || n > w.Count {
			return fmt.Errorf("there is no node %q to turn off", name)
		}
	}
	return nil
}

// A State is what the sandbox is doing with a node. The Node's conditions show
// what the cluster makes of it, some time later.
type State string

// The states of a node.
const (
	Starting State = "starting"
	Running  State = "running"
	Stopped  State = "stopped"
	Leaving  State = "leaving"
)

// Node is the current state of one node.
type Node struct {
	Name  string `json:"name"`
	State State  `json:"state"`
}
