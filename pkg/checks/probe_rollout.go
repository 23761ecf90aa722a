package checks

import (
	"cmp"
	"slices"
	"time"

	"github.com/fluxcd/cli-utils/pkg/kstatus/status"
	"github.com/google/cel-go/cel"
	"go.yaml.in/yaml/v3"

	"github.com/kubectl-learn/kubectl-learn/pkg/checks/internal/expr"
	"github.com/kubectl-learn/kubectl-learn/pkg/checks/internal/kube"
	"github.com/kubectl-learn/kubectl-learn/pkg/checks/internal/why"
	"github.com/kubectl-learn/kubectl-learn/pkg/lang"
	"github.com/kubectl-learn/kubectl-learn/pkg/nearest"
)

// RolloutProbe looks at the revisions of a Deployment, StatefulSet or DaemonSet.
// Without expectations it passes when the newest one has been rolled out.
type RolloutProbe struct {
	Kind, Name, Namespace string
}

func (p *RolloutProbe) subject() subject {
	return subject{kind: p.Kind, apiVersion: "apps/v1", name: p.Name, namespace: p.Namespace}
}

func (p *RolloutProbe) explaining() []why.Need {
	if p.Kind == "Deployment" {
		return why.Needs(p.Kind)
	}
	return append(why.Needs(p.Kind), why.Need{Kind: "ControllerRevision", APIVersion: "apps/v1"})
}

func (p *RolloutProbe) environment() expr.Environment {
	one := cel.ObjectType(revisionType)
	return expr.Environment{
		Name: "rollout",
		Variables: map[string]*cel.Type{
			"object": cel.DynType, "revisions": cel.ListType(one), "revision": one,
		},
		Types: map[string]map[string]*cel.Type{revisionType: {
			"number": cel.IntType, "name": cel.StringType, "images": cel.ListType(cel.StringType),
			"replicas": cel.IntType, "ready": cel.IntType, "cause": cel.StringType,
		}},
		Open:      append(openPlaces("object"), "revision.number", "revision.replicas", "revision.ready"),
		OpenSizes: []string{"object.data", "revisions"},
	}
}

func (p *RolloutProbe) vars(s observation) map[string]any {
	list := revisionsOf(s)
	vars := objectVars(s)
	values := make([]any, len(list))
	newest := map[string]any{}
	for i, r := range list {
		values[i] = r
		newest = r
	}
	vars["revisions"], vars["revision"] = values, newest
	return vars
}

func (p *RolloutProbe) judge(c Check, s observation, e expectation, now time.Time) judgment {
	if c.condition == nil && len(c.Match) == 0 {
		reached, _, err := why.Status(s.object)
		if err != nil {
			return judgment{verdict: Unknown, reason: lang.Same(err.Error())}
		}
		if _, held := why.HeldBack(s.object); reached == status.CurrentStatus && !held {
			return judgment{verdict: Passed}
		}
		return orElse(judged(why.Progress(s.object, s.Surroundings, now)), lang.Messagef("%s is not fully rolled out", "%s 还没有完成发布", kube.NameOf(s.object)))
	}
	return judgeObject(s, e, now)
}

// revisionType is the type of a revision in expressions.
const revisionType = "revision"

// revisionsOf lists what the workload has been, the oldest first, as the API
// still knows it: its ReplicaSets or its ControllerRevisions.
func revisionsOf(s observation) []map[string]any {
	if s.object == nil || s.Around == nil {
		return nil
	}
	var list []map[string]any
	for _, rs := range kube.Owned(s.object, s.Around.List("ReplicaSet")) {
		replicas, _ := kube.Number(rs.Object, "status", "replicas")
		ready, _ := kube.Number(rs.Object, "status", "readyReplicas")
		list = append(list, revisionValue(rs, kube.Revision(rs), kube.At(rs.Object, "spec", "template"), replicas, ready))
	}
	for _, cr := range kube.Owned(s.object, s.Around.List("ControllerRevision")) {
		number, _ := kube.Number(cr.Object, "revision")
		replicas, ready := podsOfRevision(cr, s)
		list = append(list, revisionValue(cr, number, kube.At(cr.Object, "data", "spec", "template"), replicas, ready))
	}
	slices.SortFunc(list, func(a, b map[string]any) int { return cmp.Compare(number(a), number(b)) })
	return list
}

func number(r map[string]any) int64 {
	n, _ := r["number"].(int64)
	return n
}

func revisionValue(o *kube.Object, n int64, template any, replicas, ready int64) map[string]any {
	images := []string{}
	for _, c := range kube.Maps(template, "spec", "containers") {
		images = append(images, kube.Text(c, "image"))
	}
	return map[string]any{
		"number": n, "name": o.GetName(), "images": images, "replicas": replicas, "ready": ready,
		"cause": o.GetAnnotations()["kubernetes.io/change-cause"],
	}
}

// podsOfRevision counts the pods that carry a ControllerRevision's hash, which a
// StatefulSet writes as the revision's name and a DaemonSet as its last part.
func podsOfRevision(cr *kube.Object, s observation) (replicas, ready int64) {
	hash := cr.GetLabels()["controller-revision-hash"]
	for _, pod := range kube.Owned(s.object, s.Around.List("Pod")) {
		has := pod.GetLabels()["controller-revision-hash"]
		if has == "" || has != hash && has != cr.GetName() {
			continue
		}
		replicas++
		if kube.Text(kube.Condition(pod, "Ready"), "status") == "True" {
			ready++
		}
	}
	return replicas, ready
}

func (r *RolloutProbe) parse(p *parser, n *yaml.Node) {
	r.Kind = "Deployment"
	p.mapping(n, "rollout", []field{p.text("kind", &r.Kind), p.text("name", &r.Name), p.text("namespace", &r.Namespace)})
}

func (p *RolloutProbe) complete() error { //nolint:unparam // others may have a fault
	p.Kind = cmp.Or(p.Kind, "Deployment")
	return nil
}

func (p *RolloutProbe) flaws(f *flaws, _ Check) {
	f.need("rollout", "name", p.Name)
	kinds := []string{"Deployment", "StatefulSet", "DaemonSet"}
	if !slices.Contains(kinds, p.Kind) {
		f.add("kind", "rollout doesn't support the kind %q%s", p.Kind, nearest.Hint(p.Kind, kinds))
	}
	f.object(p.Kind, p.Name, "apps/v1", p.Namespace)
}

func (p *RolloutProbe) identity() string { return identityOf("rollout", p.Namespace, p.Kind, p.Name) }

func (p *RolloutProbe) matched(s observation) (objects []*kube.Object, many bool) {
	return []*kube.Object{s.object}, false
}

func (p *RolloutProbe) deciding(c Check) []string {
	switch {
	case c.CEL == "":
		return nil
	case p.Kind == "Deployment":
		return []string{"ReplicaSet"}
	}
	return []string{"ControllerRevision", "Pod"}
}
