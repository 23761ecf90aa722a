package compare_test

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/diff"

	"github.com/kubectl-learn/kubectl-learn/sandbox/compare"
)

const (
	data     = "testdata"
	document = "../../docs/sandbox.md"
)

// parallel is how many scenarios run at once: most of the time they wait.
const parallel = 8

// TestSandbox plays every scenario on a sandbox and wants it to print what is
// recorded: what a real node prints, or the difference that is explained.
func TestSandbox(t *testing.T) {
	program, kubeconfig := startSandbox(t)
	scenarios, err := compare.Load(compare.Scenarios(data), regexp.MustCompile(""))
	if err != nil {
		t.Fatal(err)
	}
	cluster, err := compare.Open(t.Context(), kubeconfig, []string{program, "kubectl"}, t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	// On a busy machine a scenario may catch a state in between, as it may on a
	// real node. One that prints something else is played once more, alone.
	var again []compare.Scenario
	compare.RunAll(t.Context(), cluster, scenarios, parallel, func(s compare.Scenario, r compare.Result) {
		if e, err := compare.Expect(data, s.Name); err != nil || r.Text() != e.Want() {
			again = append(again, s)
		}
	})
	t.Logf("%d of %d scenarios are played again", len(again), len(scenarios))
	compare.RunAll(t.Context(), cluster, again, 1, func(s compare.Scenario, r compare.Result) {
		t.Run(s.Name, func(t *testing.T) { hold(t, s, r) })
	})
}

// hold compares what a scenario printed with what is recorded.
func hold(t *testing.T, s compare.Scenario, r compare.Result) {
	t.Helper()
	e, err := compare.Expect(data, s.Name)
	if err != nil {
		t.Fatal(err)
	}
	got, want := r.Text(), e.Want()
	if got == want {
		return
	}
	if got == e.Real {
		t.Errorf("prints what a real node prints: remove testdata/differences/%s.txt", s.Name)
		return
	}
	t.Errorf("%s\n%s", s.Shows, diff.Diff("recorded", []byte(want), "sandbox", []byte(got)))
}

// TestDifferences wants each known difference to be explained, and to be one.
func TestDifferences(t *testing.T) {
	scenarios, err := compare.Load(compare.Scenarios(data), regexp.MustCompile(""))
	if err != nil {
		t.Fatal(err)
	}
	known := map[string]bool{}
	for _, s := range scenarios {
		known[s.Name] = true
		e, err := compare.Expect(data, s.Name)
		if err != nil {
			t.Error(err)
		}
		if strings.Contains(e.Real, "\n! ") || strings.HasPrefix(e.Real, "! ") {
			t.Errorf("%s: the recording of the real node broke off", s.Name)
		}
		if e.Sandbox != "" && len(e.Why) < 20 {
			t.Errorf("%s: the difference is not explained", s.Name)
		}
		if e.Sandbox == e.Real {
			t.Errorf("%s: the difference is none", s.Name)
		}
	}
	for _, pattern := range []string{"recorded/*.txt", "differences/*.txt"} {
		files, err := filepath.Glob(filepath.Join(data, pattern))
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range files {
			if !known[strings.TrimSuffix(filepath.Base(f), ".txt")] {
				t.Errorf("%s has no scenario", f)
			}
		}
	}
}

// TestTable wants the table in the documentation to be that of the recordings.
func TestTable(t *testing.T) {
	table, err := compare.Table(data)
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(document)
	if err != nil {
		t.Fatal(err)
	}
	want, err := compare.WithTable(string(text), table)
	if err != nil {
		t.Fatal(err)
	}
	if want != string(text) {
		t.Errorf("run: go run ./compare/cmd/compare -table ../docs/sandbox.md\n%s", diff.Diff("document", text, "table", []byte(want)))
	}
}

// startSandbox starts a sandbox of the test's own with the built program.
func startSandbox(t *testing.T) (program, kubeconfig string) {
	t.Helper()
	program, err := filepath.Abs("../../bin/kubectl-learn-sandbox")
	if err != nil {
		t.Fatal(err)
	}
	if runtime.GOOS == "windows" {
		program += ".exe"
	}
	env := append(os.Environ(), "KUBECTL_LEARN_HOME="+t.TempDir(), "KUBECTL_LEARN_LANG=en")
	run := func(ctx context.Context, args ...string) string {
		cmd := exec.CommandContext(ctx, program, args...)
		cmd.Env = env
		out, err := cmd.Output()
		if err != nil {
			t.Fatalf("%s: %v (make build first)", strings.Join(args, " "), err)
		}
		return strings.TrimSpace(string(out))
	}
	t.Cleanup(func() { run(context.WithoutCancel(t.Context()), "down") })
	run(t.Context(), "up")
	return program, run(t.Context(), "kubeconfig")
}
