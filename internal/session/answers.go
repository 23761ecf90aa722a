package session

import (
	"context"

	"github.com/kubectl-learn/kubectl-learn/internal/home"
	"github.com/kubectl-learn/kubectl-learn/internal/progress"
	"github.com/kubectl-learn/kubectl-learn/pkg/checks"
	"github.com/kubectl-learn/kubectl-learn/pkg/steps"
)

// answers are what a learner answered in a lesson, as its record on the disk says.
// The record is written whole, so it may be read at any time.
type answers struct {
	folder home.Lesson
	lesson *steps.Lesson
}

// Answer returns the last answer to a question, nil when there is none.
func (a answers) Answer(_ context.Context, quiz string) (*checks.Answer, error) {
	record, err := progress.Read(a.folder)
	if err != nil {
		return nil, err
	}
	for _, s := range a.lesson.Steps {
		text, given := record.Steps[s.ID].Answers[quiz]
		if !given {
			continue
		}
		return &checks.Answer{Text: text, Right: record.Steps[s.ID].Right[quiz]}, nil
	}
	return nil, nil //nolint:nilnil // nil is the answer that there is none
}
