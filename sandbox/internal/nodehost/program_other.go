//go:build !linux

package nodehost

// ownProgram is the program's file.
func ownProgram(path string) string { return path }
