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

// niceness is how much lower the nodes' CPU priority is than the control
// plane's.
const niceness = 5

// limitMemory makes the kernel refuse memory beyond limit. RLIMIT_DATA counts
// writable memory, not the address space that Go reserves.
func limitMemory(limit int64) bool {
	var old unix.Rlimit
	if unix.Getrlimit(unix.RLIMIT_DATA, &old) != nil {
		return false
	}
	wanted := min(uint64(limit), old.Max)
	return unix.Setrlimit(unix.RLIMIT_DATA, &unix.Rlimit{Cur: wanted, Max: wanted}) == nil
}

// lowerPriority gives the control plane precedence. On Linux each thread has its
// own priority, which new threads inherit from it.
func lowerPriority() {
	tasks, _ := filepath.Glob("/proc/self/task/*")
	for _, t := range tasks {
		if id, err := strconv.Atoi(filepath.Base(t)); err == nil {
			_ = unix.Setpriority(unix.PRIO_PROCESS, id, niceness) // best effort
		}
	}
}

// The first versions of Landlock that allow renames between folders, and that
// restrict connections.
const (
	landlockRenames  = 2
	landlockConnects = 4
)

// restrict confines the process to its folder and to the API server, as far as
// the kernel supports it. Both are in one rule set: a second one would forbid
// renames.
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
		landlock.ConnectTCP(53), // for names outside the cluster
	)
	return err == nil, err == nil && abi >= landlockConnects, err
}

// resolverFiles are the files that the standard library reads to look up names.
func resolverFiles() []string {
	files := []string{"/etc/hosts", "/etc/resolv.conf", "/etc/nsswitch.conf", "/etc/services", "/etc/localtime"}
	for _, f := range files {
		if to, err := filepath.EvalSymlinks(f); err == nil && to != f {
			files = append(files, to)
		}
	}
	return files
}
