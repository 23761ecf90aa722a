// Package freespace says how much room a disk has left.
package freespace

// What must stay free on the disk that the sandbox is on, in bytes. Pods stop
// first: a pod must not keep the cluster from writing down what happens.
const (
	// ForCluster is what etcd needs to go on: it takes its log in pieces of 64 MB.
	ForCluster = 128 << 20
	// ForPods is where the pods' disks are full.
	ForPods = 2 * ForCluster
)
