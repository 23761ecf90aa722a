package cluster

import (
	"context"
	"slices"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/kubectl-learn/kubectl-learn/pkg/lang"
)

// Held says what blocks the deletion of a namespace.
type Held struct {
	Namespace string
	// Reasons are mostly what Kubernetes reports, in English: remaining kinds,
	// finalizers that nobody has removed. There are none while it reports nothing.
	Reasons []lang.Message
}

// Why joins all reasons into one sentence; zero if there are none.
func (h Held) Why() lang.Message {
	var why lang.Message
	for i, reason := range h.Reasons {
		if i > 0 {
			reason = lang.Messagef("%s; %s", "%s；%s", why, reason)
		}
		why = reason
	}
	return why
}

// going has the limits of the wait for a namespace to be deleted.
type going struct {
	// quiet is how long to wait before reporting anything, limit how long to wait in
	// all.
	quiet, limit time.Duration
	pause        time.Duration
}

func (c *Cluster) awaitGone(ctx context.Context, ns Namespace, tell func(Held)) error {
	return c.awaitGoneFor(ctx, ns, tell, going{quiet: 4 * time.Second, limit: 3 * time.Minute, pause: 300 * time.Millisecond})
}

// awaitGoneFor returns when the namespace is gone. It polls, because the permission to
// watch namespaces is rarer than the permission to get one. It reports what blocks the
// deletion, and again whenever that changes.
func (c *Cluster) awaitGoneFor(ctx context.Context, ns Namespace, tell func(Held), g going) error {
	begun, told := time.Now(), ""
	tick := time.NewTicker(g.pause)
	defer tick.Stop()
	for {
		found, err := c.core("namespaces").Get(ctx, ns.Name, metav1.GetOptions{})
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case apierrors.IsNotFound(err), err == nil && string(found.GetUID()) != ns.UID:
			return nil
		case err != nil:
			return lang.Errorf("failed to confirm that namespace %q is deleted: %w", "无法确认命名空间 %q 已删除：%w", ns.Name, c.unreached(err))
		}
		held := heldBy(found)
		took := time.Since(begun)
		if took >= g.limit {
			return &StuckError{Context: c.Context, Held: held}
		}
		if news := "told:" + held.Why().EN; took >= g.quiet && news != told && tell != nil {
			told = news
			tell(held)
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// heldBy reads the conditions that the namespace controller sets
// (https://kubernetes.io/docs/reference/kubernetes-api/cluster-resources/namespace-v1/#NamespaceStatus),
// and the finalizers of the namespace itself.
func heldBy(found *unstructured.Unstructured) Held {
	held := Held{Namespace: found.GetName()}
	conditions, _, _ := unstructured.NestedSlice(found.Object, "status", "conditions")
	for _, entry := range conditions {
		condition, _ := entry.(map[string]any)
		message, _ := condition["message"].(string)
		if condition["status"] == "True" && message != "" {
			held.Reasons = append(held.Reasons, lang.Same(strings.TrimRight(message, ". ")))
		}
	}
	own, _, _ := unstructured.NestedStringSlice(found.Object, "spec", "finalizers")
	own = slices.DeleteFunc(own, func(f string) bool { return f == string(corev1.FinalizerKubernetes) })
	if own = append(own, found.GetFinalizers()...); len(own) > 0 {
		held.Reasons = append(held.Reasons, lang.Messagef("the namespace itself has finalizers: %s", "命名空间本身带有 finalizer：%s", strings.Join(own, ", ")))
	}
	slices.SortFunc(held.Reasons, func(a, b lang.Message) int { return strings.Compare(a.EN, b.EN) })
	held.Reasons = slices.Compact(held.Reasons)
	return held
}
