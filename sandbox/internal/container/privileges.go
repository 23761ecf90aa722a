package container

import (
	"fmt"
	"strings"
)

// Capabilities is a set of Linux capabilities, one bit each.
type Capabilities uint64

// The capabilities that the sandbox checks, by their numbers in Linux.
const (
	capChown       Capabilities = 1 << 0
	capDACOverride Capabilities = 1 << 1
	capFowner      Capabilities = 1 << 3
	capKill        Capabilities = 1 << 5
)

// AllCapabilities are those of Linux 6: 0 to 40.
const AllCapabilities Capabilities = 1<<41 - 1

// defaultCapabilities are those that containerd gives a container.
const defaultCapabilities Capabilities = 0xa80425fb

// capabilityNames are the names without "CAP_", by number.
const capabilityNames = "CHOWN DAC_OVERRIDE DAC_READ_SEARCH FOWNER FSETID KILL SETGID SETUID SETPCAP LINUX_IMMUTABLE NET_BIND_SERVICE " +
	"NET_BROADCAST NET_ADMIN NET_RAW IPC_LOCK IPC_OWNER SYS_MODULE SYS_RAWIO SYS_CHROOT SYS_PTRACE SYS_PACCT SYS_ADMIN SYS_BOOT " +
	"SYS_NICE SYS_RESOURCE SYS_TIME SYS_TTY_CONFIG MKNOD LEASE AUDIT_WRITE AUDIT_CONTROL SETFCAP MAC_OVERRIDE MAC_ADMIN SYSLOG " +
	"WAKE_ALARM BLOCK_SUSPEND AUDIT_READ PERFMON BPF CHECKPOINT_RESTORE"

// NamedCapabilities returns the set of these names; ALL means all. It ignores
// unknown names, including "CAP_CHOWN", as containerd does.
func NamedCapabilities(names ...string) Capabilities {
	var set Capabilities
	for _, name := range names {
		if strings.EqualFold(name, "ALL") {
			return AllCapabilities
		}
		for i, known := range strings.Fields(capabilityNames) {
			if strings.EqualFold(name, known) {
				set |= 1 << i
			}
		}
	}
	return set
}

// Privileges are what the processes of a container may do regardless of file
// permissions. The zero value is containerd's default.
type Privileges struct {
	// Add and Drop change the capabilities; those in both are dropped, unless all
	// are dropped.
	Add, Drop Capabilities
	// NoNew says that a program can't gain privileges that its parent lacks.
	NoNew bool
	// Seccomp says that system calls are filtered.
	Seccomp bool
}

// bounding are the capabilities that root has; others have none.
func (p Privileges) bounding() Capabilities {
	switch {
	case p.Drop == AllCapabilities && p.Add != AllCapabilities:
		return p.Add
	case p.Drop == AllCapabilities:
		return 0
	}
	return (defaultCapabilities | p.Add) &^ p.Drop
}

// of returns a user's capabilities.
func (p Privileges) of(u User) Capabilities {
	if u.UID != 0 {
		return 0
	}
	return p.bounding()
}

// status returns the lines of /proc/PID/status about a user's privileges.
func (p Privileges) status(u User) string {
	noNew, mode := 0, 0
	if p.NoNew {
		noNew = 1
	}
	if p.Seccomp {
		mode = 2
	}
	return fmt.Sprintf("CapInh:\t%016x\nCapPrm:\t%016x\nCapEff:\t%016[2]x\nCapBnd:\t%016[3]x\nCapAmb:\t%016[1]x\nNoNewPrivs:\t%[4]d\nSeccomp:\t%[5]d\nSeccomp_filters:\t%[6]d\n",
		0, p.of(u), p.bounding(), noNew, mode, mode/2)
}
