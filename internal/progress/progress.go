// Package progress keeps what a learner has done in a lesson: which steps are
// finished, on which cluster, and which namespace was made for it. A record is
// written whole or not at all, is readable by its owner only, and is never
// overwritten when it cannot be read.
package progress

import (
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"time"

	"github.com/kubectl-learn/kubectl-learn/internal/home"
	"github.com/kubectl-learn/kubectl-learn/pkg/lang"
)

// version is the form of the record; a newer program may raise it.
const version = 1

// Record is one learner's way through one lesson.
type Record struct {
	Version int    `json:"version"`
	Lesson  string `json:"lesson"`
	// ID tells this record from all others. It is on the namespaces that are made
	// for it.
	ID string `json:"id,omitempty"`
	// Cluster is where the lesson is played; empty before it was chosen.
	Cluster Cluster `json:"cluster"`
	// Namespace was made for the lesson, and is the one thing that reset deletes.
	// Without a UID it was about to be made when this was written.
	Namespace Object `json:"namespace"`
	// Lost says that the namespace is gone in which steps were done, and that what
	// they made has not been made again in the one that took its place.
	Lost bool `json:"lost,omitempty"`
	// Variables are those that the learner chose otherwise than the lesson does.
	Variables map[string]string `json:"variables,omitempty"`
	// Steps holds what is known of each step, by its id.
	Steps    map[string]Step `json:"steps"`
	Started  time.Time       `json:"started"`
	Updated  time.Time       `json:"updated"`
	Finished time.Time       `json:"finished,omitzero"`
}

// Cluster names a cluster: the sandbox, or a context of the learner's own.
type Cluster struct {
	// Context is empty for the sandbox.
	Context string `json:"context,omitempty"`
	// Kubeconfig is the file that holds the context, when it is not where
	// kubectl looks by itself.
	Kubeconfig string `json:"kubeconfig,omitempty"`
	Server     string `json:"server,omitempty"`
	// CA and UID tell the cluster from another one that the context may lead to
	// some day: the digest of the server's certificate authority, and the UID of
	// the namespace kube-system. Records of earlier versions have neither.
	CA  string `json:"ca,omitempty"`
	UID string `json:"uid,omitempty"`
}

// Object is something that the program made in a cluster.
type Object struct {
	Name string `json:"name,omitempty"`
	UID  string `json:"uid,omitempty"`
}

// Step is what is known of one step.
type Step struct {
	// Blocks counts the step's blocks that are behind the learner.
	Blocks int `json:"blocks"`
	// Begun is the block, the first being 1, whose command was begun and whose end is
	// not known; 0 where there is none.
	Begun int `json:"begun,omitempty"`
	// Attempts counts the times that a check had settled and was not as asked.
	Attempts int `json:"attempts,omitempty"`
	// Answers holds the last answer to each question, by its id.
	Answers map[string]string `json:"answers,omitempty"`
	// Right says of an answer whether it was right when it was given.
	Right map[string]bool `json:"right,omitempty"`
	// Done is when the step was finished; zero before.
	Done time.Time `json:"done,omitzero"`
}

// Begun reports whether the lesson has its namespace.
func (r Record) Begun() bool { return r.Namespace.UID != "" }

// DoneSteps counts the finished steps.
func (r Record) DoneSteps() int {
	n := 0
	for _, s := range r.Steps {
		if !s.Done.IsZero() {
			n++
		}
	}
	return n
}

// Read returns the record in a lesson's folder without locking it, and an empty
// one when there is none. It fails with *DamagedError, or with *NewerError for
// a record that a newer version of the program wrote.
func Read(dir home.Lesson) (Record, error) {
	file := dir.Progress()
	data, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		return Record{Version: version, Steps: map[string]Step{}}, nil
	}
	if err != nil {
		return Record{}, lang.Errorf("failed to read progress: %w", "无法读取进度：%w", err)
	}
	// The version comes first: a newer record may not fit into this one's form.
	var form struct {
		Version int `json:"version"`
	}
	if err := json.Unmarshal(data, &form); err != nil {
		return Record{}, damaged(file, data, err)
	}
	if form.Version > version {
		return Record{}, &NewerError{File: file, Version: form.Version, Known: version}
	}
	var r Record
	if err := json.Unmarshal(data, &r); err != nil {
		return Record{}, damaged(file, data, err)
	}
	if r.Version != version {
		return Record{}, damaged(file, data, lang.Errorf("it has version %d", "它的版本是 %d", r.Version))
	}
	if r.Steps == nil {
		r.Steps = map[string]Step{}
	}
	return r, nil
}
