//go:build !linux

package nodehost

// tryAll is tried on Linux only.
func tryAll(string) int { return 1 }
