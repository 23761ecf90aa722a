package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
)

var (
	deployments = schema.GroupVersionResource{Group: "apps", Version: "v1", Resource: "deployments"}
	pods        = schema.GroupVersionResource{Version: "v1", Resource: "pods"}
	configMaps  = schema.GroupVersionResource{Version: "v1", Resource: "configmaps"}
)

// cluster runs the benchmarks on a running sandbox.
func (b *bench) cluster() (_ []row, err error) {
	if !slices.ContainsFunc([]string{"deploy", "verdict", "many", "class"}, b.wanted) {
		return nil, nil
	}
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
	ctx, cancel := context.WithTimeout(context.Background(), 15*time.Minute)
	defer cancel()
	c := &atCluster{bench: b, config: config, client: client}
	var rows []row
	for _, m := range []measure{{"deploy", c.deploy}, {"verdict", c.verdict}, {"many", c.many}, {"class", c.class}} {
		if !b.wanted(m.name) {
			continue
		}
		more, err := m.run(ctx)
		if err != nil {
			return nil, err
		}
		rows = append(rows, more...)
	}
	return rows, nil
}

// atCluster is a benchmark on a running sandbox.
type atCluster struct {
	*bench
	config *rest.Config
	client dynamic.Interface
}

type measure struct {
	name string
	run  func(context.Context) ([]row, error)
}

func (c *atCluster) deploy(ctx context.Context) ([]row, error) {
	ready := row{name: "from creating a Deployment to its pod Ready", limit: 1, unit: "s"}
	for i := range c.n {
		took, err := deployReady(ctx, c.client, fmt.Sprintf("bench-%d", i))
		if err != nil {
			return nil, err
		}
		ready.seen = append(ready.seen, took.Seconds())
	}
	return []row{ready}, nil
}

// deployReady creates a Deployment of one nginx pod and waits until the API reports the
// pod as Ready.
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
