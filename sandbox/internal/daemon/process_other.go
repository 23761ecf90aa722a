//go:build !linux

package daemon

// holds trusts the record: the daemon writes it right after taking the lock.
func holds(int, string) bool { return true }

// residentBytes is not available on this system.
func residentBytes(...int) int64 { return 0 }

// machineMemory is not available on this system.
func machineMemory() int64 { return 0 }
