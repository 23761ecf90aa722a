package checks

import (
	"encoding/json"
	"errors"
	"io"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/dynamic"
	k8syaml "sigs.k8s.io/yaml"

	"github.com/kubectl-learn/kubectl-learn/pkg/checks/internal/follow"
	"github.com/kubectl-learn/kubectl-learn/pkg/checks/internal/kube"
)

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
	var found follow.Served
	r.retry(t, func() (err error) {
		found, err = r.engine.cluster.Find(t.Context(), kind, apiVersion)
		return err
	})
	if !found.Namespaced {
		return r.client.Resource(found.GVR), name
	}
	return r.client.Resource(found.GVR).Namespace(r.namespace), name
}

func (r *trapRun) apply(t *testing.T, manifest map[string]any) {
	t.Helper()
	text, err := json.Marshal(manifest)
	if err != nil {
		t.Fatal(err)
	}
	o := &kube.Object{}
	if err := k8syaml.Unmarshal(text, &o.Object); err != nil {
		t.Fatal(err)
	}
	of, name := r.resource(t, o.GetKind()+"/"+o.GetName(), o.GetAPIVersion())
	if o.GetNamespace() != "" {
		found, err := r.engine.cluster.Find(t.Context(), o.GetKind(), o.GetAPIVersion())
		if err != nil {
			t.Fatal(err)
		}
		of = r.client.Resource(found.GVR).Namespace(o.GetNamespace())
	}
	r.retry(t, func() error {
		_, err := of.Apply(t.Context(), name, o, metav1.ApplyOptions{FieldManager: "traps", Force: true})
		return err
	})
	if found, err := r.engine.cluster.Find(t.Context(), o.GetKind(), o.GetAPIVersion()); err == nil && !found.Namespaced {
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
