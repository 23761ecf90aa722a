// Command bench measures the numbers in the documentation: medians of several runs,
// side by side in one table. It starts its own sandboxes in its own folder.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/kubectl-learn/kubectl-learn/internal/home"
)

// row is one measure: its name, its limit, and the measured values.
type row struct {
	name  string
	limit float64
	unit  string
	seen  []float64
}

func main() {
	bin := flag.String("bin", "bin", "folder of the built programs")
	n := flag.Int("n", 5, "runs of each measure; four times as many of verdict, for its 95th percentile")
	rows := flag.String("rows", "list,parse,up,deploy,verdict,many,class,pods", "what to measure")
	look := flag.String("class", "", "kubeconfig; looks at the class that the row class has made, and prints what that took")
	flag.Parse()
	if *look != "" {
		if err := lookAtClass(*look); err != nil {
			fmt.Fprintln(os.Stderr, "error:", err)
			os.Exit(1)
		}
		return
	}
	if err := run(*bin, *n, strings.Split(*rows, ",")); err != nil {
		fmt.Fprintln(os.Stderr, "error:", err)
		os.Exit(1)
	}
}

func run(bin string, n int, only []string) error {
	bin, err := filepath.Abs(bin)
	if err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "kubectl-learn-bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	b := &bench{bin: bin, home: home.Dir(dir), n: n, only: only}
	var rows []row
	for _, measure := range []func() ([]row, error){b.list, b.parse, b.up, b.cluster, b.crowds} {
		more, err := measure()
		if err != nil {
			return err
		}
		rows = append(rows, more...)
	}
	show(rows)
	return nil
}

func show(rows []row) {
	fmt.Printf("%-58s %10s %10s %10s %10s\n", "measure", "median", "p95", "most", "limit")
	for _, r := range rows {
		slices.Sort(r.seen)
		fmt.Printf("%-58s %10s %10s %10s %10s\n", r.name, r.format(r.seen[len(r.seen)/2]), r.format(r.seen[len(r.seen)*95/100]), r.format(r.seen[len(r.seen)-1]), r.bound())
	}
}

// bound is the limit, "-" for a measure that is there for comparison.
func (r row) bound() string {
	if r.limit == 0 {
		return "-"
	}
	return r.format(r.limit)
}

func (r row) format(v float64) string {
	switch r.unit {
	case "s":
		return fmt.Sprintf("%.2f s", v)
	case "%":
		return fmt.Sprintf("%.1f %%", v)
	}
	if r.unit == "" {
		return fmt.Sprintf("%.0f", v)
	}
	return fmt.Sprintf("%.0f %s", v, r.unit)
}

// bench runs the programs in a home folder of its own.
type bench struct {
	bin  string
	home home.Dir
	n    int
	only []string
}

func (b *bench) wanted(row string) bool { return slices.Contains(b.only, row) }

// timed runs a program and returns its output and how long it took.
func (b *bench) timed(program string, args ...string) (string, time.Duration, error) {
	cmd := exec.CommandContext(context.Background(), filepath.Join(b.bin, program), args...)
	cmd.Env = append(os.Environ(), home.Env+"="+string(b.home))
	var stderr strings.Builder
	cmd.Stderr = &stderr
	start := time.Now()
	out, err := cmd.Output()
	took := time.Since(start)
	if err != nil {
		return "", 0, fmt.Errorf("%s %s: %w\n%s", program, strings.Join(args, " "), err, stderr.String())
	}
	return string(out), took, nil
}

func (b *bench) list() ([]row, error) {
	if !b.wanted("list") {
		return nil, nil
	}
	r := row{name: "kubectl-learn list", limit: 150, unit: "ms"}
	for range b.n {
		_, took, err := b.timed("kubectl-learn", "list")
		if err != nil {
			return nil, err
		}
		r.seen = append(r.seen, ms(took))
	}
	return []row{r}, nil
}

func ms(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }
