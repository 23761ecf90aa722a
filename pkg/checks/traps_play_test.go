package checks

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"go.yaml.in/yaml/v3"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/rest"
	k8syaml "sigs.k8s.io/yaml"
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
		if strings.HasPrefix(textAt(n.Object, "status", "nodeInfo", "containerRuntimeVersion"), "sandbox://") {
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
		r.deadline = time.Now().Add(trapPatience)
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
	made, err := namespaces.Create(t.Context(), &object{Object: document(t, "{apiVersion: v1, kind: Namespace, metadata: {generateName: traps-}}")}, metav1.CreateOptions{})
	if err != nil {
		t.Fatal(err)
	}
	r.namespace = made.GetName()
	r.deleteAfter(t, namespaces, r.namespace)
	accounts := r.client.Resource(schema.GroupVersionResource{Version: "v1", Resource: "serviceaccounts"}).Namespace(r.namespace)
	r.deadline = time.Now().Add(trapPatience)
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
		if time.Now().After(r.deadline) || !pauseFor(t.Context(), 50*time.Millisecond) {
			t.Fatalf("%s: %v", r.file, err)
		}
	}
}

// bring changes the cluster as a stage says.
func (r *trapRun) bring(t *testing.T, s trapStage) {
	t.Helper()
	d := yaml.NewDecoder(strings.NewReader(strings.ReplaceAll(s.Apply, "NS", r.namespace)))
	for {
		var manifest map[string]any
		err := d.Decode(&manifest)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatalf("%s: %v", r.file, err)
		}
		r.apply(t, manifest)
	}
	for _, p := range s.Patch {
		r.patch(t, p)
	}
	for _, name := range s.Delete {
		of, name := r.resource(t, strings.ReplaceAll(name, "NS", r.namespace), "")
		if err := of.Delete(t.Context(), name, metav1.DeleteOptions{}); err != nil {
			t.Fatalf("%s: %v", r.file, err)
		}
	}
	until := make([]*trap, len(s.Until))
	for i, check := range s.Until {
		until[i] = &trap{Why: "until", Check: check, Want: Passed, node: &yaml.Node{}}
	}
	r.look(t, until)
}

// resource finds where an object "Kind/name" is. A kind may have been defined a
// moment ago.
func (r *trapRun) resource(t *testing.T, of, apiVersion string) (dynamic.ResourceInterface, string) {
	t.Helper()
	kind, name, _ := strings.Cut(of, "/")
	var found served
	r.retry(t, func() (err error) {
		found, err = r.engine.kinds.find(t.Context(), kind, apiVersion)
		return err
	})
	if !found.namespaced {
		return r.client.Resource(found.gvr), name
	}
	return r.client.Resource(found.gvr).Namespace(r.namespace), name
}

func (r *trapRun) apply(t *testing.T, manifest map[string]any) {
	t.Helper()
	text, err := json.Marshal(manifest)
	if err != nil {
		t.Fatal(err)
	}
	o := &object{}
	if err := k8syaml.Unmarshal(text, &o.Object); err != nil {
		t.Fatal(err)
	}
	of, name := r.resource(t, o.GetKind()+"/"+o.GetName(), o.GetAPIVersion())
	if o.GetNamespace() != "" {
		found, err := r.engine.kinds.find(t.Context(), o.GetKind(), o.GetAPIVersion())
		if err != nil {
			t.Fatal(err)
		}
		of = r.client.Resource(found.gvr).Namespace(o.GetNamespace())
	}
	r.retry(t, func() error {
		_, err := of.Apply(t.Context(), name, o, metav1.ApplyOptions{FieldManager: "traps", Force: true})
		return err
	})
	if found, err := r.engine.kinds.find(t.Context(), o.GetKind(), o.GetAPIVersion()); err == nil && !found.namespaced {
		r.deleteAfter(t, of, name)
	}
}

func (r *trapRun) patch(t *testing.T, p trapPatch) {
	t.Helper()
	of, name := r.resource(t, strings.ReplaceAll(p.Of, "NS", r.namespace), "")
	text, err := json.Marshal(p.With)
	if err != nil {
		t.Fatal(err)
	}
	var subresources []string
	if p.Subresource != "" {
		subresources = []string{p.Subresource}
	}
	r.retry(t, func() error {
		_, err := of.Patch(t.Context(), name, types.MergePatchType, []byte(strings.ReplaceAll(string(text), "NS", r.namespace)), metav1.PatchOptions{}, subresources...)
		return err
	})
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
	last := r.follow(t, engine, traps, list)
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
func (r *trapRun) follow(t *testing.T, engine *Engine, traps []*trap, list []Check) []Result {
	t.Helper()
	ctx, cancel := context.WithDeadline(t.Context(), r.deadline)
	defer cancel()
	reports := make(chan Results, 1000)
	var ended sync.WaitGroup
	ended.Go(func() {
		if err := engine.Watch(ctx, r.namespace, list, func(now Results) { reports <- slices.Clone(now) }); err != nil && ctx.Err() == nil {
			t.Error(err)
		}
	})
	defer ended.Wait()
	defer cancel()
	var last Results
	calm, stays := time.NewTimer(time.Hour), trapStays
	if updating() {
		stays *= 6
	}
	defer calm.Stop()
	for {
		select {
		case <-ctx.Done():
			return last
		case <-calm.C:
			return last
		case last = <-reports:
			settled := true
			for i, one := range traps {
				settled = one.reached(last[i], r.namespace) && settled
				if one.forbids(last[i].Verdict) && one.wrong == "" {
					one.wrong = last[i].Verdict
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
