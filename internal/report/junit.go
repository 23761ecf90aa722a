package report

import (
	"encoding/xml"
	"fmt"
	"path/filepath"

	"github.com/kubectl-learn/kubectl-learn/internal/visible"
	"github.com/kubectl-learn/kubectl-learn/pkg/checks"
	"github.com/kubectl-learn/kubectl-learn/pkg/lang"
)

// junitSuites is a report in the format of JUnit: a check that doesn't pass is a
// failure, one that couldn't run an error.
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

// JUnit writes the report as CI systems read it.
func (r File) JUnit(l lang.Lang) (string, error) {
	data, err := xml.MarshalIndent(r.suites(l), "", "  ")
	if err != nil {
		return "", lang.Errorf("failed to write the report: %w", "无法写出报告：%w", err)
	}
	return visible.Text(xml.Header + string(data) + "\n"), nil
}

// suites makes text visible, because XML 1.0 can't contain most control characters.
func (r File) suites(l lang.Lang) junitSuites {
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
