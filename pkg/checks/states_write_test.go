package checks

import (
	"bytes"
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"go.yaml.in/yaml/v3"
	apierrors "k8s.io/apimachinery/pkg/api/errors"

	"github.com/kubectl-learn/kubectl-learn/pkg/checks/internal/ask"
	"github.com/kubectl-learn/kubectl-learn/pkg/checks/internal/follow"
	"github.com/kubectl-learn/kubectl-learn/pkg/checks/internal/kube"
)

// recordedAt is the time of every recorded case: its times count from there.
var recordedAt = time.Date(2026, 1, 1, 1, 0, 0, 0, time.UTC)

// keep writes what a check saw, and what it gave, as a case of testdata/states.
func (r *recording) keep(t *testing.T, name, check string, seen observed) {
	t.Helper()
	shift := recordedAt.Sub(seen.now)
	doc := map[string]any{
		"check": check, "cluster": r.cluster, "now": recordedAt, "want": wantOf(seen.out, shift),
		"objects": tidied(seen.objects, shift, r.namespace),
	}
	put := func(key string, v any, there bool) {
		if there {
			doc[key] = v
		}
	}
	put("fault", faultOf(seen.fault), seen.fault != nil)
	put("answers", answersOf(seen.s.answers), len(seen.s.answers) > 0)
	put("asked", seen.s.asked.Add(shift), !seen.s.asked.IsZero())
	put("elsewhere", seen.s.Elsewhere, len(seen.s.Elsewhere) > 0)
	put("otherKinds", seen.s.OtherKinds, len(seen.s.OtherKinds) > 0)
	for _, line := range seen.s.LastLogs {
		put("lastLog", line, line != "")
	}
	if o := seen.s.output; o != nil {
		doc["output"] = map[string]any{
			"en": o.Where.EN, "zh": o.Where.ZH, "stdout": o.Stdout, "stderr": o.Stderr,
			"exitCode": o.ExitCode, "cut": o.Cut, "late": o.Late,
		}
	}
	if !seen.out.again.IsZero() {
		doc["again"] = seen.out.again.Add(shift)
	}
	writeCase(t, "testdata/states/"+name+"-"+r.cluster+".yaml", strings.ReplaceAll(encode(t, doc), r.namespace, "learn"))
}

func wantOf(out outcome, _ time.Duration) map[string]string {
	want := map[string]string{"verdict": string(out.Verdict)}
	for key, text := range map[string]string{"en": out.Reason.EN, "zh": out.Reason.ZH, "hint": out.Hint} {
		if text != "" {
			want[key] = text
		}
	}
	return want
}

// rewriteWant replaces what a recorded case must give by what it gives.
func rewriteWant(t *testing.T, file string, out outcome) {
	t.Helper()
	src, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var doc yaml.Node
	if err := yaml.Unmarshal(src, &doc); err != nil {
		t.Fatal(err)
	}
	values := map[string]any{"want": wantOf(out, 0)}
	if !out.again.IsZero() {
		values["again"] = out.again
	}
	var fresh yaml.Node
	if err := fresh.Encode(values); err != nil {
		t.Fatal(err)
	}
	root, kept := doc.Content[0], []*yaml.Node{}
	for i := 0; i+1 < len(root.Content); i += 2 {
		if key := root.Content[i].Value; key != "want" && key != "again" {
			kept = append(kept, root.Content[i], root.Content[i+1])
		}
	}
	root.Content = append(fresh.Content, kept...)
	writeCase(t, file, encode(t, &doc))
}

func writeCase(t *testing.T, file, text string) {
	t.Helper()
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

func encode(t *testing.T, v any) string {
	t.Helper()
	var b bytes.Buffer
	e := yaml.NewEncoder(&b)
	e.SetIndent(2)
	var n yaml.Node
	if err := n.Encode(v); err != nil {
		t.Fatal(err)
	}
	flat(&n, 0)
	if err := e.Encode(&n); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// flat writes what lies deep in one line.
func flat(n *yaml.Node, depth int) {
	if depth > 5 && (n.Kind == yaml.MappingNode || n.Kind == yaml.SequenceNode) {
		n.Style = yaml.FlowStyle
	}
	for _, inner := range n.Content {
		flat(inner, depth+1)
	}
}

func faultOf(err error) map[string]any {
	switch e := err.(type) { //nolint:errorlint // what was recorded is the error itself
	case *follow.UnservedError:
		return map[string]any{"kind": e.Kind, "near": e.Near}
	case apierrors.APIStatus:
		s := e.Status()
		return map[string]any{"code": s.Code, "reason": s.Reason, "message": s.Message}
	}
	return map[string]any{"message": fmt.Sprint(err)}
}

func answersOf(answers []ask.Answer) []map[string]any {
	list := make([]map[string]any, 0, len(answers))
	for _, a := range answers {
		one := map[string]any{"status": a.Status, "body": a.Body, "headers": a.Headers, "seconds": a.Seconds, "cut": a.Cut, "err": a.Err}
		if a.Refusal != nil {
			one["refusal"] = map[string]any{"code": a.Refusal.Code, "reason": a.Refusal.Reason, "message": a.Refusal.Message}
		}
		list = append(list, one)
	}
	return list
}

// tidied leaves out what no check looks at, and counts times from recordedAt.
func tidied(objects []*kube.Object, shift time.Duration, namespace string) []any {
	ids := map[string]string{}
	list := []any{}
	for _, o := range objects {
		c := o.DeepCopy()
		if c.GetName() == "kube-root-ca.crt" {
			continue
		}
		if kept := newestWriter(c); len(kept) > 0 {
			c.Object["metadata"].(map[string]any)["managedFields"] = kept
		}
		notes := c.GetAnnotations()
		delete(notes, "kubectl.kubernetes.io/last-applied-configuration")
		c.SetAnnotations(notes)
		c.SetResourceVersion("")
		list = append(list, tidy(c.Object, shift, ids))
	}
	return list
}

// newestWriter keeps of who wrote an object only when that was last.
func newestWriter(o *kube.Object) []any {
	if changed := kube.Changed(o); len(o.GetManagedFields()) > 0 {
		return []any{map[string]any{"manager": "m", "time": changed.Format(time.RFC3339)}}
	}
	return nil
}

var (
	uid     = regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}`)
	aTime   = regexp.MustCompile(`^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$`)
	clutter = regexp.MustCompile(`^(tolerations|dnsPolicy|enableServiceLinks|preemptionPolicy|schedulerName|terminationMessagePath|terminationMessagePolicy|serviceAccount|securityContext|containerID|hostIPs|podIPs|ipFamilies|ipFamilyPolicy|clusterIPs|internalTrafficPolicy|sessionAffinity|imagePullPolicy|lastProbeTime|reportingComponent|reportingInstance|lastHeartbeatTime)$`)
)

func tidy(v any, shift time.Duration, ids map[string]string) any {
	switch t := v.(type) {
	case map[string]any:
		out := map[string]any{}
		for k, inner := range t {
			if name := kube.Text(inner, "name"); clutter.MatchString(k) || name == "x" && k == "x" {
				continue
			}
			out[k] = tidy(inner, shift, ids)
		}
		return out
	case []any:
		out := []any{}
		for _, inner := range t {
			if !strings.HasPrefix(kube.Text(inner, "name"), "kube-api-access-") {
				out = append(out, tidy(inner, shift, ids))
			}
		}
		return out
	case string:
		if aTime.MatchString(t) {
			if at, err := time.Parse(time.RFC3339, t); err == nil {
				return at.Add(shift).Format(time.RFC3339Nano)
			}
		}
		return uid.ReplaceAllStringFunc(t, func(id string) string {
			if ids[id] == "" {
				ids[id] = fmt.Sprintf("uid-%d", len(ids)+1)
			}
			return ids[id]
		})
	}
	return v
}
