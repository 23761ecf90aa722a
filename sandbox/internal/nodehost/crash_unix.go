//go:build unix

package nodehost

import "syscall"

// killed reports whether a process ended by SIGKILL, which the kernel sends
// when memory is short.
func killed(status syscall.WaitStatus) bool {
	return status.Signaled() && status.Signal() == syscall.SIGKILL
}
