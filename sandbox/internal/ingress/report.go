package ingress

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/kubernetes/scheme"
	corev1client "k8s.io/client-go/kubernetes/typed/core/v1"
	"k8s.io/client-go/tools/cache"
	"k8s.io/client-go/tools/record"
)

// newRecorder writes events as ingress-nginx's controller.
func newRecorder(ctx context.Context, client kubernetes.Interface) (recorder record.EventRecorder, stop func()) {
	broadcaster := record.NewBroadcaster(record.WithContext(ctx))
	broadcaster.StartRecordingToSink(&corev1client.EventSinkImpl{Interface: client.CoreV1().Events("")})
	return broadcaster.NewRecorder(scheme.Scheme, corev1.EventSource{Component: "nginx-ingress-controller"}), broadcaster.Shutdown
}

// events records an event on every new or changed Ingress, in ingress-nginx's
// words. As there, a change of its own status counts too.
func (c *controller) events(poke func()) cache.ResourceEventHandler {
	tell := func(o any) {
		if ing, ok := o.(*networkingv1.Ingress); ok && c.serves(ing) {
			c.recorder.Event(ing, corev1.EventTypeNormal, "Sync", "Scheduled for sync")
		}
		poke()
	}
	return cache.ResourceEventHandlerFuncs{
		AddFunc:    tell,
		UpdateFunc: func(_, after any) { tell(after) },
		DeleteFunc: func(any) { poke() },
	}
}

// warn reports once on each Ingress what is not supported. It forgets warnings
// that no longer apply, so that it repeats them if they apply again.
func (c *controller) warn(ours []*networkingv1.Ingress, t *table) {
	next := map[types.UID]map[string]bool{}
	for _, ing := range ours {
		next[ing.UID] = map[string]bool{}
		for _, note := range t.notes[ing.UID] {
			if next[ing.UID][note] = true; !c.told[ing.UID][note] {
				c.recorder.Event(ing, corev1.EventTypeWarning, "NotServed", note)
			}
		}
	}
	c.told = next
}

// report writes the node's address into the status of each Ingress, as
// ingress-nginx does on bare metal.
func (c *controller) report(ctx context.Context, ours []*networkingv1.Ingress) error {
	want := networkingv1.IngressLoadBalancerStatus{Ingress: []networkingv1.IngressLoadBalancerIngress{{IP: c.NodeAddress}}}
	patch, err := json.Marshal(map[string]any{"status": map[string]any{"loadBalancer": want}})
	if err != nil {
		return err
	}
	var failed []error
	for _, ing := range ours {
		now := ing.Status.LoadBalancer.Ingress
		if len(now) == 1 && now[0].IP == c.NodeAddress {
			continue
		}
		_, err := c.Client.NetworkingV1().Ingresses(ing.Namespace).Patch(ctx, ing.Name, types.MergePatchType, patch, metav1.PatchOptions{}, "status")
		if err != nil && !apierrors.IsNotFound(err) {
			failed = append(failed, fmt.Errorf("failed to write the status of the Ingress %s/%s: %w", ing.Namespace, ing.Name, err))
		}
	}
	return errors.Join(failed...)
}
