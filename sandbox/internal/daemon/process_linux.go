package daemon

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
)

// holds reports whether the process has the file open, as the daemon has its
// lock. It keeps a number that was given to another process from being trusted.
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

// residentBytes is the memory that the process occupies.
func residentBytes(pid int) int64 {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0
	}
	_, rest, _ := bytes.Cut(status, []byte("\nVmRSS:"))
	fields := bytes.Fields(rest)
	if len(fields) == 0 {
		return 0
	}
	kib, _ := strconv.ParseInt(string(fields[0]), 10, 64)
	return kib << 10
}
