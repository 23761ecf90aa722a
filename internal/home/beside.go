package home

import "path/filepath"

// Beside returns the folders to search for files that belong to a program: first the
// folder of its real file, then that of the link that started it. krew puts a link on
// PATH, and macOS reports the link as the program's own file.
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
