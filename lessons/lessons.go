// Package lessons holds the lessons of the program: course.yaml, which names
// them by course, and a folder for each with one Markdown file per language.
package lessons

import (
	"embed"
	"io/fs"
)

//go:embed course.yaml */*.md
var files embed.FS

// FS returns the lessons as "<lesson>/<language>.md", with course.yaml at the
// top.
func FS() fs.FS { return files }
