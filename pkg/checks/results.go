package checks

import (
	"bytes"
	"encoding/json"
	"slices"

	"github.com/kubectl-learn/kubectl-learn/pkg/lang"
)

// Results are the verdicts on several checks, in the order of the checks.
type Results []Result

// Passed reports that there are checks, and that all of them passed.
func (r Results) Passed() bool {
	return len(r) > 0 && !slices.ContainsFunc(r, func(one Result) bool { return one.Verdict != Passed })
}

// resultJSON is how a result is written: of its check what tells it from others,
// and why it did not pass.
type resultJSON struct {
	ID          string        `json:"id"`
	Name        string        `json:"name"`
	Probe       string        `json:"probe"`
	Line        int           `json:"line,omitempty"`
	Points      int           `json:"points"`
	Verdict     Verdict       `json:"verdict"`
	Reason      *lang.Message `json:"reason,omitempty"`
	Hint        string        `json:"hint,omitempty"`
	Differences []Difference  `json:"differences,omitempty"`
}

// MarshalJSON writes an object with id, name, probe, line (left out for a check
// that was built in Go), points, verdict and, unless the check passed, reason (in
// en and zh), hint and differences (path, wanted, found). A field keeps its meaning;
// others may be added.
func (r Result) MarshalJSON() ([]byte, error) {
	out := resultJSON{
		ID: r.Check.ID, Name: r.Check.Name, Probe: r.Check.Kind(), Line: r.Check.At.Line,
		Points: r.Check.Points, Verdict: r.Verdict,
	}
	if r.Verdict != Passed {
		out.Hint, out.Differences = r.Hint, r.Differences
		if !r.Reason.IsZero() {
			out.Reason = &r.Reason
		}
	}
	// The encoder of the whole document decides whether < is escaped.
	var text bytes.Buffer
	e := json.NewEncoder(&text)
	e.SetEscapeHTML(false)
	err := e.Encode(out)
	return text.Bytes(), err
}
