package report

import (
	"slices"
	"time"

	"github.com/kubectl-learn/kubectl-learn/pkg/checks"
)

// File is the result of "check -f".
type File struct {
	File, Context, Server, Namespace string

	Begun   time.Time
	Took    time.Duration
	Results []checks.Result
}

// fileFormat is the version of the format of "check -f -o json". It changes when a
// field does.
const fileFormat = 1

// fileJSON is "check -f -o json".
type fileJSON struct {
	Format    int            `json:"format"`
	File      string         `json:"file"`
	Context   string         `json:"context"`
	Server    string         `json:"server"`
	Namespace string         `json:"namespace"`
	Passed    bool           `json:"passed"`
	Points    int            `json:"points"`
	PointsMax int            `json:"pointsMax"`
	Seconds   float64        `json:"seconds"`
	Checks    checks.Results `json:"checks"`
}

// JSON writes the report for a program.
func (r File) JSON() (string, error) { return JSON(r.document(), "  ") }

func (r File) document() fileJSON {
	out := fileJSON{
		Format: fileFormat, File: r.File, Context: r.Context, Server: r.Server, Namespace: r.Namespace,
		Passed: r.passed(), Seconds: seconds(r.Took), Checks: r.Results,
	}
	for _, one := range r.Results {
		out.PointsMax += one.Check.Points
		if one.Verdict == checks.Passed {
			out.Points += one.Check.Points
		}
	}
	return out
}

// seconds rounds to milliseconds.
func seconds(d time.Duration) float64 { return d.Round(time.Millisecond).Seconds() }

// passed reports whether no check is failed, waiting or unknown.
func (r File) passed() bool {
	return !slices.ContainsFunc(r.Results, func(one checks.Result) bool {
		return slices.Contains([]checks.Verdict{checks.Failed, checks.Waiting, checks.Unknown}, one.Verdict)
	})
}
