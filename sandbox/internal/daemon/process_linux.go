package daemon

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
)

// holds reports whether the process has the file open, as the daemon has its
// lock. It guards against a PID that now belongs to another process.
func holds(pid int, file string) bool {
	want, err := os.Stat(file)
	if err != nil {
		return false
	}
	open, _ := filepath.Glob(fmt.Sprintf("/proc/%d/fd/*", pid))
	for _, fd := range open {
		if got, err := os.Stat(fd); err == nil && os.SameFile(want, got) {
			return true
		}
	}
	return false
}

// residentBytes is the memory that processes occupy. The pages of the program's
// file, which they share, are counted once, in the largest.
func residentBytes(pids ...int) int64 {
	var sum, shared int64
	for _, pid := range pids {
		status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
		if pid == 0 || err != nil {
			continue
		}
		file := kib(status, "RssFile")
		sum += kib(status, "VmRSS") - file
		shared = max(shared, file)
	}
	return (sum + shared) << 10
}

// kib reads a number of KiB from a process's status.
func kib(status []byte, name string) int64 {
	_, rest, _ := bytes.Cut(status, []byte("\n"+name+":"))
	fields := bytes.Fields(rest)
	if len(fields) == 0 {
		return 0
	}
	n, _ := strconv.ParseInt(string(fields[0]), 10, 64)
	return n
}

// machineMemory is how many bytes of memory this machine has.
func machineMemory() int64 {
	info, err := os.ReadFile("/proc/meminfo")
	if err != nil {
		return 0
	}
	return kib(append([]byte("\n"), info...), "MemTotal") << 10
}
