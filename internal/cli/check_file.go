package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"github.com/kubectl-learn/kubectl-learn/pkg/checks"
	"github.com/kubectl-learn/kubectl-learn/pkg/lang"
)

// checkFile is "kubectl learn check -f". The cluster is the kubeconfig's current
// context: who names a file of checks has not asked for a lesson's sandbox. It is
// shown before anything is looked at.
type checkFile struct {
	app       *app
	check     *check
	name      string
	namespace string
	timeout   time.Duration
	allowRun  bool
}

// defaultTimeout is how long checks of a file may take, as kubectl wait's.
const defaultTimeout = 30 * time.Second

// maxFile bounds a file of checks, in bytes.
const maxFile = 1 << 20

func (f *checkFile) add(a *app, cmd *cobra.Command, c *check) {
	f.app, f.check = a, c
	flags := cmd.Flags()
	flags.StringVarP(&f.name, "filename", "f", "", a.say(lang.Messagef("file of checks, - for standard input", "检查文件，- 表示标准输入")))
	flags.StringVarP(&f.namespace, "namespace", "n", "", a.say(lang.Messagef("with -f: namespace to look in (default: that of the context)", "用于 -f：要查看的命名空间（默认：上下文里的）")))
	flags.DurationVar(&f.timeout, "timeout", defaultTimeout, a.say(lang.Messagef("with -f: how long the checks may take to pass; 0 looks once", "用于 -f：等待检查通过的最长时间；0 表示只看一次")))
	flags.BoolVar(&f.allowRun, "allow-run", false, a.say(lang.Messagef("with -f: let checks run commands on this machine", "用于 -f：允许检查在本机运行命令")))
}

func (f *checkFile) run(ctx context.Context) (err error) {
	cs, err := f.read(ctx)
	if err != nil {
		return err
	}
	target, err := f.choose(ctx)
	if err != nil {
		return err
	}
	f.app.remark(lang.Messagef("Looking at context %q (%s), namespace %q.", "正在查看上下文 %q（%s），命名空间 %q。", target.Context, target.Server, f.namespace))
	report := fileReport{File: f.name, Context: target.Context, Server: target.Server, Namespace: f.namespace, Begun: time.Now()}
	if err := target.Reach(ctx); err != nil {
		return f.unreached(ctx, report, cs, err)
	}
	options, clean, err := f.options(target)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, clean()) }()
	engine, err := checks.NewEngine(target.Config, options...)
	if err != nil {
		return err
	}
	defer engine.Close()
	report.Results, err = f.results(ctx, engine, cs)
	if err != nil && report.Results == nil {
		return cmp.Or(interrupted(ctx), err)
	}
	report.Took = time.Since(report.Begun)
	return cmp.Or(f.print(report), interrupted(ctx), verdictOf(report.Results))
}

// read reads the checks and all of their faults.
func (f *checkFile) read(ctx context.Context) ([]checks.Check, error) {
	in := io.Reader(f.app.Stdin)
	if f.name != "-" {
		file, err := os.Open(f.name)
		if err != nil {
			return nil, lang.Errorf("failed to read the checks: %w", "无法读取检查：%w", err)
		}
		defer file.Close()
		in = file
	}
	src, err := readAll(ctx, io.LimitReader(in, maxFile+1))
	if err != nil {
		return nil, lang.Errorf("failed to read the checks: %w", "无法读取检查：%w", err)
	}
	return checks.Parse(src, checks.Position{File: f.name, Line: 1})
}

// results looks until all checks hold or the time is up, and gives what was seen
// last.
func (f *checkFile) results(ctx context.Context, engine *checks.Engine, cs []checks.Check) ([]checks.Result, error) {
	if f.timeout == 0 {
		return engine.Look(ctx, f.namespace, cs)
	}
	timed, cancel := context.WithTimeout(ctx, f.timeout)
	defer cancel()
	var last []checks.Result
	begun, live := time.Now(), f.app.style(f.app.Stderr)
	terminal := isTerminal(f.app.Stderr)
	err := engine.Watch(timed, f.namespace, cs, func(rs checks.Results) {
		last = slices.Clone(rs)
		if terminal {
			fmt.Fprintf(f.app.Stderr, "\r\x1b[K%s", live.Live(rs, f.app.lang(), int(time.Since(begun).Seconds())))
		}
		if rs.Passed() {
			cancel()
		}
	})
	if terminal {
		fmt.Fprint(f.app.Stderr, "\r\x1b[K")
	}
	if last == nil && ctx.Err() == nil {
		// Not all checks could be looked at in so short a time: say of each what can be said.
		return engine.Look(ctx, f.namespace, cs)
	}
	return last, err
}

// verdictOf is the exit code that stands for results: not passed counts more than
// not known.
func verdictOf(results []checks.Result) error {
	has := func(vs ...checks.Verdict) bool {
		return slices.ContainsFunc(results, func(r checks.Result) bool { return slices.Contains(vs, r.Verdict) })
	}
	switch {
	case has(checks.Failed, checks.Waiting):
		return exitError(exitNotYet)
	case has(checks.Unknown):
		return exitError(exitFailed)
	}
	return nil
}

func interrupted(ctx context.Context) error {
	if ctx.Err() != nil {
		return exitError(exitInterrupted)
	}
	return nil
}
