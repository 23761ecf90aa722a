package network

import (
	"fmt"

	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	"k8s.io/client-go/tools/cache"
	"k8s.io/client-go/tools/record"
)

// warnOfPolicies records an event on each new or changed NetworkPolicy that it
// has no effect. A real cluster whose network plugin doesn't support policies
// is silent, and a learner would look for the mistake in the policy.
func warnOfPolicies(policies cache.SharedIndexInformer, recorder record.EventRecorder) error {
	warn := func(p *networkingv1.NetworkPolicy) {
		recorder.Event(p, corev1.EventTypeWarning, "NotEnforced",
			"Enforcing network policies is not supported by the sandbox: every pod can still reach every other pod")
	}
	_, err := policies.AddEventHandler(cache.ResourceEventHandlerDetailedFuncs{
		AddFunc: func(o any, inInitialList bool) {
			if p, ok := o.(*networkingv1.NetworkPolicy); ok && !inInitialList {
				warn(p)
			}
		},
		UpdateFunc: func(before, after any) {
			was, _ := before.(*networkingv1.NetworkPolicy)
			if is, ok := after.(*networkingv1.NetworkPolicy); ok && was != nil && was.Generation != is.Generation {
				warn(is)
			}
		},
	})
	if err != nil {
		return fmt.Errorf("failed to watch network policies: %w", err)
	}
	return nil
}
