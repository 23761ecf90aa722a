package cluster

import (
	"context"
	"errors"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/tools/clientcmd"

	"github.com/kubectl-learn/kubectl-learn/internal/brand"
	"github.com/kubectl-learn/kubectl-learn/internal/patience"
)

// sandbox is the real API server that make test starts.
func sandbox(t *testing.T) *Cluster {
	t.Helper()
	file := os.Getenv("KUBECTL_LEARN_TEST_KUBECONFIG")
	patience.Needs(t, file != "", "a cluster that KUBECTL_LEARN_TEST_KUBECONFIG names")
	c, err := FromFile(t.Context(), file)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestNamespaceIsMadeOnceAndDeletedByItsUID(t *testing.T) {
	c, ctx := sandbox(t), t.Context()
	claim := Claim{Lesson: "test-ours", Record: "r1"}
	var about []string
	claim.About = func(name string) error { about = append(about, name); return nil }
	first, made, err := c.EnsureNamespace(ctx, claim)
	if err != nil || !made || !slices.Equal(about, []string{first.Name}) {
		t.Fatalf("made %v, told %v, %v", made, about, err)
	}
	claim.Namespace = first
	again, made, err := c.EnsureNamespace(ctx, claim)
	if err != nil || made || again != first {
		t.Errorf("the recorded one was not found again: %+v, made %v, %v", again, made, err)
	}
	found, err := c.core("namespaces").Get(ctx, first.Name, metav1.GetOptions{})
	if err != nil || found.GetLabels()[brand.LessonLabel] != "test-ours" || found.GetLabels()[brand.ManagedByLabel] != brand.Binary {
		t.Errorf("labels %v, %v", found.GetLabels(), err)
	}
	other := claim
	other.Namespace.UID = "00000000-0000-0000-0000-000000000000"
	if _, err := c.DeleteNamespace(ctx, other); !isNotOurs(err) {
		t.Errorf("a namespace of another UID: %v", err)
	}
	if _, err := c.core("namespaces").Get(ctx, first.Name, metav1.GetOptions{}); err != nil {
		t.Fatalf("a namespace of another UID was deleted: %v", err)
	}
	if there, err := c.DeleteNamespace(ctx, claim); err != nil || !there {
		t.Fatalf("there %v, %v", there, err)
	}
	if _, err := c.core("namespaces").Get(ctx, first.Name, metav1.GetOptions{}); err == nil {
		t.Error("the namespace is still there")
	}
	if there, err := c.DeleteNamespace(ctx, claim); err != nil || there {
		t.Errorf("deleting what is gone: there %v, %v", there, err)
	}
}

func isNotOurs(err error) bool {
	_, ok := errors.AsType[*NotOursError](err)
	return ok
}

func TestNamespaceOfSomebodyElseIsLeftAlone(t *testing.T) {
	c, ctx := sandbox(t), t.Context()
	theirs, ours := Claim{Lesson: "test-theirs", Record: "r1"}, Claim{Lesson: "test-theirs", Record: "r2"}
	for _, claim := range []*Claim{&theirs, &ours} {
		var made bool
		var err error
		if claim.Namespace, made, err = c.EnsureNamespace(ctx, *claim); err != nil || !made {
			t.Fatalf("made %v, %v", made, err)
		}
	}
	if ours.Namespace.Name == theirs.Namespace.Name {
		t.Errorf("got %+v twice", ours.Namespace)
	}
	for _, claim := range []Claim{theirs, ours} {
		if _, err := c.DeleteNamespace(context.WithoutCancel(ctx), claim); err != nil {
			t.Error(err)
		}
	}
}

// A kill between creating a namespace and recording its UID leaves a record with only a
// name.
func TestNamespaceOfAKilledRunIsFoundAgain(t *testing.T) {
	c, ctx := sandbox(t), t.Context()
	claim := Claim{Lesson: "test-killed", Record: "r1"}
	orphan, _, err := c.EnsureNamespace(ctx, claim)
	if err != nil {
		t.Fatal(err)
	}
	killed := claim
	killed.Namespace = Namespace{Name: orphan.Name}
	if found, made, err := c.EnsureNamespace(ctx, killed); err != nil || made || found != orphan {
		t.Errorf("got %+v, made %v, %v; want %+v", found, made, err, orphan)
	}
	stranger := killed
	stranger.Record = "r2"
	if _, err := c.DeleteNamespace(ctx, stranger); !isNotOurs(err) {
		t.Errorf("another record's namespace: %v", err)
	}
	if there, err := c.DeleteNamespace(ctx, killed); err != nil || !there {
		t.Errorf("there %v, %v", there, err)
	}
}

func TestNamespaceThatDoesNotGoSaysWhatHoldsIt(t *testing.T) {
	c, ctx := sandbox(t), t.Context()
	claim := Claim{Lesson: "test-stuck", Record: "r1"}
	ns, _, err := c.EnsureNamespace(ctx, claim)
	if err != nil {
		t.Fatal(err)
	}
	held := &unstructured.Unstructured{Object: map[string]any{
		"apiVersion": "v1", "kind": "ConfigMap",
		"metadata": map[string]any{"name": "held", "finalizers": []any{"example.com/hold"}},
	}}
	if _, err := c.core("configmaps").Namespace(ns.Name).Create(ctx, held, metav1.CreateOptions{}); err != nil {
		t.Fatal(err)
	}
	ending, cancel := context.WithCancel(ctx)
	var why string
	claim.Namespace, claim.Held = ns, func(h Held) {
		if why = h.Why().EN; strings.Contains(why, "example.com/hold") {
			cancel()
		}
	}
	if _, err := c.DeleteNamespace(ending, claim); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want it to end when it is interrupted", err)
	}
	if !strings.Contains(why, "configmaps") {
		t.Errorf("the kind is not named: %s", why)
	}
	soon := going{quiet: time.Hour, limit: 0, pause: time.Millisecond}
	stuck, ok := errors.AsType[*StuckError](c.awaitGoneFor(ctx, ns, nil, soon))
	if !ok || stuck.Held.Why().EN != why {
		t.Errorf("got %+v", stuck)
	}
	patch := []byte(`{"metadata":{"finalizers":null}}`)
	if _, err := c.core("configmaps").Namespace(ns.Name).Patch(ctx, "held", types.MergePatchType, patch, metav1.PatchOptions{}); err != nil {
		t.Fatal(err)
	}
	claim.Held = nil
	if next, made, err := c.EnsureNamespace(ctx, claim); err != nil || !made || next.Name != ns.Name || next.UID == ns.UID {
		t.Errorf("after it went: %+v, made %v, %v", next, made, err)
	} else if claim.Namespace = next; true {
		if _, err := c.DeleteNamespace(ctx, claim); err != nil {
			t.Error(err)
		}
	}
}

// A sleep as the first process of a container ignores SIGTERM, and would take 30 s.
func TestNamespaceDoesNotWaitForPodsThatIgnoreSIGTERM(t *testing.T) {
	c, ctx := sandbox(t), patience.Context(t)
	claim := Claim{Lesson: "test-hurry", Record: "r1"}
	var err error
	if claim.Namespace, _, err = c.EnsureNamespace(ctx, claim); err != nil {
		t.Fatal(err)
	}
	pods := c.core("pods").Namespace(claim.Namespace.Name)
	pod := &unstructured.Unstructured{Object: map[string]any{
		"apiVersion": "v1", "kind": "Pod", "metadata": map[string]any{"name": "sleeps"},
		"spec": map[string]any{"containers": []any{map[string]any{
			"name": "sleeps", "image": "busybox:1.37", "command": []any{"sleep", "3600"},
		}}},
	}}
	if _, err := pods.Create(ctx, pod, metav1.CreateOptions{}); err != nil {
		t.Fatal(err)
	}
	patience.Until(t, "the pod runs", func() bool {
		found, err := pods.Get(ctx, "sleeps", metav1.GetOptions{})
		if err != nil {
			t.Fatal(err)
		}
		phase, _, _ := unstructured.NestedString(found.Object, "status", "phase")
		return phase == "Running"
	}, nil)
	begun := time.Now()
	if _, err := c.DeleteNamespace(ctx, claim); err != nil {
		t.Fatal(err)
	}
	if took := time.Since(begun); patience.Late(took, 8*time.Second) {
		t.Errorf("it took %s", took)
	}
}

func TestKubeconfigHoldsOneContextAndTheNamespace(t *testing.T) {
	c := sandbox(t)
	data, err := c.Kubeconfig("learn-x")
	if err != nil {
		t.Fatal(err)
	}
	config, err := clientcmd.Load(data)
	if err != nil {
		t.Fatal(err)
	}
	if len(config.Contexts) != 1 || config.Contexts[config.CurrentContext].Namespace != "learn-x" {
		t.Errorf("contexts %v", config.Contexts)
	}
	for name, user := range config.AuthInfos {
		if user.ClientCertificate != "" || len(user.ClientCertificateData) == 0 {
			t.Errorf("user %s leans on a file", name)
		}
	}
}
