// Package freespace says how much room a disk has left.
package freespace

// What must stay free on the disk that the sandbox is on, in bytes. Pods stop
// first: a pod must not keep the cluster from writing down what happens.
const (
	// ForCluster is what etcd needs to go on: it takes its log in pieces of 64 MB.
	ForCluster = 128 << 20
	// ForItself is where etcd would soon end.
	ForItself = 16 << 20
	// ForPods is where the pods' disks are full, ForLogs where what they print is
	// dropped too: a program must be able to say that its disk is full.
	ForPods = 2 * ForCluster
	ForLogs = ForCluster + ForCluster/2
)
