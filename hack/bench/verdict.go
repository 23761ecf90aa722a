package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/watch"
	"k8s.io/client-go/dynamic"

	"github.com/kubectl-learn/kubectl-learn/internal/home"
	"github.com/kubectl-learn/kubectl-learn/pkg/checks"
)

// kuttl is the program to compare the engine with, at the version in
// hack/bench/kuttl/go.mod.
const kuttl = "kubectl-kuttl"

// startUp is how long the programs have to start watching before the change that they
// wait for.
const startUp = 2 * time.Second

// contest lets several programs wait for the same change of a ConfigMap, and measures
// from the moment when this program's own watch sees it.
type contest struct {
	*atCluster
	maps   dynamic.ResourceInterface
	watch  watch.Interface
	engine *checks.Engine
	dir    string
}

// verdict measures the time from an event to the verdict, for all contestants at the
// same event.
func (c *atCluster) verdict(ctx context.Context) ([]row, error) {
	if err := c.buildKuttl(ctx); err != nil {
		return nil, err
	}
	maps := c.client.Resource(configMaps).Namespace("default")
	made, err := maps.Create(ctx, &unstructured.Unstructured{Object: map[string]any{
		"apiVersion": "v1", "kind": "ConfigMap", "metadata": map[string]any{"name": "bench"}, "data": map[string]any{"round": "none"},
	}}, metav1.CreateOptions{})
	if err != nil {
		return nil, err
	}
	engine, err := checks.NewEngine(c.config)
	if err != nil {
		return nil, err
	}
	defer engine.Close()
	w, err := maps.Watch(ctx, metav1.ListOptions{FieldSelector: "metadata.name=bench", ResourceVersion: made.GetResourceVersion()})
	if err != nil {
		return nil, err
	}
	defer w.Stop()
	one := &contest{atCluster: c, maps: maps, watch: w, engine: engine, dir: string(c.home)}
	rows := []row{
		{name: "from the API event to the verdict: the engine", limit: 50, unit: "ms"},
		{name: "from the API event to its end: kubectl learn check", unit: "ms"},
		{name: "from the API event to its end: kubectl wait", unit: "ms"},
		{name: "from the API event to its end: kuttl v0.26.0 assert", unit: "ms"},
	}
	rounds := 4 * c.n
	for i := range rounds {
		took, err := one.round(ctx, i, rounds)
		if err != nil {
			return nil, err
		}
		for j := range rows {
			rows[j].seen = append(rows[j].seen, ms(max(0, took[j])))
		}
	}
	return rows, nil
}

// buildKuttl builds kuttl once and keeps it in the folder of the programs.
func (c *atCluster) buildKuttl(ctx context.Context) error {
	at := filepath.Join(c.bin, kuttl)
	if _, err := os.Stat(at); err == nil {
		return nil
	}
	cmd := exec.CommandContext(ctx, "go", "-C", "hack/bench/kuttl", "build", "-o", at, "github.com/kudobuilder/kuttl/cmd/kubectl-kuttl")
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("failed to build kuttl: %w\n%s", err, out)
	}
	return nil
}

// round changes the ConfigMap once and returns how long each contestant took. The
// rounds are spread evenly over a second, because kuttl polls once a second.
func (c *contest) round(ctx context.Context, i, rounds int) ([]time.Duration, error) {
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	value := fmt.Sprintf("round-%d", i)
	contestants, err := c.contestants(value)
	if err != nil {
		return nil, err
	}
	ended, faults := make([]time.Time, len(contestants)), make([]error, len(contestants))
	var all sync.WaitGroup
	for j, wait := range contestants {
		all.Go(func() { ended[j], faults[j] = wait(ctx) })
	}
	pause := time.NewTimer(startUp + time.Duration(i)*time.Second/time.Duration(rounds))
	<-pause.C
	patch := fmt.Appendf(nil, `{"data":{"round":%q}}`, value)
	if _, err := c.maps.Patch(ctx, "bench", types.MergePatchType, patch, metav1.PatchOptions{}); err != nil {
		return nil, err
	}
	<-c.watch.ResultChan()
	event := time.Now()
	all.Wait()
	took := make([]time.Duration, len(ended))
	for j, at := range ended {
		took[j] = at.Sub(event)
	}
	return took, errors.Join(faults...)
}

// contestants wait for a value, and return the time when they saw it.
func (c *contest) contestants(value string) ([]func(context.Context) (time.Time, error), error) {
	check := filepath.Join(c.dir, "check.yaml")
	text := fmt.Appendf(nil, "- id: round\n  name: the round is on\n  object: {kind: ConfigMap, name: bench}\n  match: {data: {round: %s}}\n", value)
	if err := os.WriteFile(check, text, 0o600); err != nil {
		return nil, err
	}
	assert := filepath.Join(c.dir, "assert.yaml")
	if err := os.WriteFile(assert, fmt.Appendf(nil, "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: bench}\ndata: {round: %s}\n", value), 0o600); err != nil {
		return nil, err
	}
	cs, err := checks.Parse(text, checks.Position{File: check, Line: 1})
	if err != nil {
		return nil, err
	}
	return []func(context.Context) (time.Time, error){
		func(ctx context.Context) (time.Time, error) { return c.byEngine(ctx, cs) },
		c.byProgram("kubectl-learn", "check", "-f", check, "-n", "default", "--timeout", "25s"),
		c.byProgram(sandbox, "kubectl", "wait", "--for=jsonpath={.data.round}="+value, "configmap/bench", "-n", "default", "--timeout", "25s"),
		c.byProgram(kuttl, "assert", assert, "--timeout", "25"),
	}, nil
}

func (c *contest) byEngine(ctx context.Context, cs []checks.Check) (time.Time, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var at time.Time
	err := c.engine.Watch(ctx, "default", cs, func(rs checks.Results) {
		if rs[0].Verdict == checks.Passed && at.IsZero() {
			at = time.Now()
			cancel()
		}
	})
	if at.IsZero() {
		return at, fmt.Errorf("the engine gave no verdict: %w", err)
	}
	return at, nil
}

func (c *contest) byProgram(program string, args ...string) func(context.Context) (time.Time, error) {
	return func(ctx context.Context) (time.Time, error) {
		cmd := exec.CommandContext(ctx, filepath.Join(c.bin, program), args...)
		cmd.Env = append(os.Environ(), home.Env+"="+string(c.home), "KUBECONFIG="+c.home.SandboxKubeconfig())
		if out, err := cmd.CombinedOutput(); err != nil {
			return time.Time{}, fmt.Errorf("%s: %w\n%s", program, err, out)
		}
		return time.Now(), nil
	}
}
