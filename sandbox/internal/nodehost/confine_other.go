//go:build !linux && !windows

package nodehost

// limitMemory is not available on this system: memoryWatch does it.
func limitMemory(int64) bool { return false }

// lowerPriority does nothing on this system.
func lowerPriority() {}

// restrict is not available on this system.
func restrict(boot) (files, network bool, err error) { return false, false, nil }
