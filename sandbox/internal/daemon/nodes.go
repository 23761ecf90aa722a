package daemon

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kubectl-learn/kubectl-learn/pkg/lang"
	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/fleet"
)

// NodeReport is a node as the sandbox and the cluster see it.
type NodeReport struct {
	fleet.Node
	// Status is what kubectl shows: Ready or NotReady, with ",SchedulingDisabled"
	// if the node is cordoned; "" while the cluster does not know the node.
	Status string `json:"status"`
	// Pods is how many pods are bound to it, ended ones included.
	Pods int `json:"pods"`
	// Loose are the names of pods without a controller that would recreate
	// them.
	Loose []string `json:"-"`
}

// Nodes returns all nodes of a running sandbox. It returns ErrNotRunning when
// there is none.
func Nodes(ctx context.Context, folder Folder) ([]NodeReport, error) {
	client, err := connect(folder)
	if err != nil {
		return nil, err
	}
	r, err := folder.read()
	if err != nil {
		return nil, err
	}
	objects, err := client.CoreV1().Nodes().List(ctx, metav1.ListOptions{})
	if err != nil {
		return nil, errorf(err, "failed to list the nodes", "无法列出节点")
	}
	pods, err := client.CoreV1().Pods("").List(ctx, metav1.ListOptions{})
	if err != nil {
		return nil, errorf(err, "failed to list the pods", "无法列出 Pod")
	}
	out := make([]NodeReport, len(r.Nodes))
	for i, n := range r.Nodes {
		out[i] = NodeReport{Node: n, Status: statusOf(n.Name, objects.Items)}
		for j := range pods.Items {
			out[i].count(&pods.Items[j])
		}
	}
	return out, nil
}

func (n *NodeReport) count(p *corev1.Pod) {
	if p.Spec.NodeName != n.Name {
		return
	}
	n.Pods++
	if metav1.GetControllerOf(p) == nil {
		n.Loose = append(n.Loose, p.Namespace+"/"+p.Name)
	}
}

func statusOf(name string, nodes []corev1.Node) string {
	i := slices.IndexFunc(nodes, func(n corev1.Node) bool { return n.Name == name })
	if i < 0 {
		return ""
	}
	status := "NotReady"
	for _, c := range nodes[i].Status.Conditions {
		if c.Type == corev1.NodeReady && c.Status == corev1.ConditionTrue {
			status = "Ready"
		}
	}
	if nodes[i].Spec.Unschedulable {
		status += ",SchedulingDisabled"
	}
	return status
}

// AwaitSettings returns when everything matches the settings.
func AwaitSettings(ctx context.Context, folder Folder, s Settings) error {
	want := map[string]fleet.State{}
	for _, name := range s.fleet().Names() {
		want[name] = fleet.Running
		if s.fleet().IsStopped(name) {
			want[name] = fleet.Stopped
		}
	}
	var last record
	err := poll(ctx, func() (bool, error) {
		held, err := folder.held()
		if err != nil {
			return true, err
		}
		if !held {
			return true, ErrNotRunning
		}
		if last, err = folder.read(); err != nil {
			return true, err
		}
		got := map[string]fleet.State{}
		for _, n := range last.Nodes {
			got[n.Name] = n.State
		}
		return maps.Equal(want, got) && last.idleTimeout() == s.IdleTimeout, nil
	})
	if err != nil && ctx.Err() != nil && len(last.Nodes) > 0 {
		return errorf(err, "gave up waiting; nodes: %s", "放弃等待；节点：%s", NodeNames(last.Nodes))
	}
	return err
}

// NodeNames lists nodes, with the state of those that aren't running.
func NodeNames(nodes []fleet.Node) lang.Message {
	var en, zh []string
	for _, n := range nodes {
		e, z := n.Name, n.Name
		if n.State != fleet.Running {
			state := StateName(n.State)
			e, z = fmt.Sprintf("%s (%s)", n.Name, state.EN), fmt.Sprintf("%s（%s）", n.Name, state.ZH)
		}
		en, zh = append(en, e), append(zh, z)
	}
	return lang.Message{EN: strings.Join(en, ", "), ZH: strings.Join(zh, "、")}
}

// StateName returns a node's state in the learner's words.
func StateName(s fleet.State) lang.Message {
	switch s {
	case fleet.Starting:
		return lang.Messagef("starting", "正在启动")
	case fleet.Running:
		return lang.Messagef("running", "运行中")
	case fleet.Stopped:
		return lang.Messagef("stopped", "已停止")
	case fleet.Leaving:
		return lang.Messagef("leaving", "正在移除")
	}
	return lang.Same(string(s))
}
