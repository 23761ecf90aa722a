package cluster

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/version"
	apiversion "k8s.io/apimachinery/pkg/version"
	"k8s.io/client-go/discovery"

	"github.com/kubectl-learn/kubectl-learn/pkg/lang"
	"github.com/kubectl-learn/kubectl-learn/pkg/steps"
)

// OldError says that a cluster's Kubernetes is older than a lesson needs.
type OldError struct{ Want, Have string }

func (e *OldError) Error() string {
	return fmt.Sprintf("the cluster runs Kubernetes %s, the lesson needs %s", e.Have, e.Want)
}

// FewNodesError says that a cluster has fewer nodes than a lesson needs. Have counts
// those that are Ready and can run pods.
type FewNodesError struct {
	Want, Have int
	// Sandbox says that the cluster is the built-in one.
	Sandbox bool
}

func (e *FewNodesError) Error() string {
	return fmt.Sprintf("the cluster has %d nodes that take pods, the lesson needs %d", e.Have, e.Want)
}

// IncapableError says that a cluster lacks what a lesson needs.
type IncapableError struct {
	Capability steps.Capability
	// Sandbox says that the cluster is the built-in one.
	Sandbox bool
}

func (e *IncapableError) Error() string {
	return fmt.Sprintf("the cluster lacks %s, which the lesson needs", e.Capability)
}

// Preflight checks whether the cluster has what a lesson requires, except for images.
// It fails with *OldError, *FewNodesError or *IncapableError. It assumes that what the
// learner isn't allowed to read is there.
func (c *Cluster) Preflight(ctx context.Context, r steps.Requires) error {
	if err := c.recent(ctx, r.Kubernetes); err != nil {
		return err
	}
	if r.Nodes > 1 {
		have, err := c.ready(ctx)
		if err == nil && have < r.Nodes {
			err = &FewNodesError{Want: r.Nodes, Have: have, Sandbox: c.IsSandbox()}
		}
		if err = unlessForbidden(err); err != nil {
			return err
		}
	}
	for _, capability := range r.Capabilities {
		if err := unlessForbidden(c.capable(ctx, capability)); err != nil {
			return err
		}
	}
	return nil
}

func unlessForbidden(err error) error {
	if apierrors.IsForbidden(err) {
		return nil
	}
	return err
}

func (c *Cluster) recent(ctx context.Context, want string) error {
	if want == "" {
		return nil
	}
	client, err := discovery.NewDiscoveryClientForConfig(c.Config)
	if err != nil {
		return lang.Errorf("failed to create a client for %s: %w", "无法创建 %s 的客户端，原文：%w", c.Server, err)
	}
	raw, err := client.RESTClient().Get().AbsPath("/version").DoRaw(ctx)
	if err != nil {
		return lang.Errorf("failed to read the version of %s: %w", "无法读取 %s 的版本：%w", c.Server, err)
	}
	var found apiversion.Info
	if err := json.Unmarshal(raw, &found); err != nil {
		return lang.Errorf("failed to read the version of %s: %w", "无法读取 %s 的版本：%w", c.Server, err)
	}
	have, err := version.ParseGeneric(found.GitVersion)
	oldest, badWant := version.ParseGeneric(strings.TrimPrefix(want, ">="))
	if err := errors.Join(err, badWant); err != nil {
		return lang.Errorf("failed to compare versions: %w", "无法比较版本：%w", err)
	}
	if have.LessThan(oldest) {
		return &OldError{Want: want, Have: found.GitVersion}
	}
	return nil
}

// ready counts the nodes that are Ready and can run pods.
func (c *Cluster) ready(ctx context.Context) (int, error) {
	list, err := c.core("nodes").List(ctx, metav1.ListOptions{})
	if err != nil {
		return 0, lang.Errorf("failed to list nodes: %w", "无法列出节点：%w", err)
	}
	n := 0
	for i := range list.Items {
		if takesPods(&list.Items[i]) {
			n++
		}
	}
	return n, nil
}

func takesPods(node *unstructured.Unstructured) bool {
	if off, _, _ := unstructured.NestedBool(node.Object, "spec", "unschedulable"); off || keepsPodsOff(node) {
		return false
	}
	conditions, _, _ := unstructured.NestedSlice(node.Object, "status", "conditions")
	for _, c := range conditions {
		if condition, ok := c.(map[string]any); ok && condition["type"] == "Ready" {
			return condition["status"] == "True"
		}
	}
	return false
}

// keepsPodsOff reports whether a taint repels the pods of lessons, which tolerate none:
// a control plane's, for example.
func keepsPodsOff(node *unstructured.Unstructured) bool {
	taints, _, _ := unstructured.NestedSlice(node.Object, "spec", "taints")
	return slices.ContainsFunc(taints, func(t any) bool {
		taint, _ := t.(map[string]any)
		return taint["effect"] == "NoSchedule" || taint["effect"] == "NoExecute"
	})
}

func (c *Cluster) capable(ctx context.Context, capability steps.Capability) error {
	classes := schema.GroupVersionResource{Group: "networking.k8s.io", Version: "v1", Resource: "ingressclasses"}
	list, err := c.client.Resource(classes).List(ctx, metav1.ListOptions{})
	if err != nil {
		return lang.Errorf("failed to list ingress classes: %w", "无法列出 IngressClass：%w", err)
	}
	if !slices.ContainsFunc(list.Items, func(o unstructured.Unstructured) bool { return serves(o, capability) }) {
		return &IncapableError{Capability: capability, Sandbox: c.IsSandbox()}
	}
	return nil
}

// serves reports whether an ingress class provides a capability.
func serves(class unstructured.Unstructured, capability steps.Capability) bool {
	controller, _, _ := unstructured.NestedString(class.Object, "spec", "controller")
	switch capability {
	case steps.CapabilityIngress:
		return true
	case steps.CapabilityIngressNginx:
		return class.GetName() == "nginx" && controller == "k8s.io/ingress-nginx"
	}
	return false
}
