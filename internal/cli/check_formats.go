package cli

import (
	"encoding/xml"
	"fmt"
	"path/filepath"
	"time"

	"github.com/kubectl-learn/kubectl-learn/internal/visible"
	"github.com/kubectl-learn/kubectl-learn/pkg/checks"
	"github.com/kubectl-learn/kubectl-learn/pkg/lang"
)

// report is what "check -o json" prints.
type report struct {
	Version int            `json:"version"`
	Lesson  string         `json:"lesson"`
	Step    string         `json:"step"`
	Checks  checks.Results `json:"checks"`
}

// fileReport is what "check -f" found.
type fileReport struct {
	File, Context, Server, Namespace string

	Begun   time.Time
	Took    time.Duration
	Results []checks.Result
}

func (f *checkFile) print(r fileReport) error {
	switch f.check.output {
	case "json":
		return f.app.json(r.json(), "  ")
	case "junit":
		data, err := xml.MarshalIndent(r.junit(f.app.lang()), "", "  ")
		if err != nil {
			return lang.Errorf("failed to write the report: %w", "无法写出报告：%w", err)
		}
		return f.app.print("%s%s\n", xml.Header, data)
	}
	return f.app.rendered(f.app.style(f.app.Stdout).Results(r.Results, f.app.lang()))
}

// fileFormat is the number of the shape of "check -f -o json". It changes when a
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

func (r fileReport) json() fileJSON {
	out := fileJSON{
		Format: fileFormat, File: r.File, Context: r.Context, Server: r.Server, Namespace: r.Namespace,
		Passed: verdictOf(r.Results) == nil, Seconds: seconds(r.Took), Checks: r.Results,
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

// junitSuites is a report as JUnit's readers take it: a check that does not hold
// is a failure, one that could not be looked at an error.
type junitSuites struct {
	XMLName  xml.Name   `xml:"testsuites"`
	Tests    int        `xml:"tests,attr"`
	Failures int        `xml:"failures,attr"`
	Errors   int        `xml:"errors,attr"`
	Time     string     `xml:"time,attr"`
	Suite    junitSuite `xml:"testsuite"`
}

type junitSuite struct {
	Name      string      `xml:"name,attr"`
	Tests     int         `xml:"tests,attr"`
	Failures  int         `xml:"failures,attr"`
	Errors    int         `xml:"errors,attr"`
	Time      string      `xml:"time,attr"`
	Timestamp string      `xml:"timestamp,attr"`
	Cases     []junitCase `xml:"testcase"`
}

type junitCase struct {
	Name    string        `xml:"name,attr"`
	Class   string        `xml:"classname,attr"`
	File    string        `xml:"file,attr"`
	Line    int           `xml:"line,attr"`
	Time    string        `xml:"time,attr"`
	Failure *junitProblem `xml:"failure,omitempty"`
	Error   *junitProblem `xml:"error,omitempty"`
}

type junitProblem struct {
	Type    string `xml:"type,attr"`
	Message string `xml:"message,attr"`
	Text    string `xml:",chardata"`
}

// junit makes text visible, as XML 1.0 has no way to write most control characters.
func (r fileReport) junit(l lang.Lang) junitSuites {
	took := fmt.Sprintf("%.3f", r.Took.Seconds())
	out := junitSuites{Tests: len(r.Results), Time: took}
	suite := junitSuite{
		Name: visible.Text(filepath.Base(r.File)), Tests: len(r.Results), Time: took,
		Timestamp: r.Begun.UTC().Format("2006-01-02T15:04:05"),
	}
	for _, one := range r.Results {
		c := junitCase{
			Name: visible.Text(one.Check.Name), Class: suite.Name + "." + one.Check.ID, File: visible.Text(r.File), Line: one.Check.At.Line,
			Time: fmt.Sprintf("%.3f", max(0, one.Since.Sub(r.Begun).Seconds())),
		}
		problem := &junitProblem{Type: string(one.Verdict), Message: visible.Text(one.Reason.In(l)), Text: visible.Text(one.Hint)}
		switch one.Verdict {
		case checks.Failed, checks.Waiting:
			c.Failure = problem
			out.Failures++
		case checks.Unknown:
			c.Error = problem
			out.Errors++
		}
		suite.Cases = append(suite.Cases, c)
	}
	suite.Failures, suite.Errors = out.Failures, out.Errors
	out.Suite = suite
	return out
}
