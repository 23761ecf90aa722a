package cluster

import (
	"context"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/rand"

	"github.com/kubectl-learn/kubectl-learn/internal/brand"
	"github.com/kubectl-learn/kubectl-learn/pkg/lang"
)

// Namespace is a namespace created for a lesson. Without a UID, it was about to be
// created when its name was recorded.
type Namespace struct{ Name, UID string }

// Claim is a lesson's claim to a namespace.
type Claim struct {
	Lesson string
	// Record is the id of the lesson's record. Each namespace carries the id of its
	// record, so that it can be found again if the program is killed before it records
	// the UID.
	Record string
	// Namespace is the recorded one.
	Namespace Namespace
	// About is called with the name of a namespace before it is created.
	About func(name string) error
	// Held is called with what blocks the deletion of a namespace; it may be nil.
	Held func(Held)
}

// owns reports whether a namespace is the recorded one.
func (claim Claim) owns(found *unstructured.Unstructured) bool {
	if claim.Namespace.UID != "" {
		return string(found.GetUID()) == claim.Namespace.UID
	}
	return claim.made(found)
}

// made reports whether a namespace was created for the claim's record.
func (claim Claim) made(found *unstructured.Unstructured) bool {
	return claim.Record != "" && found.GetAnnotations()[brand.RecordAnnotation] == claim.Record
}

// EnsureNamespace returns the namespace of a lesson: the recorded one if it exists, or
// else a new one. If somebody else's namespace has that name, the lesson's gets another
// name. It fails with *RefusedError if the cluster refuses a new namespace, and with
// *StuckError.
func (c *Cluster) EnsureNamespace(ctx context.Context, claim Claim) (ns Namespace, made bool, err error) {
	if recorded := claim.Namespace; recorded.Name != "" {
		found, err := c.core("namespaces").Get(ctx, recorded.Name, metav1.GetOptions{})
		switch {
		case apierrors.IsNotFound(err):
		case err != nil:
			return Namespace{}, false, lang.Errorf("failed to get namespace %q: %w", "无法查看命名空间 %q：%w", recorded.Name, c.unreached(err))
		case claim.owns(found) && found.GetDeletionTimestamp() == nil:
			return named(found), false, nil
		case claim.owns(found):
			// It is being deleted; its name is free only after that.
			if err := c.awaitGone(ctx, named(found), claim.Held); err != nil {
				return Namespace{}, false, err
			}
		}
	}
	name := brand.NamespacePrefix + claim.Lesson
	ns, err = c.makeNamespace(ctx, claim, name)
	if apierrors.IsAlreadyExists(err) {
		ns, err = c.makeNamespace(ctx, claim, name+"-"+rand.String(5))
	}
	return ns, err == nil, err
}

func named(found *unstructured.Unstructured) Namespace {
	return Namespace{Name: found.GetName(), UID: string(found.GetUID())}
}

// makeNamespace creates a namespace. After an error that is not a clear refusal it
// checks, because the namespace may exist all the same.
func (c *Cluster) makeNamespace(ctx context.Context, claim Claim, name string) (Namespace, error) {
	if claim.About != nil {
		if err := claim.About(name); err != nil {
			return Namespace{}, err
		}
	}
	object := &unstructured.Unstructured{Object: map[string]any{
		"apiVersion": "v1",
		"kind":       "Namespace",
		"metadata": map[string]any{
			"name":        name,
			"labels":      map[string]any{brand.ManagedByLabel: brand.Binary, brand.LessonLabel: claim.Lesson},
			"annotations": map[string]any{brand.RecordAnnotation: claim.Record},
		},
	}}
	made, err := c.core("namespaces").Create(ctx, object, metav1.CreateOptions{FieldManager: brand.Binary})
	if err == nil {
		return named(made), nil
	}
	found, lookErr := c.core("namespaces").Get(ctx, name, metav1.GetOptions{})
	switch {
	case lookErr == nil && claim.made(found) && found.GetDeletionTimestamp() == nil:
		return named(found), nil
	case apierrors.IsAlreadyExists(err), ctx.Err() != nil:
		return Namespace{}, err
	case apierrors.ReasonForError(err) == metav1.StatusReasonUnknown:
		return Namespace{}, c.unreached(err)
	}
	return Namespace{}, &RefusedError{Context: c.Context, Namespace: name, Rights: c.mayNot(ctx, "create", "namespaces"), Err: err}
}

// mayNot reports whether the learner lacks permission for something. It is false if it
// can't find out.
func (c *Cluster) mayNot(ctx context.Context, verb, resource string) bool {
	review := &unstructured.Unstructured{Object: map[string]any{
		"apiVersion": "authorization.k8s.io/v1",
		"kind":       "SelfSubjectAccessReview",
		"spec":       map[string]any{"resourceAttributes": map[string]any{"verb": verb, "resource": resource}},
	}}
	reviews := schema.GroupVersionResource{Group: "authorization.k8s.io", Version: "v1", Resource: "selfsubjectaccessreviews"}
	answer, err := c.client.Resource(reviews).Create(ctx, review, metav1.CreateOptions{})
	if err != nil {
		return false
	}
	allowed, found, err := unstructured.NestedBool(answer.Object, "status", "allowed")
	return err == nil && found && !allowed
}

// DeleteNamespace deletes the lesson's namespace with everything in it and returns when
// it is gone; there is false if it was already gone. It fails with *NotOursError if
// another namespace has that name, which it leaves alone, and with *StuckError.
func (c *Cluster) DeleteNamespace(ctx context.Context, claim Claim) (there bool, err error) {
	ns := claim.Namespace
	found, err := c.core("namespaces").Get(ctx, ns.Name, metav1.GetOptions{})
	switch {
	case apierrors.IsNotFound(err):
		return false, nil
	case err == nil && !claim.owns(found):
		return false, &NotOursError{Name: ns.Name}
	case err == nil:
		ns = named(found)
	case !apierrors.IsForbidden(err) || ns.UID == "":
		return false, lang.Errorf("failed to get namespace %q: %w", "无法查看命名空间 %q：%w", ns.Name, c.unreached(err))
	}
	uid := types.UID(ns.UID)
	err = c.core("namespaces").Delete(ctx, ns.Name, metav1.DeleteOptions{Preconditions: &metav1.Preconditions{UID: &uid}})
	if err == nil {
		c.hurryPods(ctx, ns.Name)
	}
	// A conflict means that it is another namespace by now, or is being deleted.
	if err != nil && !apierrors.IsNotFound(err) && !apierrors.IsConflict(err) {
		return true, lang.Errorf("failed to delete namespace %q: %w", "无法删除命名空间 %q：%w", ns.Name, c.unreached(err))
	}
	return true, c.awaitGone(ctx, ns, claim.Held)
}

// hurryPods gives the pods of a namespace that is being deleted one second to stop:
// nobody needs them any more, and a pod that ignores SIGTERM would take thirty. Nothing
// new can be created in such a namespace, so no pod in it is somebody else's. Without
// permission for this, the pods take their usual time.
func (c *Cluster) hurryPods(ctx context.Context, namespace string) {
	second := int64(1)
	_ = c.core("pods").Namespace(namespace).DeleteCollection(ctx, metav1.DeleteOptions{GracePeriodSeconds: &second}, metav1.ListOptions{})
}
