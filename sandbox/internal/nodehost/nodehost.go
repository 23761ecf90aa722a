// Package nodehost runs the sandbox's nodes, their containers and their network
// in a process of their own, so that nothing a container does can take the
// control plane along. To the cluster that process is the machine room: when it
// ends, the nodes have lost their power, and when it is back they boot.
//
// Host is the control plane's side. It starts the process, which is this same
// program, and starts it again when it ends. Run is the process itself. They
// speak over the process's standard input and output, one JSON message a line,
// and the API server reaches the nodes through a link on 127.0.0.1, over TLS with
// certificates on both sides. The end of its input ends the process.
package nodehost

import (
	"k8s.io/apimachinery/pkg/types"

	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/controlplane"
	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/fleet"
	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/node"
)

// Command is the hidden command of the sandbox's program that calls Run.
const Command = "nodehost"

// linkName is whom the link says that it is, in its certificate.
const linkName = "nodehost"

// linkAddress is where the link listens; the port is any.
const linkAddress = "127.0.0.1"

// order is what the control plane's side says. One field is set.
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
	// Build is the version of the program that asks: a program that was replaced
	// under a running sandbox must not take part in it.
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

// report is what the process says. One field is set.
type report struct {
	// Link is the host and port of the link.
	Link string `json:"link,omitempty"`
	// Nodes are all nodes, whenever one has changed.
	Nodes []fleet.Node `json:"nodes,omitempty"`
	// Ready says that, for the first time, every node is as it is wanted.
	Ready bool `json:"ready,omitempty"`
	// Ingress is the port on 127.0.0.1 where Ingresses are served, 0 for none.
	Ingress *int `json:"ingress,omitempty"`
	// Use is 1 when somebody outside of the cluster begins to use it, and -1 when
	// they are done.
	Use int `json:"use,omitempty"`
	// Confined says how the process is kept in its folder.
	Confined *Confinement `json:"confined,omitempty"`
	// Heaviest is the container that holds most while memory is short; an empty one
	// when it is no longer short, or when none holds much.
	Heaviest *node.Load `json:"heaviest,omitempty"`
	// Alive answers a ping: the network and all nodes are so.
	Alive bool `json:"alive,omitempty"`
}

// Confinement is how far the process is kept from the machine.
type Confinement struct {
	// Files says that the operating system lets it open no files but its own, Net
	// that it lets it connect to nothing but the API server.
	Files bool `json:"files"`
	Net   bool `json:"net"`
	// Memory is how many bytes it may use, 0 for no limit, and Hard says that the
	// operating system sees to it.
	Memory int64 `json:"memory"`
	Hard   bool  `json:"hard"`
}
