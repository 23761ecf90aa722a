package progress

import (
	"encoding/json"
	"fmt"
	"regexp"
)

// DamagedError says that a record cannot be read. What the lesson made is named
// as far as it can still be made out, so that it can be deleted by hand.
type DamagedError struct {
	File string
	Err  error
	// Namespace is the one that was made for the lesson, its name empty when that
	// cannot be made out.
	Namespace Object
	// Cluster is where that namespace is; nil when that cannot be made out.
	Cluster *Cluster
}

func (e *DamagedError) Error() string {
	return fmt.Sprintf("progress file %s is damaged: %v", e.File, e.Err)
}
func (e *DamagedError) Unwrap() error { return e.Err }

// NewerError says that a newer version of the program wrote a record. It is no
// damage: that version still reads it.
type NewerError struct {
	File string
	// Version is the record's form; Known is the newest that this program reads.
	Version, Known int
}

func (e *NewerError) Error() string {
	return fmt.Sprintf("progress file %s has version %d, this program reads up to %d", e.File, e.Version, e.Known)
}

// Whole objects of a record that is cut off or has something else in it.
var (
	clusterPart   = regexp.MustCompile(`"cluster"\s*:\s*(\{[^{}]*\})`)
	namespacePart = regexp.MustCompile(`"namespace"\s*:\s*(\{[^{}]*\})`)
	namespaceName = regexp.MustCompile(`^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$`)
)

// damaged tells what can still be read of a record.
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
