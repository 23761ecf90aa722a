package cluster

import (
	"context"
	"errors"
	"fmt"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/fields"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/rand"
	"k8s.io/apimachinery/pkg/watch"

	"github.com/kubectl-learn/kubectl-learn/internal/brand"
	"github.com/kubectl-learn/kubectl-learn/pkg/lang"
)

// Namespace is a namespace that was made for a lesson.
type Namespace struct{ Name, UID string }

// NotOursError says that a namespace is not the one that the lesson made.
type NotOursError struct{ Name string }

func (e *NotOursError) Error() string {
	return fmt.Sprintf("namespace %q is not the one that the lesson made", e.Name)
}

// EnsureNamespace returns the namespace of a lesson: the recorded one while it
// is there, else a new one. A namespace of that name that somebody else made is
// left alone, and the lesson's gets another name.
func (c *Cluster) EnsureNamespace(ctx context.Context, lesson string, recorded Namespace) (ns Namespace, made bool, err error) {
	if recorded.Name != "" {
		found, err := c.core("namespaces").Get(ctx, recorded.Name, metav1.GetOptions{})
		switch {
		case err == nil && string(found.GetUID()) == recorded.UID && found.GetDeletionTimestamp() == nil:
			return recorded, false, nil
		case err == nil && string(found.GetUID()) == recorded.UID:
			// It is going; only then is its name free again.
			if err := c.awaitGone(ctx, recorded); err != nil {
				return Namespace{}, false, err
			}
		case err != nil && !apierrors.IsNotFound(err):
			return Namespace{}, false, lang.Errorf("failed to look for namespace %q: %w", "无法查看命名空间 %q：%w", recorded.Name, err)
		}
	}
	name := brand.NamespacePrefix + lesson
	ns, err = c.createNamespace(ctx, name, lesson)
	if apierrors.IsAlreadyExists(err) {
		ns, err = c.createNamespace(ctx, name+"-"+rand.String(5), lesson)
	}
	if err != nil {
		return Namespace{}, false, lang.Errorf("failed to make a namespace for lesson %q: %w", "无法为课程 %q 新建命名空间：%w", lesson, err)
	}
	return ns, true, nil
}

func (c *Cluster) createNamespace(ctx context.Context, name, lesson string) (Namespace, error) {
	object := &unstructured.Unstructured{Object: map[string]any{
		"apiVersion": "v1",
		"kind":       "Namespace",
		"metadata": map[string]any{
			"name":   name,
			"labels": map[string]any{brand.ManagedByLabel: brand.Binary, brand.LessonLabel: lesson},
		},
	}}
	made, err := c.core("namespaces").Create(ctx, object, metav1.CreateOptions{FieldManager: brand.Binary})
	if err != nil {
		return Namespace{}, err
	}
	return Namespace{Name: made.GetName(), UID: string(made.GetUID())}, nil
}

// DeleteNamespace deletes the namespace with all that is in it and returns when
// it is gone. One of the same name with another UID is not ours and stays: the
// error is then a *NotOursError. A namespace that is gone already is no error.
func (c *Cluster) DeleteNamespace(ctx context.Context, ns Namespace) error {
	uid := types.UID(ns.UID)
	err := c.core("namespaces").Delete(ctx, ns.Name, metav1.DeleteOptions{Preconditions: &metav1.Preconditions{UID: &uid}})
	switch {
	case apierrors.IsNotFound(err):
		return nil
	case apierrors.IsConflict(err):
		found, getErr := c.core("namespaces").Get(ctx, ns.Name, metav1.GetOptions{})
		if getErr != nil || found.GetUID() != uid {
			return &NotOursError{Name: ns.Name}
		}
	case err != nil:
		return lang.Errorf("failed to delete namespace %q: %w", "无法删除命名空间 %q：%w", ns.Name, err)
	}
	return c.awaitGone(ctx, ns)
}

func (c *Cluster) awaitGone(ctx context.Context, ns Namespace) error {
	byName := fields.OneTermEqualSelector("metadata.name", ns.Name).String()
	for {
		found, err := c.core("namespaces").List(ctx, metav1.ListOptions{FieldSelector: byName})
		if err != nil {
			return lang.Errorf("failed to see namespace %q go: %w", "无法确认命名空间 %q 已删除：%w", ns.Name, err)
		}
		if len(found.Items) == 0 || string(found.Items[0].GetUID()) != ns.UID {
			return nil
		}
		w, err := c.core("namespaces").Watch(ctx, metav1.ListOptions{FieldSelector: byName, ResourceVersion: found.GetResourceVersion()})
		if err != nil {
			return lang.Errorf("failed to see namespace %q go: %w", "无法确认命名空间 %q 已删除：%w", ns.Name, err)
		}
		for event := range w.ResultChan() {
			if event.Type == watch.Deleted {
				w.Stop()
				return nil
			}
		}
		if err := ctx.Err(); err != nil {
			return lang.Errorf("namespace %q is still going: %w", "命名空间 %q 还在删除中：%w", ns.Name, errors.Join(err, context.Cause(ctx)))
		}
	}
}
