// Package manifests holds the YAML that the lessons apply: a folder for each
// lesson, with plain files that kubectl can apply. A folder named later holds
// what one of these files becomes in the course of its lesson, one named fixed how
// a file that is broken on purpose is fixed; kubectl apply -f on the lesson's
// folder does not reach into them.
package manifests

import (
	"embed"
	"io/fs"
)

//go:embed */*.yaml */later/*.yaml */fixed/*.yaml
var files embed.FS

// FS returns the manifests as "<lesson>/<file>.yaml".
func FS() fs.FS { return files }
