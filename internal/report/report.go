// Package report formats results for programs, as JSON and JUnit. Package render
// formats them for terminals.
package report

import (
	"bytes"
	"encoding/json"

	"github.com/kubectl-learn/kubectl-learn/internal/visible"
	"github.com/kubectl-learn/kubectl-learn/pkg/checks"
	"github.com/kubectl-learn/kubectl-learn/pkg/lang"
)

// JSON writes a result for a program, safe to show; indent may be empty.
func JSON(v any, indent string) (string, error) {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetIndent("", indent)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(v); err != nil {
		return "", lang.Errorf("failed to write JSON: %w", "无法写出 JSON：%w", err)
	}
	return string(visible.JSON(b.Bytes())), nil
}

// Step is what "check -o json" prints about a lesson's step.
type Step struct {
	Version int            `json:"version"`
	Lesson  string         `json:"lesson"`
	Step    string         `json:"step"`
	Checks  checks.Results `json:"checks"`
}

// NewStep reports on a step.
func NewStep(lesson, step string, results checks.Results) Step {
	return Step{Version: 1, Lesson: lesson, Step: step, Checks: results}
}
