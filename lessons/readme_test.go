package lessons_test

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kubectl-learn/kubectl-learn/lessons"
	"github.com/kubectl-learn/kubectl-learn/manifests"
	"github.com/kubectl-learn/kubectl-learn/pkg/steps"
)

// The list of lessons in the README stands between these lines.
const (
	listBegins = "<!-- lessons: begin, written by make update -->\n"
	listEnds   = "<!-- lessons: end -->\n"
)

// TestReadmeListsTheLessons holds the README's list against the course; with
// UPDATE set it writes the list.
func TestReadmeListsTheLessons(t *testing.T) {
	const file = "../README.md"
	page, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, begins := strings.Cut(string(page), listBegins)
	have, after, ends := strings.Cut(rest, listEnds)
	if !begins || !ends {
		t.Fatalf("README.md wants the lines %q and %q", listBegins, listEnds)
	}
	want := list(t)
	if os.Getenv("UPDATE") != "" {
		if err := os.WriteFile(file, []byte(before+listBegins+want+listEnds+after), 0o600); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := cmp.Diff(want, have); diff != "" {
		t.Errorf("run make update (-want +got):\n%s", diff)
	}
}

func list(t *testing.T) string {
	t.Helper()
	catalog, err := steps.Open(lessons.FS(), manifests.FS())
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	b.WriteString("| lesson | minutes | what you do |\n| --- | --- | --- |\n")
	for _, course := range catalog.Courses() {
		for _, l := range course.Lessons {
			fmt.Fprintf(&b, "| `%s` | %d | %s |\n", l.ID, l.Minutes, l.Summary.EN)
		}
	}
	return b.String()
}
