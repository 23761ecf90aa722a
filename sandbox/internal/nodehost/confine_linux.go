package nodehost

import (
	"net"
	"os"
	"path/filepath"
	"strconv"

	"github.com/landlock-lsm/go-landlock/landlock"
	ll "github.com/landlock-lsm/go-landlock/landlock/syscall"
	"golang.org/x/sys/unix"
)

// niceness is how far the nodes step back behind the control plane when both
// want to compute.
const niceness = 5

// limitMemory has the kernel refuse memory beyond limit. RLIMIT_DATA counts what
// a process may write to, and not the address space that Go reserves.
func limitMemory(limit int64) bool {
	var old unix.Rlimit
	if unix.Getrlimit(unix.RLIMIT_DATA, &old) != nil {
		return false
	}
	wanted := min(uint64(limit), old.Max)
	return unix.Setrlimit(unix.RLIMIT_DATA, &unix.Rlimit{Cur: wanted, Max: wanted}) == nil
}

// lowerPriority lets the control plane compute first. A thread's priority is its
// own on Linux, and that of the threads that it makes.
func lowerPriority() {
	tasks, _ := filepath.Glob("/proc/self/task/*")
	for _, t := range tasks {
		if id, err := strconv.Atoi(filepath.Base(t)); err == nil {
			_ = unix.Setpriority(unix.PRIO_PROCESS, id, niceness) // as far as it may
		}
	}
}

// The versions of Landlock from which on it can rename between folders, and
// knows connections.
const (
	landlockRenames  = 2
	landlockConnects = 4
)

// restrict keeps the process to its folder and to the API server, as far as the
// kernel knows how. Both are one rule set: a second one would forbid to rename.
func restrict(b boot) (files, network bool, err error) {
	abi, err := ll.LandlockGetABIVersion()
	if err != nil || abi < landlockRenames {
		return false, false, nil //nolint:nilerr // a kernel without Landlock
	}
	_, port, err := net.SplitHostPort(b.Server)
	if err != nil {
		return false, false, err
	}
	number, err := strconv.ParseUint(port, 10, 16)
	if err != nil {
		return false, false, err
	}
	config := landlock.V5
	config.HandledAccessNet = ll.AccessNetConnectTCP // Node ports may listen anywhere.
	err = config.BestEffort().Restrict(
		landlock.RWDirs(b.Dir).WithRefer(),
		landlock.RWFiles(os.DevNull).IgnoreIfMissing(),
		landlock.ROFiles(resolverFiles()...).IgnoreIfMissing(),
		landlock.RODirs("/usr/share/zoneinfo", "/proc/self").IgnoreIfMissing(),
		landlock.ConnectTCP(uint16(number)),
		landlock.ConnectTCP(53), // for names outside of the cluster
	)
	return err == nil, err == nil && abi >= landlockConnects, err
}

// resolverFiles are what the standard library reads to look up names.
func resolverFiles() []string {
	files := []string{"/etc/hosts", "/etc/resolv.conf", "/etc/nsswitch.conf", "/etc/services", "/etc/localtime"}
	for _, f := range files {
		if to, err := filepath.EvalSymlinks(f); err == nil && to != f {
			files = append(files, to)
		}
	}
	return files
}
