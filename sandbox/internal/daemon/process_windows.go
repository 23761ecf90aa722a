package daemon

import (
	"os"
	"syscall"

	"golang.org/x/sys/windows"
)

// errAddressInUse is the error for listening on a taken port.
const errAddressInUse = windows.WSAEADDRINUSE

// detached lets a process outlive the console and its Ctrl-C.
func detached() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{CreationFlags: windows.DETACHED_PROCESS | windows.CREATE_NEW_PROCESS_GROUP}
}

// askToStop ends the process: Windows has no gentler way for one without a
// console. The data survives it, as it survives a kill everywhere.
func askToStop(p *os.Process) error { return p.Kill() }
