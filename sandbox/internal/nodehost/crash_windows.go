package nodehost

import "syscall"

// killed is not available on this system.
func killed(syscall.WaitStatus) bool { return false }
