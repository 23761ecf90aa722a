//go:build unix

package daemon

import (
	"os"
	"syscall"
)

// errAddressInUse is the error for listening on a taken port.
const errAddressInUse = syscall.EADDRINUSE

// detached lets a process outlive the terminal and its Ctrl-C.
func detached() *syscall.SysProcAttr { return &syscall.SysProcAttr{Setsid: true} }

// askToStop asks the process to shut down cleanly.
func askToStop(p *os.Process) error { return p.Signal(syscall.SIGTERM) }
