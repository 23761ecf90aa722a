//go:build unix

package daemon

import (
	"os"
	"syscall"
)

// errAddressInUse is what listening on a taken port gives.
const errAddressInUse = syscall.EADDRINUSE

// detached lets a process outlive the terminal and its Ctrl-C.
func detached() *syscall.SysProcAttr { return &syscall.SysProcAttr{Setsid: true} }

// askToStop lets the process put its things in order.
func askToStop(p *os.Process) error { return p.Signal(syscall.SIGTERM) }
