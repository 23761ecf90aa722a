// Package freespace reports how much room a disk has left.
package freespace

// What must stay free on the sandbox's disk, in bytes. Pods stop writing first:
// they must not keep the cluster from recording what happens.
const (
	// ForCluster is what etcd needs to continue: its log grows in steps of 64 MB.
	ForCluster = 128 << 20
	// ForItself is the limit below which etcd would soon crash.
	ForItself = 16 << 20
	// ForPods is the limit below which pods see a full disk, ForLogs the one
	// below which their logs are dropped too: a program must be able to log that
	// its disk is full.
	ForPods = 2 * ForCluster
	ForLogs = ForCluster + ForCluster/2
)
