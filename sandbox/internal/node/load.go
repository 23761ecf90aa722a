package node

import "k8s.io/apimachinery/pkg/types"

// Load is how much memory a container holds.
type Load struct {
	// Container is "namespace/pod/container", UID its pod's.
	Container string    `json:"container,omitempty"`
	UID       types.UID `json:"uid,omitempty"`
	Bytes     int64     `json:"bytes,omitempty"`
}

// Heaviest returns the node's container that holds the most memory; an empty
// Load if none holds any.
func (n *Node) Heaviest() Load {
	n.mu.Lock()
	defer n.mu.Unlock()
	var most Load
	for _, w := range n.workers {
		if load := w.heaviest(); load.Bytes > most.Bytes {
			most = load
		}
	}
	return most
}

func (w *worker) heaviest() Load {
	w.mu.Lock()
	defer w.mu.Unlock()
	var most Load
	for name, u := range w.containers {
		if u.run == nil {
			continue
		}
		if holds := u.run.Holds(); holds > most.Bytes {
			most = Load{Container: w.pod.Namespace + "/" + w.pod.Name + "/" + name, UID: w.uid, Bytes: holds}
		}
	}
	return most
}
