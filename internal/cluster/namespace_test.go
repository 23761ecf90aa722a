package cluster

import (
	"context"
	"errors"
	"os"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/tools/clientcmd"

	"github.com/kubectl-learn/kubectl-learn/internal/brand"
)

// sandbox is the real API server that make test starts.
func sandbox(t *testing.T) *Cluster {
	t.Helper()
	file := os.Getenv("KUBECTL_LEARN_TEST_KUBECONFIG")
	if file == "" {
		t.Skip("KUBECTL_LEARN_TEST_KUBECONFIG names no cluster")
	}
	c, err := FromFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestNamespaceIsMadeOnceAndDeletedByItsUID(t *testing.T) {
	c, ctx := sandbox(t), t.Context()
	first, made, err := c.EnsureNamespace(ctx, "test-ours", Namespace{})
	if err != nil || !made {
		t.Fatalf("made %v, %v", made, err)
	}
	again, made, err := c.EnsureNamespace(ctx, "test-ours", first)
	if err != nil || made || again != first {
		t.Errorf("the recorded one was not found again: %+v, made %v, %v", again, made, err)
	}
	found, err := c.core("namespaces").Get(ctx, first.Name, metav1.GetOptions{})
	if err != nil || found.GetLabels()[brand.LessonLabel] != "test-ours" || found.GetLabels()[brand.ManagedByLabel] != brand.Binary {
		t.Errorf("labels %v, %v", found.GetLabels(), err)
	}
	other := Namespace{Name: first.Name, UID: "00000000-0000-0000-0000-000000000000"}
	if _, ok := errors.AsType[*NotOursError](c.DeleteNamespace(ctx, other)); !ok {
		t.Error("a namespace of another UID was not refused")
	}
	if _, err := c.core("namespaces").Get(ctx, first.Name, metav1.GetOptions{}); err != nil {
		t.Fatalf("a namespace of another UID was deleted: %v", err)
	}
	if err := c.DeleteNamespace(ctx, first); err != nil {
		t.Fatal(err)
	}
	if _, err := c.core("namespaces").Get(ctx, first.Name, metav1.GetOptions{}); err == nil {
		t.Error("the namespace is still there")
	}
	if err := c.DeleteNamespace(ctx, first); err != nil {
		t.Errorf("deleting what is gone: %v", err)
	}
}

func TestNamespaceOfSomebodyElseIsLeftAlone(t *testing.T) {
	c, ctx := sandbox(t), t.Context()
	theirs, err := c.createNamespace(ctx, brand.NamespacePrefix+"test-theirs", "test-theirs")
	if err != nil {
		t.Fatal(err)
	}
	ours, made, err := c.EnsureNamespace(ctx, "test-theirs", Namespace{})
	if err != nil || !made || ours.Name == theirs.Name {
		t.Errorf("got %+v, made %v, %v; want another name than %q", ours, made, err, theirs.Name)
	}
	for _, ns := range []Namespace{theirs, ours} {
		if err := c.DeleteNamespace(context.WithoutCancel(ctx), ns); err != nil {
			t.Error(err)
		}
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
