package cli

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/kubectl-learn/kubectl-learn/internal/advice"
	"github.com/kubectl-learn/kubectl-learn/pkg/steps"
)

// TestValidate tries wrong options. want has a part of each problem's message, in
// order: all problems are reported at once.
func TestValidate(t *testing.T) {
	catalog, err := openCatalog()
	if err != nil {
		t.Fatal(err)
	}
	lesson := &steps.Lesson{ID: "a", Variables: map[string]string{"SECONDS": "1"}}
	start := func(change func(*startOptions)) *startOptions {
		o := &startOptions{catalog: catalog, lesson: lesson, interactive: true, terminal: true, timeout: time.Minute}
		change(o)
		return o
	}
	file := func(change func(*checkOptions)) *checkOptions {
		o := &checkOptions{file: checkFile{name: "checks.yaml"}, given: map[string]bool{"filename": true}}
		change(o)
		return o
	}
	for name, tt := range map[string]struct {
		options command
		want    []string
	}{
		"start": {start(func(*startOptions) {}), nil},
		"start, everything wrong": {
			start(func(o *startOptions) {
				o.interactive, o.mode, o.timeout, o.set = false, "exam", 0, map[string]string{"A": "1"}
			}),
			[]string{`no variable "A"`, "TERM=dumb", `--mode "exam"`, "--timeout"},
		},
		"start, no such lesson": {start(func(o *startOptions) { o.lesson, o.fault, o.mode = nil, errors.New("gone"), "exam" }), []string{"gone", "--mode"}},
		"start, to be chosen":   {start(func(o *startOptions) { o.lesson = nil }), nil},
		"start, nobody chooses": {start(func(o *startOptions) { o.lesson, o.yes = nil, true }), []string{"which lesson?"}},
		"start, no terminal":    {start(func(o *startOptions) { o.interactive, o.terminal = false, false }), []string{"needs a terminal"}},
		"start, nobody there":   {start(func(o *startOptions) { o.interactive, o.yes = false, true }), nil},

		"check":                 {&checkOptions{given: map[string]bool{}}, nil},
		"check, JUnit":          {&checkOptions{output: "junit", given: map[string]bool{}}, []string{`-o "junit"`}},
		"check, flags of -f":    {&checkOptions{given: map[string]bool{"namespace": true, "allow-run": true}}, []string{"--namespace requires -f", "--allow-run requires -f"}},
		"check -f":              {file(func(o *checkOptions) { o.output = "junit" }), nil},
		"check -f, no name":     {file(func(o *checkOptions) { o.file.name = "" }), []string{"-f needs a file"}},
		"check -f, all wrong":   {file(func(o *checkOptions) { o.lesson, o.output, o.file.timeout = "a", "yaml", -1 }), []string{`-o "yaml"`, "can't be combined with a lesson", "--timeout"}},
		"status":                {&statusOptions{output: "json"}, nil},
		"status, format":        {&statusOptions{output: "yaml"}, []string{`-o "yaml"`}},
		"version, format":       {&versionOptions{output: "yaml"}, []string{`-o "yaml"`}},
		"images list, format":   {&imagesListOptions{output: "yaml"}, []string{`-o "yaml"`}},
		"images save":           {&imagesSaveOptions{platform: "linux/arm64", output: "-"}, nil},
		"images save, terminal": {&imagesSaveOptions{platform: "plan9/mips", output: "-", terminal: true}, []string{"plan9/mips", "can't print the archive to a terminal"}},
		"url":                   {&urlOptions{target: target{"service", "web"}}, nil},
		"url, a pod":            {&urlOptions{target: target{"pod", "web"}}, []string{"forward to a pod"}},
		"url, what":             {&urlOptions{fault: errors.New("none of")}, []string{"none of"}},
		"reset, no lesson":      {&resetOptions{fault: errors.New("gone")}, []string{"gone"}},
	} {
		t.Run(name, func(t *testing.T) {
			err := tt.options.validate()
			if err == nil {
				if len(tt.want) > 0 {
					t.Errorf("nothing is wrong, want %q", tt.want)
				}
				return
			}
			all := advice.All(err)
			if len(all) != len(tt.want) {
				t.Fatalf("%v, want %q", err, tt.want)
			}
			for i, want := range tt.want {
				if !strings.Contains(all[i].What.EN, want) {
					t.Errorf("%q, want %q", all[i].What.EN, want)
				}
			}
		})
	}
}

// TestAllProblemsAtOnce prints all problems, and points to the help once.
func TestAllProblemsAtOnce(t *testing.T) {
	alone(t)
	got := execute(t, nil, "check", "-o", "yaml", "-n", "shop", "--allow-run")
	want := `error: -o "yaml" is not supported; choose text, json
error: --namespace requires -f FILE
error: --allow-run requires -f FILE
hint: see kubectl learn check --help
`
	if got.code != advice.Usage || got.errOut != want {
		t.Errorf("exit code %d, says:\n%s\nwant:\n%s", got.code, got.errOut, want)
	}
}
