//go:build unix

package nodehost

import "syscall"

// killed reports that a process was ended by SIGKILL, as the kernel does when
// memory is short.
func killed(status syscall.WaitStatus) bool {
	return status.Signaled() && status.Signal() == syscall.SIGKILL
}
