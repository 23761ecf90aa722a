package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"github.com/kubectl-learn/kubectl-learn/internal/advice"
	"github.com/kubectl-learn/kubectl-learn/internal/brand"
	"github.com/kubectl-learn/kubectl-learn/internal/cluster"
	"github.com/kubectl-learn/kubectl-learn/internal/program"
	"github.com/kubectl-learn/kubectl-learn/internal/report"
	"github.com/kubectl-learn/kubectl-learn/internal/session"
	"github.com/kubectl-learn/kubectl-learn/internal/shell"
	"github.com/kubectl-learn/kubectl-learn/pkg/checks"
	"github.com/kubectl-learn/kubectl-learn/pkg/lang"
)

// checkFile is "kubectl learn check -f". It uses the kubeconfig's current context,
// because a file of checks has nothing to do with a lesson's sandbox. It shows which
// cluster that is before it runs any check.
type checkFile struct {
	program   *program.Program
	choice    cluster.Choice
	output    string
	name      string
	namespace string
	timeout   time.Duration
	allowRun  bool
}

// defaultTimeout is how long to wait for the checks of a file, the same as in kubectl
// wait.
const defaultTimeout = 30 * time.Second

// maxFile is the maximum size of a file of checks, in bytes.
const maxFile = 1 << 20

func (f *checkFile) add(p *program.Program, cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.StringVarP(&f.name, "filename", "f", "", p.Say(lang.Messagef("file with the checks, or - for standard input", "检查文件；- 表示标准输入")))
	flags.StringVarP(&f.namespace, "namespace", "n", "", p.Say(lang.Messagef("with -f: namespace to check (default: the context's)", "用于 -f：要检查的命名空间（默认：上下文里的）")))
	flags.DurationVar(&f.timeout, "timeout", defaultTimeout, p.Say(lang.Messagef("with -f: how long to wait for the checks to pass; 0 runs them once", "用于 -f：等待检查通过的最长时间；0 表示只检查一次")))
	flags.BoolVar(&f.allowRun, "allow-run", false, p.Say(lang.Messagef("with -f: let checks run commands on this machine", "用于 -f：允许检查在本机运行命令")))
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
	f.program.Remark(lang.Messagef("Checking context %q (%s), namespace %q.", "正在检查上下文 %q（%s），命名空间 %q。", target.Context, target.Server, f.namespace))
	found := report.File{File: f.name, Context: target.Context, Server: target.Server, Namespace: f.namespace, Begun: time.Now()}
	if err := target.Reach(ctx); err != nil {
		return f.unreached(ctx, found, cs, err)
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
	found.Results, err = f.results(ctx, engine, cs)
	if err != nil && found.Results == nil {
		return cmp.Or(interrupted(ctx), err)
	}
	found.Took = time.Since(found.Begun)
	return cmp.Or(f.print(found), interrupted(ctx), advice.Verdict(found.Results))
}

// read reads the checks and reports everything that is wrong with them.
func (f *checkFile) read(ctx context.Context) ([]checks.Check, error) {
	in := f.program.In
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

// readAll reads until the end or until ctx is done: standard input may be a terminal
// where nobody types.
func readAll(ctx context.Context, in io.Reader) ([]byte, error) {
	type read struct {
		data []byte
		err  error
	}
	done := make(chan read, 1)
	go func() { // if the read outlasts ctx, this ends with the program
		data, err := io.ReadAll(in)
		done <- read{data, err}
	}()
	select {
	case r := <-done:
		return r.data, r.err
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// choose opens the cluster, and chooses a namespace if none was given.
func (f *checkFile) choose(ctx context.Context) (*cluster.Cluster, error) {
	target, namespace, err := cluster.Current(ctx, f.choice, f.program.Getenv, f.program.PodFolder)
	f.namespace = cmp.Or(f.namespace, namespace)
	if errors.Is(err, cluster.ErrNoCurrent) {
		return nil, &advice.Error{
			What: lang.Messagef("your kubeconfig has no current context", "kubeconfig 里没有当前上下文"),
			Hints: []lang.Message{
				lang.Messagef("choose a context: --context NAME", "指定一个上下文：--context 名称"),
				lang.Messagef("or use the sandbox: export KUBECONFIG=$(%s sandbox kubeconfig)", "或者使用沙箱：export KUBECONFIG=$(%s sandbox kubeconfig)", brand.Command),
			},
			Code: advice.Usage,
		}
	}
	if missing, ok := errors.AsType[*cluster.NoContextError](err); ok {
		e := advice.Of(err)
		e.Hints = e.Hints[:min(len(e.Hints), len(missing.Known), 1)]
		return nil, e
	}
	return target, err
}

// options lets checks run commands if that is allowed. The commands get a kubeconfig of
// the chosen context; clean removes it.
func (f *checkFile) options(c *cluster.Cluster) (options []checks.Option, clean func() error, err error) {
	if !f.allowRun {
		return nil, func() error { return nil }, nil
	}
	file, clean, err := session.PrivateKubeconfig(c, f.namespace)
	if err != nil {
		return nil, nil, err
	}
	dir := "."
	if f.name != "-" {
		dir = filepath.Dir(f.name)
	}
	if dir, err = filepath.Abs(dir); err != nil {
		return nil, nil, errors.Join(err, clean())
	}
	return []checks.Option{checks.WithRunner(session.Runner(f.program, c, shell.Config{Dir: dir, Kubeconfig: file}))}, clean, nil
}

// results runs the checks until all pass or the time is up, and returns the latest
// results.
func (f *checkFile) results(ctx context.Context, engine *checks.Engine, cs []checks.Check) ([]checks.Result, error) {
	if f.timeout == 0 {
		return engine.Look(ctx, f.namespace, cs)
	}
	timed, cancel := context.WithTimeout(ctx, f.timeout)
	defer cancel()
	var last []checks.Result
	p := f.program
	begun, live := time.Now(), p.Style(p.ErrOut)
	terminal := program.IsTerminal(p.ErrOut)
	err := engine.Watch(timed, f.namespace, cs, func(rs checks.Results) {
		last = slices.Clone(rs)
		if terminal {
			fmt.Fprintf(p.ErrOut, "\r\x1b[K%s", live.Live(rs, p.Lang(), int(time.Since(begun).Seconds())))
		}
		if rs.Passed() {
			cancel()
		}
	})
	if terminal {
		fmt.Fprint(p.ErrOut, "\r\x1b[K")
	}
	if last == nil && ctx.Err() == nil {
		// There was no time to run every check: report what is known about each.
		return engine.Look(ctx, f.namespace, cs)
	}
	return last, err
}

// unreached reports why the cluster can't be reached; JSON and JUnit report it for each
// check.
func (f *checkFile) unreached(ctx context.Context, r report.File, cs []checks.Check, err error) error {
	if e := interrupted(ctx); e != nil {
		return e
	}
	why := advice.Words(err)
	if f.output == "json" || f.output == "junit" {
		r.Results, r.Took = unknown(cs, why), time.Since(r.Begun)
		if err := f.print(r); err != nil {
			return err
		}
	}
	return &advice.Error{
		What:  lang.Messagef("can't reach the cluster of context %q: %s", "无法连接上下文 %q 的集群：%s", r.Context, why),
		Hints: []lang.Message{lang.Messagef("try it yourself: kubectl --context %s version", "自己试一试：kubectl --context %s version", r.Context)},
	}
}

func (f *checkFile) print(r report.File) error {
	p := f.program
	text := p.Style(p.Out).Results(r.Results, p.Lang())
	var err error
	switch f.output {
	case "json":
		text, err = r.JSON()
	case "junit":
		text, err = r.JUnit(p.Lang())
	}
	if err != nil {
		return err
	}
	return p.Write(text)
}

func interrupted(ctx context.Context) error {
	if ctx.Err() != nil {
		return advice.ExitError(advice.Interrupted)
	}
	return nil
}
