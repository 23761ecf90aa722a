package progress

import (
	"encoding/json"
	"fmt"
	"regexp"
)

// DamagedError says that a record can't be read. It names what the lesson created, as
// far as that is still readable, so that it can be deleted by hand.
type DamagedError struct {
	File string
	Err  error
	// Namespace is the one created for the lesson; its name is empty if that isn't
	// readable.
	Namespace Object
	// Cluster is where that namespace is; nil if that isn't readable.
	Cluster *Cluster
}

func (e *DamagedError) Error() string {
	return fmt.Sprintf("progress file %s is damaged: %v", e.File, e.Err)
}
func (e *DamagedError) Unwrap() error { return e.Err }

// NewerError says that a newer version of the program wrote a record. It is not
// damaged: that version can still read it.
type NewerError struct {
	File string
	// Version is the version of the record's format; Known is the newest that this
	// program can read.
	Version, Known int
}

func (e *NewerError) Error() string {
	return fmt.Sprintf("progress file %s has version %d, this program reads up to %d", e.File, e.Version, e.Known)
}

// Complete objects in a record that is cut off or has something else in it.
var (
	clusterPart   = regexp.MustCompile(`"cluster"\s*:\s*(\{[^{}]*\})`)
	namespacePart = regexp.MustCompile(`"namespace"\s*:\s*(\{[^{}]*\})`)
	namespaceName = regexp.MustCompile(`^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$`)
)

// damaged collects what is still readable in a record.
func damaged(file string, data []byte, err error) *DamagedError {
	e := &DamagedError{File: file, Err: err}
	var at Cluster
	if read(clusterPart, data, &at) {
		e.Cluster = &at
	}
	var ns Object
	if read(namespacePart, data, &ns) && namespaceName.MatchString(ns.Name) {
		e.Namespace = ns
	}
	return e
}

func read(part *regexp.Regexp, data []byte, into any) bool {
	found := part.FindSubmatch(data)
	return found != nil && json.Unmarshal(found[1], into) == nil
}
