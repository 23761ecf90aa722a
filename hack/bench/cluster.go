package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"

	"github.com/kubectl-learn/kubectl-learn/pkg/checks"
)

var (
	deployments = schema.GroupVersionResource{Group: "apps", Version: "v1", Resource: "deployments"}
	pods        = schema.GroupVersionResource{Version: "v1", Resource: "pods"}
	configMaps  = schema.GroupVersionResource{Version: "v1", Resource: "configmaps"}
)

// cluster measures what happens on a running sandbox.
func (b *bench) cluster() (_ []row, err error) {
	if _, _, err := b.timed(sandbox, "up"); err != nil {
		return nil, err
	}
	defer func() {
		_, _, downErr := b.timed(sandbox, "down")
		err = errors.Join(err, downErr)
	}()
	config, err := clientcmd.BuildConfigFromFlags("", b.home.SandboxKubeconfig())
	if err != nil {
		return nil, err
	}
	config.QPS, config.Burst = 200, 400
	client, err := dynamic.NewForConfig(config)
	if err != nil {
		return nil, err
	}
	ready := row{name: "from creating a Deployment to its pod Ready", limit: 1, unit: "s"}
	verdict := row{name: "from the API event to the verdict", limit: 100, unit: "ms"}
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	defer cancel()
	for i := range b.n {
		took, err := deployReady(ctx, client, fmt.Sprintf("bench-%d", i))
		if err != nil {
			return nil, err
		}
		ready.seen = append(ready.seen, took.Seconds())
	}
	if verdict.seen, err = eventToVerdict(ctx, config, client, b.n); err != nil {
		return nil, err
	}
	return []row{ready, verdict}, nil
}

// deployReady creates a Deployment of one nginx pod and waits until the API
// says that the pod is Ready.
func deployReady(ctx context.Context, client dynamic.Interface, name string) (time.Duration, error) {
	labels := map[string]any{"app": name}
	w, err := client.Resource(pods).Namespace("default").Watch(ctx, metav1.ListOptions{LabelSelector: "app=" + name})
	if err != nil {
		return 0, err
	}
	defer w.Stop()
	start := time.Now()
	_, err = client.Resource(deployments).Namespace("default").Create(ctx, &unstructured.Unstructured{Object: map[string]any{
		"apiVersion": "apps/v1", "kind": "Deployment",
		"metadata": map[string]any{"name": name},
		"spec": map[string]any{
			"replicas": int64(1),
			"selector": map[string]any{"matchLabels": labels},
			"template": map[string]any{
				"metadata": map[string]any{"labels": labels},
				"spec":     map[string]any{"containers": []any{map[string]any{"name": "web", "image": "nginx:1.28-alpine"}}},
			},
		},
	}}, metav1.CreateOptions{})
	if err != nil {
		return 0, err
	}
	for event := range w.ResultChan() {
		if pod, ok := event.Object.(*unstructured.Unstructured); ok && isReady(pod) {
			return time.Since(start), nil
		}
	}
	return 0, fmt.Errorf("pod of %s did not become ready: %w", name, ctx.Err())
}

func isReady(pod *unstructured.Unstructured) bool {
	conditions, _, _ := unstructured.NestedSlice(pod.Object, "status", "conditions")
	for _, c := range conditions {
		if m, ok := c.(map[string]any); ok && m["type"] == "Ready" && m["status"] == "True" {
			return true
		}
	}
	return false
}

// eventToVerdict changes a ConfigMap to what a check wants, and measures from
// the moment that a watch of this program's own sees the change until the
// engine reports that the check passed. Below zero, the engine was first: then
// it counts as zero.
func eventToVerdict(ctx context.Context, config *rest.Config, client dynamic.Interface, n int) ([]float64, error) {
	maps := client.Resource(configMaps).Namespace("default")
	made, err := maps.Create(ctx, &unstructured.Unstructured{Object: map[string]any{
		"apiVersion": "v1", "kind": "ConfigMap", "metadata": map[string]any{"name": "bench"}, "data": map[string]any{"round": "none"},
	}}, metav1.CreateOptions{})
	if err != nil {
		return nil, err
	}
	engine, err := checks.NewEngine(config)
	if err != nil {
		return nil, err
	}
	defer engine.Close()
	w, err := maps.Watch(ctx, metav1.ListOptions{FieldSelector: "metadata.name=bench", ResourceVersion: made.GetResourceVersion()})
	if err != nil {
		return nil, err
	}
	defer w.Stop()
	var seen []float64
	for i := range n {
		took, err := oneVerdict(ctx, engine, fmt.Sprintf("round-%d", i), func(round string) (time.Time, error) {
			patch := fmt.Appendf(nil, `{"data":{"round":%q}}`, round)
			if _, err := maps.Patch(ctx, "bench", types.MergePatchType, patch, metav1.PatchOptions{}); err != nil {
				return time.Time{}, err
			}
			<-w.ResultChan()
			return time.Now(), nil
		})
		if err != nil {
			return nil, err
		}
		seen = append(seen, ms(max(0, took)))
	}
	return seen, nil
}

func oneVerdict(ctx context.Context, engine *checks.Engine, round string, change func(string) (time.Time, error)) (time.Duration, error) {
	cs, err := checks.Parse(fmt.Appendf(nil, "- id: round\n  name: the round is on\n  object: {kind: ConfigMap, name: bench}\n  match: {data: {round: %s}}\n", round), checks.Position{File: "bench", Line: 1})
	if err != nil {
		return 0, err
	}
	ctx, cancel := context.WithTimeout(ctx, 20*time.Second)
	defer cancel()
	first, passed := make(chan struct{}, 1), make(chan time.Time, 1)
	go engine.Watch(ctx, "default", cs, func(rs []checks.Result) { //nolint:errcheck // ends with ctx
		at := time.Now()
		if rs[0].Verdict == checks.Passed {
			select {
			case passed <- at:
			default:
			}
			return
		}
		select {
		case first <- struct{}{}:
		default:
		}
	})
	select {
	case <-first:
	case <-ctx.Done():
		return 0, fmt.Errorf("the engine did not look: %w", ctx.Err())
	}
	event, err := change(round)
	if err != nil {
		return 0, err
	}
	select {
	case at := <-passed:
		return at.Sub(event), nil
	case <-ctx.Done():
		return 0, fmt.Errorf("no verdict: %w", ctx.Err())
	}
}
