package lessons_test

import (
	"testing"

	"github.com/kubectl-learn/kubectl-learn/lessons"
	"github.com/kubectl-learn/kubectl-learn/manifests"
	"github.com/kubectl-learn/kubectl-learn/pkg/steps"
)

// TestLessons is how the lessons test themselves.
func TestLessons(t *testing.T) {
	c, err := steps.Open(lessons.FS(), manifests.FS())
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range c.Lint() {
		t.Error(p)
	}
}
