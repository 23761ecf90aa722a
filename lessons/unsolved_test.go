package lessons_test

import (
	"os"
	"path/filepath"
	"testing"

	"k8s.io/client-go/tools/clientcmd"

	"github.com/kubectl-learn/kubectl-learn/internal/patience"
	"github.com/kubectl-learn/kubectl-learn/internal/shell"
	"github.com/kubectl-learn/kubectl-learn/lessons"
	"github.com/kubectl-learn/kubectl-learn/manifests"
	"github.com/kubectl-learn/kubectl-learn/pkg/checks"
	"github.com/kubectl-learn/kubectl-learn/pkg/lang"
	"github.com/kubectl-learn/kubectl-learn/pkg/steps"
)

// TestNoCheckHoldsBeforeAnyWork looks at every check of every lesson in a
// namespace where nothing was done: one that holds there checks nothing.
func TestNoCheckHoldsBeforeAnyWork(t *testing.T) {
	file := os.Getenv("KUBECTL_LEARN_TEST_KUBECONFIG")
	patience.Needs(t, file != "", "a cluster that KUBECTL_LEARN_TEST_KUBECONFIG names")
	config, err := clientcmd.BuildConfigFromFlags("", file)
	if err != nil {
		t.Fatal(err)
	}
	catalog, err := steps.Open(lessons.FS(), manifests.FS())
	if err != nil {
		t.Fatal(err)
	}
	// Commands look into an empty namespace too, that of the kubeconfig.
	engine, err := checks.NewEngine(config, checks.WithRunner(shell.Runner{Config: shell.Config{
		Dir: t.TempDir(), Env: os.Environ(), Kubeconfig: file, Sandbox: sandbox(t),
	}}))
	if err != nil {
		t.Fatal(err)
	}
	defer engine.Close()
	for _, course := range catalog.Courses() {
		for _, summary := range course.Lessons {
			t.Run(summary.ID, func(t *testing.T) { unsolved(t, catalog, engine, summary.ID) })
		}
	}
}

// sandbox is the program that lends its kubectl to a machine that has none.
func sandbox(t *testing.T) string {
	t.Helper()
	path, err := filepath.Abs("../bin/kubectl-learn-sandbox")
	if err != nil {
		t.Fatal(err)
	}
	return path
}

func unsolved(t *testing.T, catalog *steps.Catalog, engine *checks.Engine, id string) {
	t.Helper()
	lesson, err := catalog.Lesson(id, lang.English)
	if err != nil {
		t.Fatal(err)
	}
	ctx := patience.Context(t)
	wanted := map[string]bool{}
	for _, s := range lesson.Steps {
		if len(s.Checks()) == 0 {
			continue
		}
		for _, c := range s.Checks() {
			for _, name := range names(c) {
				wanted[name] = true
			}
		}
		results, err := engine.Look(ctx, "empty-"+id, s.Checks())
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range results {
			if r.Check.Absent != nil && wanted[r.Check.Absent.Name] {
				continue // An earlier check wants it to be there: it does not hold by itself.
			}
			if r.Verdict != checks.Failed || r.Reason.EN == "" || r.Reason.ZH == "" {
				t.Errorf("step %q: check %q is %s before any work: %q", s.ID, r.Check.ID, r.Verdict, r.Reason.EN)
			}
		}
	}
}

// names are those of the things that must be there for a check to hold.
func names(c checks.Check) []string {
	var all []string
	switch p := c.Probe().(type) {
	case *checks.ObjectProbe:
		all = append(all, p.Name)
	case *checks.HTTPProbe:
		all = append(all, p.Service, p.Pod)
	case *checks.EventsProbe:
		all = append(all, p.Name)
	case *checks.LogsProbe:
		all = append(all, p.Deployment, p.Pod)
	}
	return all
}
