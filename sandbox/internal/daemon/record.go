package daemon

import (
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"time"

	"github.com/kubectl-learn/kubectl-learn/internal/atomicfile"
	"github.com/kubectl-learn/kubectl-learn/pkg/lang"
	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/fleet"
	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/nodehost"
)

// record is run.json: what the daemon publishes about itself. It is valid only
// while the lock is held; afterwards everything but the port is history.
type record struct {
	PID     int       `json:"pid"`
	Port    int       `json:"port"`
	Started time.Time `json:"started"`
	Version string    `json:"version"`
	// Build is the version that the daemon's program was built as.
	Build string `json:"build"`
	// Stage is the current stage of starting, "" before and after.
	Stage string `json:"stage,omitempty"`
	Ready bool   `json:"ready"`
	// LostPort is the port of earlier starts, when another program has taken it.
	LostPort int `json:"lostPort,omitempty"`
	// Nodes are all nodes as they are.
	Nodes []fleet.Node `json:"nodes,omitempty"`
	// NodesPID is the process of the nodes, 0 while there is none, and Confined how
	// it is kept from the machine.
	NodesPID int                  `json:"nodesPID,omitempty"`
	Confined nodehost.Confinement `json:"confined,omitzero"`
	// Held are the pods that were held back when the nodes' process ended last.
	Held []nodehost.HeldPod `json:"held,omitempty"`
	// IdleSeconds is after how many seconds without use the sandbox stops itself;
	// 0 for never.
	IdleSeconds float64 `json:"idleSeconds,omitempty"`
	// LastUse is when the sandbox was last used, at most a minute out of date.
	LastUse time.Time `json:"lastUse,omitzero"`
	// IdleStopped is when the daemon stopped itself, if that is how it ended.
	IdleStopped time.Time `json:"idleStopped,omitzero"`
	// Failure is what ended the daemon, if it is a HintError.
	Failure *failure `json:"failure,omitempty"`
}

func (r record) idleTimeout() time.Duration {
	return time.Duration(r.IdleSeconds * float64(time.Second))
}

// failure passes a HintError from the daemon to the processes that wait for it:
// the log has it in English only.
type failure struct {
	What  lang.Message   `json:"what"`
	Hints []lang.Message `json:"hints,omitempty"`
}

func failureOf(err error) *failure {
	if hinted, ok := errors.AsType[*HintError](err); ok {
		return &failure{What: Words(err), Hints: hinted.Hints}
	}
	return nil
}

// read returns the record; the zero record when there is none. An unreadable
// record counts as none: everything in it can be found out again.
func (f Folder) read() (record, error) {
	var r record
	data, err := os.ReadFile(f.file("run.json"))
	if errors.Is(err, fs.ErrNotExist) {
		return r, nil
	}
	if err != nil {
		return r, errorf(err, "failed to read the sandbox's record", "无法读取沙箱自身的记录")
	}
	if json.Unmarshal(data, &r) != nil {
		return record{}, nil //nolint:nilerr // an unreadable record counts as none: the next start rewrites it
	}
	return r, nil
}

func (f Folder) write(r record) error {
	data, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		return err
	}
	return atomicfile.Write(f.file("run.json"), append(data, '\n'))
}
