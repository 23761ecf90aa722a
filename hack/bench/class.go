package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"sync"
	"sync/atomic"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
	"sigs.k8s.io/yaml"

	"github.com/kubectl-learn/kubectl-learn/pkg/checks"
)

const (
	// learners is the size of the class; one in ten hasn't finished.
	learners = 1000
	// makers is how many namespaces are created at once.
	makers = 32
)

// classObjects are the objects of a learner. Those who haven't finished lack the last
// one.
func classObjects() []string {
	return []string{
		"{apiVersion: v1, kind: ConfigMap, metadata: {name: settings}, data: {color: blue}}",
		"{apiVersion: v1, kind: Secret, metadata: {name: db}, stringData: {password: correct horse}}",
		"{apiVersion: v1, kind: Service, metadata: {name: web, labels: {app: web}}, spec: {selector: {app: web}, ports: [{port: 80, targetPort: 8080}]}}",
		`{apiVersion: apps/v1, kind: Deployment, metadata: {name: web}, spec: {replicas: 0, selector: {matchLabels: {app: web}},
			template: {metadata: {labels: {app: web}}, spec: {containers: [{name: web, image: "nginx:1.28-alpine", resources: {limits: {cpu: 500m}}}]}}}}`,
		"{apiVersion: v1, kind: ConfigMap, metadata: {name: page}, data: {index.html: hello}}",
	}
}

const classChecks = `
- {id: c0, name: C, object: {kind: ConfigMap, name: settings}, match: {data: {color: blue}}}
- {id: c1, name: C, object: {kind: ConfigMap, name: page}, cel: 'object.data["index.html"].contains("hello")'}
- {id: c2, name: C, object: {kind: Secret, name: db}, match: {stringData: {password: correct horse}}}
- {id: c3, name: C, object: {kind: Service, name: web}, match: {spec: {ports: [{port: 80, targetPort: 8080}]}}}
- {id: c4, name: C, objects: {kind: Service, selector: app=web, count: 1}}
- {id: c5, name: C, object: {kind: Deployment, name: web}, match: {spec: {template: {spec: {containers: [{name: web, image: "nginx:1.28-alpine", resources: {limits: {cpu: "0.5"}}}]}}}}}
- {id: c6, name: C, object: {kind: Deployment, name: web}, cel: object.spec.replicas == 0}
- {id: c7, name: C, object: {kind: ServiceAccount, name: default}}
- {id: c8, name: C, absent: {kind: Pod, name: old}}
- {id: c9, name: C, absent: {kind: Ingress, name: old}}
`

// class measures running the checks of a whole class once, in a separate process.
func (c *atCluster) class(ctx context.Context) ([]row, error) {
	if err := c.makeClass(ctx); err != nil {
		return nil, err
	}
	if err := c.classSettles(ctx); err != nil {
		return nil, err
	}
	what := fmt.Sprintf("%d namespaces with 10 checks, one look: ", learners)
	rows := []row{
		{name: what + "time", limit: 10, unit: "s"},
		{name: what + "CPU time", unit: "s"},
		{name: what + "requests", limit: 60},
		{name: what + "memory", limit: 300, unit: "MiB"},
	}
	for range c.n {
		look, err := c.lookAtClass(ctx)
		if err != nil {
			return nil, err
		}
		if !look.settled() {
			return nil, fmt.Errorf("%d checks of the class passed; the first that did not: %q", look.Done, look.Open[:min(5, len(look.Open))])
		}
		for i, v := range []float64{look.Seconds, look.cpu, float64(look.Requests), look.mib} {
			rows[i].seen = append(rows[i].seen, v)
		}
	}
	return rows, nil
}

// classLook is the output of the process that checks the class.
type classLook struct {
	Seconds  float64
	Requests int64
	// Done counts the checks that passed; Open has the reasons of the others.
	Done int
	Open []string

	cpu, mib float64
}

// settled reports whether all checks pass except those of the missing objects.
func (l classLook) settled() bool { return l.Done == 10*learners-learners/10 }

// classSettles waits until the controllers have handled the whole class.
func (c *atCluster) classSettles(ctx context.Context) error {
	for ctx.Err() == nil {
		look, err := c.lookAtClass(ctx)
		if err != nil || look.settled() {
			return err
		}
		time.Sleep(settled)
	}
	return ctx.Err()
}

func (c *atCluster) lookAtClass(ctx context.Context) (look classLook, err error) {
	self, err := os.Executable()
	if err != nil {
		return look, err
	}
	cmd := exec.CommandContext(ctx, self, "-class", c.home.SandboxKubeconfig())
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		return look, fmt.Errorf("failed to look at the class: %w", err)
	}
	look.cpu, look.mib = (cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()).Seconds(), mostMemory(cmd.ProcessState)
	return look, json.Unmarshal(out, &look)
}

// requests counts all requests.
type requests struct {
	next http.RoundTripper
	n    *atomic.Int64
}

// RoundTrip counts a request and passes it on.
func (r requests) RoundTrip(request *http.Request) (*http.Response, error) {
	r.n.Add(1)
	return r.next.RoundTrip(request)
}

// lookAtClass is what the process that checks the class runs.
func lookAtClass(kubeconfig string) error {
	config, err := clientcmd.BuildConfigFromFlags("", kubeconfig)
	if err != nil {
		return err
	}
	var sent atomic.Int64
	config.Wrap(func(next http.RoundTripper) http.RoundTripper { return requests{next, &sent} })
	cs, err := checks.Parse([]byte(classChecks), checks.Position{File: "class", Line: 1})
	if err != nil {
		return err
	}
	targets := make([]checks.Target, learners)
	for i := range targets {
		targets[i] = checks.Target{Namespace: learner(i), Checks: cs}
	}
	begun := time.Now()
	engine, err := checks.NewEngine(config)
	if err != nil {
		return err
	}
	defer engine.Close()
	all, err := engine.LookAll(context.Background(), targets)
	if err != nil {
		return err
	}
	look := classLook{Seconds: time.Since(begun).Seconds(), Requests: sent.Load()}
	for _, results := range all {
		for _, r := range results {
			if r.Verdict == checks.Passed {
				look.Done++
			} else {
				look.Open = append(look.Open, r.Check.ID+": "+string(r.Verdict)+": "+r.Reason.EN)
			}
		}
	}
	return json.NewEncoder(os.Stdout).Encode(look)
}

func learner(i int) string { return fmt.Sprintf("bench-learner-%04d", i) }

func (c *atCluster) makeClass(ctx context.Context) error {
	config := rest.CopyConfig(c.config)
	config.QPS, config.Burst = 2000, 4000
	client, err := dynamic.NewForConfig(config)
	if err != nil {
		return err
	}
	var all sync.WaitGroup
	var next atomic.Int64
	faults := make([]error, makers)
	for maker := range makers {
		all.Go(func() {
			for i := next.Add(1) - 1; i < learners && faults[maker] == nil; i = next.Add(1) - 1 {
				faults[maker] = makeLearner(ctx, client, learner(int(i)), i%10 == 0)
			}
		})
	}
	all.Wait()
	return errors.Join(faults...)
}

func makeLearner(ctx context.Context, client dynamic.Interface, namespace string, unfinished bool) error {
	in := &unstructured.Unstructured{Object: map[string]any{"apiVersion": "v1", "kind": "Namespace", "metadata": map[string]any{"name": namespace}}}
	if _, err := client.Resource(schema.GroupVersionResource{Version: "v1", Resource: "namespaces"}).Create(ctx, in, metav1.CreateOptions{}); err != nil {
		return err
	}
	texts := classObjects()
	if unfinished {
		texts = texts[:len(texts)-1]
	}
	resources := map[string]schema.GroupVersionResource{
		"ConfigMap": configMaps, "Deployment": deployments,
		"Secret": {Version: "v1", Resource: "secrets"}, "Service": {Version: "v1", Resource: "services"},
	}
	for _, text := range texts {
		o := &unstructured.Unstructured{}
		if err := yaml.Unmarshal([]byte(text), &o.Object); err != nil {
			return err
		}
		if _, err := client.Resource(resources[o.GetKind()]).Namespace(namespace).Create(ctx, o, metav1.CreateOptions{}); err != nil {
			return err
		}
	}
	return nil
}
