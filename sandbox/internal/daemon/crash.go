package daemon

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/fleet"
	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/nodehost"
)

// crashComponent is the event source that reports a crash of the nodes.
const crashComponent = "kubectl-learn-sandbox"

// eventPatience is how long the API server may take to record an event.
const eventPatience = 5 * time.Second

// tellOfCrash records an event on each node that it went down and why, and one
// on the pod that caused it that it is held back.
func (c *cluster) tellOfCrash(ctx context.Context, nodes []fleet.Node, crash nodehost.Crash, log *slog.Logger) {
	if c.ControlPlane == nil {
		return // There is no API server yet.
	}
	ctx, cancel := context.WithTimeout(ctx, eventPatience)
	defer cancel()
	reason, why := "NodeCrashed", crash.Why
	if crash.Memory {
		reason = "SystemOOM" // the kubelet's own word
	}
	if crash.Culprit != "" {
		why += ", in container " + crash.Culprit
	}
	for _, n := range nodes {
		if n.State != fleet.Running && n.State != fleet.Starting {
			continue
		}
		ref := corev1.ObjectReference{Kind: "Node", Name: n.Name, UID: types.UID(n.Name)}
		c.event(ctx, ref, metav1.NamespaceDefault, reason, fmt.Sprintf("The process that runs all nodes ended (%s) and is restarting", why), log)
	}
	if namespace, rest, ok := strings.Cut(crash.Culprit, "/"); ok && crash.Hold > 0 {
		pod, _, _ := strings.Cut(rest, "/")
		ref := corev1.ObjectReference{APIVersion: "v1", Kind: "Pod", Namespace: namespace, Name: pod, UID: types.UID(crash.UID)}
		c.event(ctx, ref, namespace, reason, fmt.Sprintf("A program in this pod ended the process that runs all nodes (%s); the pod is held back for %s", crash.Why, crash.Hold), log)
	}
}

func (c *cluster) event(ctx context.Context, about corev1.ObjectReference, namespace, reason, message string, log *slog.Logger) {
	now := metav1.Now()
	_, err := c.Client().CoreV1().Events(namespace).Create(ctx, &corev1.Event{
		ObjectMeta:     metav1.ObjectMeta{GenerateName: about.Name + ".", Namespace: namespace},
		InvolvedObject: about, Reason: reason, Message: message, Type: corev1.EventTypeWarning, Count: 1,
		FirstTimestamp: now, LastTimestamp: now, Source: corev1.EventSource{Component: crashComponent},
	}, metav1.CreateOptions{})
	if err != nil && ctx.Err() == nil {
		log.Warn("failed to record that the nodes ended", "error", err)
	}
}
