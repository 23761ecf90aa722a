package fleet

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/fields"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/wait"
	corev1client "k8s.io/client-go/kubernetes/typed/core/v1"
	"k8s.io/utils/ptr"
)

const (
	// drainPatience is how long the pods of a removed node have to end: the
	// default grace period of 30 seconds, and some more.
	drainPatience = 40 * time.Second
	drainPoll     = 100 * time.Millisecond
)

// removeAll removes the nodes that are not in names, including those of which
// only the object is left. It does what an operator does to remove machines:
// cordon all, so that no pod moves from one removed node to another; delete
// their pods; turn them off; delete their objects.
func (f *Fleet) removeAll(ctx context.Context, names []string) error {
	leaving, err := f.tooMany(ctx, names)
	if err != nil || len(leaving) == 0 {
		return err
	}
	for _, name := range leaving {
		f.set(name, Leaving)
		cordon := []byte(`{"spec":{"unschedulable":true}}`)
		if _, err := f.nodesClient().Patch(ctx, name, types.MergePatchType, cordon, metav1.PatchOptions{}); err != nil && !apierrors.IsNotFound(err) {
			return fmt.Errorf("failed to cordon node %q: %w", name, err)
		}
	}
	var errs []error
	for _, name := range leaving {
		if f.members[name] != nil { // Pods of a node that is off cannot end.
			errs = append(errs, f.drain(ctx, name))
		}
	}
	for _, name := range leaving {
		if f.members[name] != nil {
			f.awaitEmpty(ctx, name)
		}
		errs = append(errs, f.remove(ctx, name))
	}
	return errors.Join(errs...)
}

// tooMany lists the nodes that exist and should not.
func (f *Fleet) tooMany(ctx context.Context, names []string) ([]string, error) {
	wanted := map[string]bool{}
	for _, name := range names {
		wanted[name] = true
	}
	objects, err := f.nodesClient().List(ctx, metav1.ListOptions{})
	if err != nil {
		return nil, fmt.Errorf("failed to list nodes: %w", err)
	}
	var out []string
	seen := map[string]bool{}
	for i := range objects.Items {
		name := objects.Items[i].Name
		if _, ours := Number(name); ours && !wanted[name] {
			out, seen[name] = append(out, name), true
		}
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	for name := range f.states {
		if !wanted[name] && !seen[name] { // Someone deleted its object.
			out = append(out, name)
		}
	}
	return out, nil
}

// drain deletes a node's pods, except those of DaemonSets, which would be
// recreated.
func (f *Fleet) drain(ctx context.Context, name string) error {
	return f.deletePods(ctx, name, notDaemons, metav1.DeleteOptions{})
}

func (f *Fleet) deletePods(ctx context.Context, name string, want func(*corev1.Pod) bool, how metav1.DeleteOptions) error {
	pods, err := f.pods(ctx, name, want)
	var errs []error
	for i := range pods {
		if p := &pods[i]; how.GracePeriodSeconds != nil || p.DeletionTimestamp == nil {
			if err := f.cfg.Plane.Client().CoreV1().Pods(p.Namespace).Delete(ctx, p.Name, how); err != nil && !apierrors.IsNotFound(err) {
				errs = append(errs, err)
			}
		}
	}
	return errors.Join(append(errs, err)...)
}

func notDaemons(p *corev1.Pod) bool {
	owner := metav1.GetControllerOf(p)
	return owner == nil || owner.Kind != "DaemonSet"
}

func (f *Fleet) pods(ctx context.Context, name string, want func(*corev1.Pod) bool) ([]corev1.Pod, error) {
	list, err := f.cfg.Plane.Client().CoreV1().Pods("").List(ctx, metav1.ListOptions{
		FieldSelector: fields.OneTermEqualSelector("spec.nodeName", name).String(),
	})
	if err != nil {
		return nil, fmt.Errorf("failed to list the pods of node %q: %w", name, err)
	}
	var out []corev1.Pod
	for i := range list.Items {
		if want(&list.Items[i]) {
			out = append(out, list.Items[i])
		}
	}
	return out, nil
}

// awaitEmpty waits until a node's pods have ended, up to a limit.
func (f *Fleet) awaitEmpty(ctx context.Context, name string) {
	err := wait.PollUntilContextTimeout(ctx, drainPoll, drainPatience, true, func(ctx context.Context) (bool, error) {
		pods, err := f.pods(ctx, name, notDaemons)
		return err == nil && len(pods) == 0, nil
	})
	if err != nil && ctx.Err() == nil {
		f.cfg.Log.Warn("killing pods that did not end in time on a node being removed", "node", name)
	}
}

// remove turns a node off and deletes what is left of it.
func (f *Fleet) remove(ctx context.Context, name string) error {
	if m := f.members[name]; m != nil {
		f.stop(m)
	}
	if err := f.nodesClient().Delete(ctx, name, metav1.DeleteOptions{}); err != nil && !apierrors.IsNotFound(err) {
		return fmt.Errorf("failed to delete node %q: %w", name, err)
	}
	everyPod := func(*corev1.Pod) bool { return true }
	if err := f.deletePods(ctx, name, everyPod, metav1.DeleteOptions{GracePeriodSeconds: ptr.To[int64](0)}); err != nil {
		return fmt.Errorf("failed to delete the last pods of node %q: %w", name, err)
	}
	f.set(name, "")
	return os.RemoveAll(f.dir(name))
}

func (f *Fleet) nodesClient() corev1client.NodeInterface {
	return f.cfg.Plane.Client().CoreV1().Nodes()
}
