package main

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/tools/clientcmd"
)

// crowd is how many pods run on how many nodes.
type crowd struct {
	pods, nodes int
	mib         float64
}

// crowds measures how long many pods take to be Ready, and how much memory they use. A
// node runs up to 110 pods, like a real one, so 200 need two.
func (b *bench) crowds() ([]row, error) {
	if !b.wanted("pods") {
		return nil, nil
	}
	var rows []row
	for _, c := range []crowd{{10, 1, 400}, {200, 2, 700}, {200, 3, 700}} {
		more, err := b.crowd(c)
		if err != nil {
			return nil, err
		}
		rows = append(rows, more...)
	}
	return rows, nil
}

func (b *bench) crowd(c crowd) ([]row, error) {
	what := fmt.Sprintf("%d pods on %d nodes", c.pods, c.nodes)
	if c.nodes == 1 {
		what = fmt.Sprintf("%d pods on 1 node", c.pods)
	}
	ready := row{name: what + ", until all are Ready", limit: 60, unit: "s"}
	busy := row{name: what + ", resident memory then", limit: c.mib, unit: "MiB"}
	rest := row{name: what + ", resident memory at rest", limit: c.mib, unit: "MiB"}
	cpu := row{name: what + ", CPU at rest, of one core", limit: 10, unit: "%"}
	for range max(1, b.n/2) {
		if err := b.crowdOnce(c, &ready, &busy, &rest, &cpu); err != nil {
			return nil, err
		}
	}
	return []row{ready, busy, rest, cpu}, nil
}

func (b *bench) crowdOnce(c crowd, ready, busy, rest, cpu *row) (err error) {
	if _, _, err := b.timed(sandbox, "reset"); err != nil {
		return err
	}
	if _, _, err := b.timed(sandbox, "up", "--nodes", strconv.Itoa(c.nodes)); err != nil {
		return err
	}
	defer func() {
		_, _, downErr := b.timed(sandbox, "down")
		err = errors.Join(err, downErr)
	}()
	took, err := b.fill(c.pods)
	if err != nil {
		return err
	}
	ready.seen = append(ready.seen, took.Seconds())
	if err := b.memory(busy, rest); err != nil {
		return err
	}
	share, err := b.cpu(idleLook)
	cpu.seen = append(cpu.seen, share)
	return err
}

// fill creates pods, half of them sleep and half of them nginx, and waits until all are
// Ready.
func (b *bench) fill(pods int) (time.Duration, error) {
	config, err := clientcmd.BuildConfigFromFlags("", b.home.SandboxKubeconfig())
	if err != nil {
		return 0, err
	}
	client, err := dynamic.NewForConfig(config)
	if err != nil {
		return 0, err
	}
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	defer cancel()
	start := time.Now()
	for name, container := range map[string]map[string]any{
		"sleep": {"name": "c", "image": "busybox:1.37", "command": []any{"sleep", "100000"}},
		"nginx": {"name": "c", "image": "nginx:1.28-alpine"},
	} {
		if err := deploy(ctx, client, name, pods/2, container); err != nil {
			return 0, err
		}
	}
	for {
		n, err := countReady(ctx, client)
		if err != nil || n == pods {
			return time.Since(start), err
		}
		time.Sleep(100 * time.Millisecond)
	}
}

func deploy(ctx context.Context, client dynamic.Interface, name string, replicas int, container map[string]any) error {
	labels := map[string]any{"app": name}
	_, err := client.Resource(deployments).Namespace("default").Create(ctx, &unstructured.Unstructured{Object: map[string]any{
		"apiVersion": "apps/v1", "kind": "Deployment",
		"metadata": map[string]any{"name": name},
		"spec": map[string]any{
			"replicas": int64(replicas),
			"selector": map[string]any{"matchLabels": labels},
			"template": map[string]any{
				"metadata": map[string]any{"labels": labels},
				"spec":     map[string]any{"containers": []any{container}},
			},
		},
	}}, metav1.CreateOptions{})
	return err
}

func countReady(ctx context.Context, client dynamic.Interface) (int, error) {
	list, err := client.Resource(deployments).Namespace("default").List(ctx, metav1.ListOptions{})
	if err != nil {
		return 0, err
	}
	sum := int64(0)
	for i := range list.Items {
		n, _, _ := unstructured.NestedInt64(list.Items[i].Object, "status", "readyReplicas")
		sum += n
	}
	return int(sum), nil
}
