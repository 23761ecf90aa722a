package checks

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/rest"

	"github.com/kubectl-learn/kubectl-learn/internal/patience"
	"github.com/kubectl-learn/kubectl-learn/pkg/checks/internal/kube"
	"github.com/kubectl-learn/kubectl-learn/pkg/checks/internal/timing"
)

// trapGround is the cluster that traps are set on.
type trapGround struct {
	config  *rest.Config
	client  dynamic.Interface
	engine  *Engine
	cluster string
}

func newTrapGround(t *testing.T, config *rest.Config) *trapGround {
	t.Helper()
	config.QPS, config.Burst = -1, 0
	client, err := dynamic.NewForConfig(config)
	if err != nil {
		t.Fatal(err)
	}
	engine, err := NewEngine(config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(engine.Close)
	g := &trapGround{config: config, client: client, engine: engine, cluster: "real"}
	nodes, err := client.Resource(schema.GroupVersionResource{Version: "v1", Resource: "nodes"}).List(t.Context(), metav1.ListOptions{})
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range nodes.Items {
		if strings.HasPrefix(kube.Text(n.Object, "status", "nodeInfo", "containerRuntimeVersion"), "sandbox://") {
			g.cluster = "sandbox"
		}
	}
	return g
}

// trapRun is one file at work.
type trapRun struct {
	*trapGround
	file, namespace string
	// deadline is when patience ends for the stage.
	deadline time.Time
}

func (g *trapGround) play(t *testing.T, file string) {
	t.Helper()
	f := readTraps(t, file)
	if len(f.Clusters) > 0 && !slices.Contains(f.Clusters, g.cluster) {
		t.Skipf("not for a %s cluster", g.cluster)
	}
	r := &trapRun{trapGround: g, file: file}
	r.makeNamespace(t)
	written := false
	for _, stage := range f.Stages {
		r.deadline = time.Now().Add(patience.Limit())
		r.bring(t, stage)
		written = r.look(t, stage.Traps) || written
	}
	if written && updating() {
		writeTraps(t, file, f)
	}
}

func (r *trapRun) makeNamespace(t *testing.T) {
	t.Helper()
	namespaces := r.client.Resource(schema.GroupVersionResource{Version: "v1", Resource: "namespaces"})
	made, err := namespaces.Create(t.Context(), &kube.Object{Object: document(t, "{apiVersion: v1, kind: Namespace, metadata: {generateName: traps-}}")}, metav1.CreateOptions{})
	if err != nil {
		t.Fatal(err)
	}
	r.namespace = made.GetName()
	r.deleteAfter(t, namespaces, r.namespace)
	accounts := r.client.Resource(schema.GroupVersionResource{Version: "v1", Resource: "serviceaccounts"}).Namespace(r.namespace)
	r.deadline = time.Now().Add(patience.Limit())
	r.retry(t, func() error {
		_, err := accounts.Get(t.Context(), "default", metav1.GetOptions{})
		return err
	})
}

func (r *trapRun) deleteAfter(t *testing.T, of dynamic.ResourceInterface, name string) {
	t.Helper()
	t.Cleanup(func() {
		if err := of.Delete(context.WithoutCancel(t.Context()), name, metav1.DeleteOptions{}); err != nil {
			t.Logf("failed to delete %s: %v", name, err)
		}
	})
}

// retry tries until patience ends.
func (r *trapRun) retry(t *testing.T, try func() error) {
	t.Helper()
	for {
		err := try()
		if err == nil {
			return
		}
		if time.Now().After(r.deadline) || !timing.Pause(t.Context(), 50*time.Millisecond) {
			t.Fatalf("%s: %v", r.file, err)
		}
	}
}

// look watches until every trap has what is wanted of it and stays so, and looks a
// second time then. It reports whether all have.
func (r *trapRun) look(t *testing.T, traps []*trap) bool {
	t.Helper()
	byUser := map[string][]*trap{}
	for _, one := range traps {
		if len(one.Clusters) == 0 || slices.Contains(one.Clusters, r.cluster) {
			one.read(t, r.file, r.namespace)
			byUser[one.As] = append(byUser[one.As], one)
		}
	}
	var all sync.WaitGroup
	for user, list := range byUser {
		all.Go(func() { r.lookAs(t, user, list) })
	}
	all.Wait()
	return !t.Failed()
}

func (r *trapRun) lookAs(t *testing.T, user string, traps []*trap) {
	t.Helper()
	engine := r.engine
	if user != "" {
		config := rest.CopyConfig(r.config)
		config.Impersonate = rest.ImpersonationConfig{
			UserName: "system:serviceaccount:" + r.namespace + ":" + user,
			Groups:   []string{"system:serviceaccounts", "system:authenticated"},
		}
		own, err := NewEngine(config)
		if err != nil {
			t.Error(err)
			return
		}
		defer own.Close()
		engine = own
	}
	list := make([]Check, len(traps))
	for i, one := range traps {
		list[i] = one.parsed
	}
	last, end := r.follow(t, engine, traps, list)
	// The watch goes on meanwhile, as beside a learner who types "check".
	defer end()
	again, err := engine.Look(t.Context(), r.namespace, list)
	if err != nil {
		t.Error(err)
		return
	}
	for i, one := range traps {
		switch {
		case last == nil || !one.reached(last[i], r.namespace):
			var got Result
			if last != nil {
				got = last[i]
			}
			t.Errorf("%s:%d: never reached: %s", r.file, one.node.Line, one.tell(got))
		case !one.reached(again[i], r.namespace):
			t.Errorf("%s:%d: a second look gives another answer: %s", r.file, one.node.Line, one.tell(again[i]))
		case one.wrong != "":
			t.Errorf("%s:%d: %s was seen on the way: %s", r.file, one.node.Line, one.wrong, one.tell(again[i]))
		default:
			one.fill(again[i], r.namespace)
		}
	}
}

// follow watches until all is as wanted and has been for a while, or patience ends.
// The watch goes on until end is called.
func (r *trapRun) follow(t *testing.T, engine *Engine, traps []*trap, list []Check) (last Results, end func()) {
	t.Helper()
	ctx, cancel := context.WithDeadline(t.Context(), r.deadline)
	reports := make(chan Results, 1000)
	var ended sync.WaitGroup
	ended.Go(func() {
		if err := engine.Watch(ctx, r.namespace, list, func(now Results) { reports <- slices.Clone(now) }); err != nil && ctx.Err() == nil {
			t.Error(err)
		}
	})
	end = func() {
		cancel()
		ended.Wait()
	}
	calm, stays := time.NewTimer(time.Hour), trapStays
	if updating() {
		stays *= 6
	}
	defer calm.Stop()
	for {
		select {
		case <-ctx.Done():
			return last, end
		case <-calm.C:
			return last, end
		case last = <-reports:
			settled := true
			for i, one := range traps {
				settled = one.reached(last[i], r.namespace) && settled
				if one.forbids(last[i].Verdict) && one.wrong == "" {
					one.wrong = fmt.Sprintf("%s (%s)", last[i].Verdict, last[i].Reason.EN)
				}
			}
			if calm.Stop(); settled {
				calm.Reset(stays)
			}
		}
	}
}

// fill takes over the sentences of a result when they are being written.
func (t *trap) fill(r Result, namespace string) {
	if updating() {
		t.En = strings.ReplaceAll(r.Reason.EN, namespace, "NS")
		t.Zh = strings.ReplaceAll(r.Reason.ZH, namespace, "NS")
	}
}
