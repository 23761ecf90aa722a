package lessons_test

import (
	"os"
	"regexp"
	"testing"

	"github.com/kubectl-learn/kubectl-learn/lessons"
	"github.com/kubectl-learn/kubectl-learn/manifests"
	"github.com/kubectl-learn/kubectl-learn/pkg/lang"
	"github.com/kubectl-learn/kubectl-learn/pkg/steps"
)

var stepName = regexp.MustCompile("`([a-z0-9-]+)#([a-z0-9-]+)`")

// TestCoverageNamesTheSteps holds docs/coverage.md against the lessons: each
// step that it names exists, and each step of a lesson that mirrors an article
// is named.
func TestCoverageNamesTheSteps(t *testing.T) {
	page, err := os.ReadFile("../docs/coverage.md")
	if err != nil {
		t.Fatal(err)
	}
	catalog, err := steps.Open(lessons.FS(), manifests.FS())
	if err != nil {
		t.Fatal(err)
	}
	there := map[string]bool{}
	for _, course := range catalog.Courses() {
		for _, summary := range course.Lessons {
			lesson, err := catalog.Lesson(summary.ID, lang.English)
			if err != nil {
				t.Fatal(err)
			}
			for _, s := range lesson.Steps {
				there[lesson.ID+"#"+s.ID] = lesson.Mirrors.Title != ""
			}
		}
	}
	named := map[string]bool{}
	for _, m := range stepName.FindAllStringSubmatch(string(page), -1) {
		name := m[1] + "#" + m[2]
		named[name] = true
		if _, ok := there[name]; !ok {
			t.Errorf("docs/coverage.md names %s, and there is no such step", name)
		}
	}
	for name, mirrors := range there {
		if mirrors && !named[name] {
			t.Errorf("docs/coverage.md does not name %s", name)
		}
	}
}
