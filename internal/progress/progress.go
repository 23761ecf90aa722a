// Package progress keeps what a learner has done in a lesson: which steps are finished,
// on which cluster, and which namespace was created for it. A record is written
// completely or not at all, only its owner can read it, and it is never overwritten if
// it can't be read.
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

// version is the version of the record's format; a newer program may raise it.
const version = 1

// Record is one learner's progress in one lesson.
type Record struct {
	Version int    `json:"version"`
	Lesson  string `json:"lesson"`
	// ID tells this record from all others. The namespaces created for the record carry
	// it.
	ID string `json:"id,omitempty"`
	// Cluster is where the lesson runs; empty until it is chosen.
	Cluster Cluster `json:"cluster"`
	// Namespace was created for the lesson, and is the only thing that reset deletes.
	// Without a UID, it was about to be created when this was written.
	Namespace Object `json:"namespace"`
	// Lost says that the namespace of finished steps is gone, and that what they
	// created is not yet in the new one.
	Lost bool `json:"lost,omitempty"`
	// Variables are those that the learner set.
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
	// CA and UID tell the cluster from another one that the context may point to some
	// day: the digest of the server's certificate authority, and the UID of the
	// namespace kube-system. Records of earlier versions have neither.
	CA  string `json:"ca,omitempty"`
	UID string `json:"uid,omitempty"`
}

// Object is something that the program created in a cluster.
type Object struct {
	Name string `json:"name,omitempty"`
	UID  string `json:"uid,omitempty"`
}

// Step is what is known of one step.
type Step struct {
	// Blocks counts the blocks of the step that the learner has finished.
	Blocks int `json:"blocks"`
	// Begun is the block, counted from 1, whose command was started and may not have
	// ended; 0 if there is none.
	Begun int `json:"begun,omitempty"`
	// Attempts counts how often a check settled without passing.
	Attempts int `json:"attempts,omitempty"`
	// Answers holds the last answer to each question, by its id.
	Answers map[string]string `json:"answers,omitempty"`
	// Right says whether an answer was right when it was given.
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

// Read returns the record in a lesson's folder without locking it, or an empty one if
// there is none. It fails with *DamagedError, or with *NewerError for a record that a
// newer version of the program wrote.
func Read(dir home.Lesson) (Record, error) {
	file := dir.Progress()
	data, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		return Record{Version: version, Steps: map[string]Step{}}, nil
	}
	if err != nil {
		return Record{}, lang.Errorf("failed to read progress: %w", "无法读取进度：%w", err)
	}
	// Read the version first: a newer record may not fit this format.
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
