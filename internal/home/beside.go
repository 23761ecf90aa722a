package home

import "path/filepath"

// Beside returns the folders in which to look for what belongs to a program:
// that of its real file first, then that of the link by which it was started. krew
// puts a link on PATH, and macOS names the link as the program's own file.
func Beside(program string) []string {
	folders := []string{filepath.Dir(program)}
	real, err := filepath.EvalSymlinks(program)
	if err != nil {
		return folders
	}
	if folder := filepath.Dir(real); folder != folders[0] {
		folders = append([]string{folder}, folders...)
	}
	return folders
}
