package controlplane

import (
	"context"
	"fmt"
	"slices"
	"sync"

	"k8s.io/client-go/kubernetes"
	"k8s.io/component-helpers/auth/rbac/reconciliation"
	"k8s.io/kubernetes/plugin/pkg/auth/authorizer/rbac/bootstrappolicy"
)

// roleWorkers is how many default roles are made at a time.
const roleWorkers = 4

// reconcileRoles creates the default roles and bindings, or restores missing
// parts, as the API server's own hook would do a second later.
func reconcileRoles(ctx context.Context, client kubernetes.Interface) error {
	work := slices.Concat(clusterRoles(client), clusterBindings(client), namespaceRoles(client), namespaceBindings(client))
	next, errs := make(chan func() error), make(chan error, len(work))
	var workers sync.WaitGroup
	for range roleWorkers {
		workers.Go(func() {
			for reconcile := range next {
				errs <- retry(ctx, reconcile)
			}
		})
	}
	for _, reconcile := range work {
		next <- reconcile
	}
	close(next)
	workers.Wait()
	close(errs)
	for err := range errs {
		if err != nil {
			return fmt.Errorf("failed to make the default roles: %w", err)
		}
	}
	return nil
}

func clusterRoles(client kubernetes.Interface) []func() error {
	modifier := reconciliation.ClusterRoleModifier{Client: client.RbacV1().ClusterRoles()}
	var work []func() error
	for _, role := range append(bootstrappolicy.ClusterRoles(), bootstrappolicy.ControllerRoles()...) {
		work = append(work, reconcileRole(reconciliation.ClusterRoleRuleOwner{ClusterRole: &role}, modifier))
	}
	return work
}

func namespaceRoles(client kubernetes.Interface) []func() error {
	modifier := reconciliation.RoleModifier{Client: client.RbacV1(), NamespaceClient: client.CoreV1().Namespaces()}
	var work []func() error
	for _, roles := range bootstrappolicy.NamespaceRoles() {
		for _, role := range roles {
			work = append(work, reconcileRole(reconciliation.RoleRuleOwner{Role: &role}, modifier))
		}
	}
	return work
}

func clusterBindings(client kubernetes.Interface) []func() error {
	modifier := reconciliation.ClusterRoleBindingClientAdapter{Client: client.RbacV1().ClusterRoleBindings()}
	var work []func() error
	for _, binding := range append(bootstrappolicy.ClusterRoleBindings(), bootstrappolicy.ControllerRoleBindings()...) {
		work = append(work, reconcileBinding(reconciliation.ClusterRoleBindingAdapter{ClusterRoleBinding: &binding}, modifier))
	}
	return work
}

func namespaceBindings(client kubernetes.Interface) []func() error {
	modifier := reconciliation.RoleBindingClientAdapter{Client: client.RbacV1(), NamespaceClient: client.CoreV1().Namespaces()}
	var work []func() error
	for _, bindings := range bootstrappolicy.NamespaceRoleBindings() {
		for _, binding := range bindings {
			work = append(work, reconcileBinding(reconciliation.RoleBindingAdapter{RoleBinding: &binding}, modifier))
		}
	}
	return work
}

func reconcileRole(role reconciliation.RuleOwner, modifier reconciliation.RuleOwnerModifier) func() error {
	return func() error {
		options := reconciliation.ReconcileRoleOptions{Role: role, Client: modifier, Confirm: true}
		_, err := options.Run()
		return err
	}
}

func reconcileBinding(binding reconciliation.RoleBinding, modifier reconciliation.RoleBindingModifier) func() error {
	return func() error {
		options := reconciliation.ReconcileRoleBindingOptions{RoleBinding: binding, Client: modifier, Confirm: true}
		_, err := options.Run()
		return err
	}
}
