package compare

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"
)

// The time limits of one scenario, of one command in it, and of one wait.
const (
	scenarioTime = 150 * time.Second
	commandTime  = 60 * time.Second
	untilTime    = 100 * time.Second
	pollEvery    = 400 * time.Millisecond
)

// play is one running scenario.
type play struct {
	cluster   *Cluster
	scenario  Scenario
	dir       string
	env       []string
	masks     *masks
	variables map[string]string
	cleanups  [][]string
	started   *background
	out       strings.Builder
}

// Run runs one scenario in its own namespace, which it deletes afterwards.
func (c *Cluster) Run(ctx context.Context, s Scenario) Result {
	ctx, cancel := context.WithTimeout(ctx, scenarioTime)
	defer cancel()
	p := &play{cluster: c, scenario: s}
	err := p.run(ctx)
	return Result{Output: p.out.String(), Err: err}
}

func (p *play) run(ctx context.Context) error {
	dir, err := os.MkdirTemp(p.cluster.work, p.scenario.Name+"-")
	if err != nil {
		return fmt.Errorf("failed to make a folder: %w", err)
	}
	defer func() { _ = os.RemoveAll(dir) }()
	namespace, err := p.cluster.newNamespace(ctx)
	defer p.cluster.dropNamespace(context.WithoutCancel(ctx), namespace)
	if err != nil {
		return err
	}
	kubeconfig, err := p.cluster.writeKubeconfig(dir, namespace)
	if err != nil {
		return err
	}
	p.dir, p.env = dir, p.cluster.environment(dir, kubeconfig)
	p.masks = newMasks(namespace, p.cluster.nodes)
	p.variables = map[string]string{"NS": namespace, "NODE": strings.Join(p.cluster.nodes[:1], "")}
	if err := p.writeFiles(); err != nil {
		return err
	}
	defer p.cleanUp(context.WithoutCancel(ctx))
	for _, st := range p.scenario.steps {
		if err := p.step(ctx, st); err != nil {
			return fmt.Errorf("line %d: %s: %w", st.line, st.text, err)
		}
	}
	return nil
}

func (p *play) writeFiles() error {
	for _, f := range p.scenario.files {
		path := filepath.Join(p.dir, filepath.FromSlash(f.Name))
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			return fmt.Errorf("failed to make a folder: %w", err)
		}
		if err := os.WriteFile(path, []byte(p.expand(string(f.Data))), 0o600); err != nil {
			return fmt.Errorf("failed to write a manifest: %w", err)
		}
	}
	return nil
}

// expand replaces $NAME with the values of the scenario's variables.
func (p *play) expand(text string) string {
	names := make([]string, 0, len(p.variables))
	for name := range p.variables {
		names = append(names, name)
	}
	// The longer first, because $NS is a prefix of $NSX.
	slices.SortFunc(names, func(a, b string) int { return len(b) - len(a) })
	for _, name := range names {
		text = strings.ReplaceAll(text, "$"+name, p.variables[name])
	}
	return text
}

func (p *play) step(ctx context.Context, st step) error {
	args := make([]string, len(st.args))
	for i, a := range st.args {
		args[i] = p.expand(a)
	}
	switch st.verb {
	case "kubectl":
		_, err := p.must(ctx, args, st.stdin)
		return err
	case "show":
		return p.show(ctx, st, args[1:])
	case "until":
		_, err := p.until(ctx, args[0], args[2:])
		return err
	case "await":
		text, err := p.until(ctx, args[0], args[2:])
		if err == nil {
			p.record(st, text)
		}
		return err
	case "let":
		text, err := p.must(ctx, args[2:], st.stdin)
		p.variables[args[0]] = strings.TrimSpace(text)
		return err
	case "start":
		return p.start(ctx, st, args[1:])
	case "said":
		return p.said(strings.Join(st.args, " "))
	case "fetch":
		return p.fetch(ctx, st, args[0])
	case "stop":
		return p.stop(st, func(b *background) { b.cancel() })
	case "finish":
		return p.stop(st, func(*background) {})
	default:
		p.cleanups = append(p.cleanups, args[1:])
		return nil
	}
}

// must runs kubectl and returns what it printed; it is an error if it failed.
func (p *play) must(ctx context.Context, args []string, stdin string) (string, error) {
	text, code, err := p.kubectl(ctx, args, stdin)
	if err == nil && code != 0 {
		err = fmt.Errorf("exit %d: %s", code, strings.TrimSpace(text))
	}
	return text, err
}

// kubectl runs kubectl and returns its output, then its errors, and its exit
// code.
func (p *play) kubectl(ctx context.Context, args []string, stdin string) (string, int, error) {
	ctx, cancel := context.WithTimeout(ctx, commandTime)
	defer cancel()
	cmd := p.command(ctx, args)
	if stdin != "" {
		data, err := os.ReadFile(filepath.Join(p.dir, stdin))
		if err != nil {
			return "", 0, fmt.Errorf("failed to read input: %w", err)
		}
		cmd.Stdin = bytes.NewReader(data)
	}
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	err := cmd.Run()
	if ctx.Err() != nil {
		return "", 0, fmt.Errorf("not done after %s", commandTime)
	}
	code := 0
	if exit, ok := errors.AsType[*exec.ExitError](err); ok {
		code = exit.ExitCode()
	} else if err != nil {
		return "", 0, fmt.Errorf("failed to run kubectl: %w", err)
	}
	return join(out.String(), errs.String()), code, nil
}

func (p *play) command(ctx context.Context, args []string) *exec.Cmd {
	all := append(slices.Clone(p.cluster.kubectl[1:]), args...)
	cmd := exec.CommandContext(ctx, p.cluster.kubectl[0], all...)
	cmd.Dir, cmd.Env = p.dir, p.env
	cmd.WaitDelay = time.Second
	return cmd
}

// join appends errors to the output, on a separate line.
func join(out, errs string) string {
	if out != "" && errs != "" && !strings.HasSuffix(out, "\n") {
		out += "\n"
	}
	return out + errs
}

func (p *play) show(ctx context.Context, st step, args []string) error {
	text, code, err := p.kubectl(ctx, args, st.stdin)
	if err != nil {
		return err
	}
	p.record(st, text)
	if code != 0 {
		fmt.Fprintf(&p.out, "[exit %d]\n", code)
	}
	return nil
}

// record adds a command and its masked output to the result.
func (p *play) record(st step, text string) {
	command := st.text[strings.Index(st.text, " ")+1:]
	if st.verb == "await" {
		command = st.text[strings.Index(st.text, "kubectl"):]
	}
	fmt.Fprintf(&p.out, "$ %s\n", command)
	masked := filtered(p.masks.mask(text), st.filters)
	p.out.WriteString(masked)
	if masked != "" && !strings.HasSuffix(masked, "\n") {
		p.out.WriteString("\n")
	}
}

// until polls until kubectl prints the wanted text, and returns the output.
func (p *play) until(ctx context.Context, pattern string, args []string) (string, error) {
	want, err := regexp.Compile("(?m)" + pattern)
	if err != nil {
		return "", err
	}
	ctx, cancel := context.WithTimeout(ctx, untilTime)
	defer cancel()
	tick := time.NewTicker(pollEvery)
	defer tick.Stop()
	last := ""
	for {
		text, _, err := p.kubectl(ctx, args, "")
		if err == nil {
			last = text
		}
		if err == nil && want.MatchString(text) {
			return text, nil
		}
		select {
		case <-ctx.Done():
			return "", fmt.Errorf("never held; last seen:\n%s", p.masks.mask(last))
		case <-tick.C:
		}
	}
}
