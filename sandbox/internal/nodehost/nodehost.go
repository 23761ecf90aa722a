// Package nodehost runs the sandbox's nodes, their containers and their network
// in a separate process, so that nothing a container does can take down the
// control plane. To the cluster, the end of that process looks like a power cut
// of all nodes, and its restart like their boot.
//
// Host is the control plane's side. It starts the process, which is this same
// program, and starts it again when it ends. Run is the process itself. They
// communicate over the process's standard input and output, one JSON message per
// line, and the API server reaches the nodes through a link on 127.0.0.1, over
// TLS with certificates on both sides. The end of its input ends the process.
package nodehost

import (
	"k8s.io/apimachinery/pkg/types"

	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/controlplane"
	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/fleet"
	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/node"
)

// Command is the hidden command of the sandbox's program that calls Run.
const Command = "nodehost"

// linkName is the link's name in its certificate.
const linkName = "nodehost"

// linkAddress is where the link listens, on any port.
const linkAddress = "127.0.0.1"

// order is a message from the control plane's side. One field is set.
type order struct {
	Boot *boot         `json:"boot,omitempty"`
	Want *fleet.Wanted `json:"want,omitempty"`
	// Ping asks whether the process is alive.
	Ping bool `json:"ping,omitempty"`
	// Stop asks for an orderly end.
	Stop bool `json:"stop,omitempty"`
}

// boot is the first order.
type boot struct {
	// Build is the version of the calling program: a program that was replaced
	// under a running sandbox must not join it.
	Build       string                       `json:"build"`
	Credentials controlplane.NodeCredentials `json:"credentials"`
	// Server is the host and port where the API server listens.
	Server string `json:"server"`
	// Dir holds a folder for each node.
	Dir string `json:"dir"`
	// Memory is how many bytes the process may use; 0 for no limit.
	Memory int64 `json:"memory,omitempty"`
	// Held are the pods that are held back, by their UIDs.
	Held map[types.UID]node.Hold `json:"held,omitempty"`
}

// report is a message from the process. One field is set.
type report struct {
	// Link is the host and port of the link.
	Link string `json:"link,omitempty"`
	// Nodes are all nodes, whenever one has changed.
	Nodes []fleet.Node `json:"nodes,omitempty"`
	// Ready says that every node has reached its wanted state for the first
	// time.
	Ready bool `json:"ready,omitempty"`
	// Ingress is the port on 127.0.0.1 where Ingresses are served, 0 for none.
	Ingress *int `json:"ingress,omitempty"`
	// Use is 1 when someone outside the cluster starts to use it, and -1 when
	// they are done.
	Use int `json:"use,omitempty"`
	// Confined says how the process is confined.
	Confined *Confinement `json:"confined,omitempty"`
	// Heaviest is the container that holds the most while memory is short; empty
	// when memory is no longer short, or when no container holds much.
	Heaviest *node.Load `json:"heaviest,omitempty"`
	// Alive answers a ping: the network and all nodes are alive.
	Alive bool `json:"alive,omitempty"`
}

// Confinement says what keeps the process away from the machine.
type Confinement struct {
	// Files says that the operating system lets it open only its own files, Net
	// that it lets it connect only to the API server.
	Files bool `json:"files"`
	Net   bool `json:"net"`
	// Memory is how many bytes it may use, 0 for no limit, and Hard says that the
	// operating system enforces it.
	Memory int64 `json:"memory"`
	Hard   bool  `json:"hard"`
}
