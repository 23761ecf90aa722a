package fleet

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Most is how many nodes a sandbox can have.
const Most = 10

const prefix = "sandbox-"

// Name is the name of the nth node, counted from 1.
func Name(n int) string { return prefix + strconv.Itoa(n) }

// Number is the number in a node's name; false when it is no name that a node of
// the sandbox can have.
func Number(name string) (int, bool) {
	rest, ok := strings.CutPrefix(name, prefix)
	n, err := strconv.Atoi(rest)
	return n, ok && err == nil && n >= 1 && n <= Most && rest == strconv.Itoa(n)
}

// Wanted is what the fleet is to be.
type Wanted struct {
	// Count is how many nodes there are: sandbox-1 to the one of this number.
	Count int
	// Stopped are the names of those that are switched off.
	Stopped []string
}

// Names are the names of all nodes, switched off or not.
func (w Wanted) Names() []string {
	names := make([]string, w.Count)
	for i := range names {
		names[i] = Name(i + 1)
	}
	return names
}

// IsStopped reports whether a node is to be off.
func (w Wanted) IsStopped(name string) bool { return slices.Contains(w.Stopped, name) }

// Validate fails when there can be no such fleet.
func (w Wanted) Validate() error {
	if w.Count < 1 || w.Count > Most {
		return fmt.Errorf("%d is no number of nodes between 1 and %d", w.Count, Most)
	}
	for _, name := range w.Stopped {
		if n, ok := Number(name); !ok || n > w.Count {
			return fmt.Errorf("there is no node %q to be off", name)
		}
	}
	return nil
}

// A State is what the sandbox does with a node. What the cluster makes of that
// stands in the Node's conditions, some time later.
type State string

// The states of a node.
const (
	Starting State = "starting"
	Running  State = "running"
	Stopped  State = "stopped"
	Leaving  State = "leaving"
)

// Node is one node as it is now.
type Node struct {
	Name  string `json:"name"`
	State State  `json:"state"`
}
