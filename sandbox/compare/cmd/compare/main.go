// Command compare runs scenarios on clusters and reports where they differ.
//
//	compare -left A -right B   runs on both and prints the differences
//	compare -right B           compares B with what a real node printed
//	compare -left A -record    records what A, a real node, prints
//	compare -right B -record   records where B, a sandbox, differs
//	compare -table FILE        writes the results table into a document
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/rogpeppe/go-internal/diff"

	"github.com/kubectl-learn/kubectl-learn/sandbox/compare"
)

type options struct {
	left, right, kubectl, dir, run, table string
	parallel                              int
	record                                bool
}

func main() {
	var o options
	flag.StringVar(&o.left, "left", "", "kubeconfig of the real cluster; without it, use its recorded output")
	flag.StringVar(&o.right, "right", "", "kubeconfig of the cluster to compare with it")
	flag.StringVar(&o.kubectl, "kubectl", "../bin/kubectl-learn-sandbox kubectl", "the kubectl command to use on both sides")
	flag.StringVar(&o.dir, "dir", "compare/testdata", "folder of scenarios and recordings")
	flag.StringVar(&o.run, "run", ".", "run only the scenarios whose names match")
	flag.StringVar(&o.table, "table", "", "document to write the results table into")
	flag.IntVar(&o.parallel, "parallel", 8, "how many scenarios to run at once")
	flag.BoolVar(&o.record, "record", false, "record the output")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	same, err := run(ctx, o)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "error:", err)
		os.Exit(1)
	}
	if !same {
		os.Exit(3)
	}
}

func run(ctx context.Context, o options) (bool, error) {
	match, err := regexp.Compile(o.run)
	if err != nil {
		return false, fmt.Errorf("failed to read -run: %w", err)
	}
	if o.table != "" {
		return true, compare.WriteTable(o.table, o.dir)
	}
	scenarios, err := compare.Load(compare.Scenarios(o.dir), match)
	if err != nil {
		return false, err
	}
	left, right := map[string]string{}, map[string]string{}
	if err := play(ctx, o, o.left, scenarios, left, compare.RecordReal); err != nil {
		return false, err
	}
	if err := play(ctx, o, o.right, scenarios, right, compare.RecordSandbox); err != nil {
		return false, err
	}
	if o.right == "" {
		return true, nil
	}
	return differ(o, scenarios, left, right)
}

// play runs the scenarios on one cluster and collects what they print.
func play(ctx context.Context, o options, kubeconfig string, scenarios []compare.Scenario, texts map[string]string, record func(dir, name, text string) error) error {
	if kubeconfig == "" {
		return nil
	}
	work, err := os.MkdirTemp("", "compare")
	if err != nil {
		return fmt.Errorf("failed to make a folder: %w", err)
	}
	defer func() { _ = os.RemoveAll(work) }()
	kubectl := strings.Fields(o.kubectl)
	if kubectl[0], err = filepath.Abs(kubectl[0]); err != nil {
		return fmt.Errorf("failed to find kubectl: %w", err)
	}
	c, err := compare.Open(ctx, kubeconfig, kubectl, work)
	if err != nil {
		return err
	}
	var fault error
	compare.RunAll(ctx, c, scenarios, o.parallel, func(s compare.Scenario, r compare.Result) {
		texts[s.Name] = r.Text()
		if r.Err != nil {
			fmt.Printf("%s: aborted: %v\n", s.Name, r.Err)
		}
		if o.record && fault == nil {
			fault = record(o.dir, s.Name, r.Text())
		}
	})
	return fault
}

// differ prints where the right side differs from the left, or from the
// recording.
func differ(o options, scenarios []compare.Scenario, left, right map[string]string) (bool, error) {
	different := 0
	for _, s := range scenarios {
		want, ok := left[s.Name]
		if !ok {
			e, err := compare.Expect(o.dir, s.Name)
			if err != nil {
				return false, err
			}
			want = e.Real
		}
		if want != right[s.Name] {
			different++
			fmt.Printf("=== %s: %s\n%s\n", s.Name, s.Shows, diff.Diff("left", []byte(want), "right", []byte(right[s.Name])))
		}
	}
	fmt.Printf("%d scenarios, %d differ\n", len(scenarios), different)
	return different == 0, nil
}
