package checks

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"go.yaml.in/yaml/v3"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"

	"github.com/kubectl-learn/kubectl-learn/pkg/checks/internal/follow"
	"github.com/kubectl-learn/kubectl-learn/pkg/checks/internal/kube"
	"github.com/kubectl-learn/kubectl-learn/pkg/checks/internal/timing"
)

// scenario is a file of testdata/scenarios: what is done to a cluster, and at
// which moments what a check sees is recorded.
type scenario struct {
	// Clusters are those that it is for, empty for all.
	Clusters []string
	Steps    []struct {
		// Apply is a manifest, Kubectl an argument line; its failing is no fault.
		Apply, Kubectl string
		// Record names a state; it is kept when "verdict: reason" matches Until.
		Record, Until, Check string
		// As is the user who looks, "" for the one of the kubeconfig.
		As string
	}
}

// recording is a scenario at work in a namespace of its own.
type recording struct {
	cluster, namespace, kubeconfig string
	kubectl                        []string
	config                         *rest.Config
}

// observed is one look.
type observed struct {
	s       observation
	out     outcome
	fault   error
	now     time.Time
	objects []*kube.Object
}

// TestRecordStates records testdata/states again; hack/states runs it.
func TestRecordStates(t *testing.T) {
	cluster, kubeconfig := os.Getenv("STATES_CLUSTER"), os.Getenv("STATES_KUBECONFIG")
	if cluster == "" {
		t.Skip("STATES_CLUSTER names no cluster")
	}
	files, err := filepath.Glob("testdata/scenarios/*.yaml")
	if err != nil {
		t.Fatal(err)
	}
	config, err := clientcmd.BuildConfigFromFlags("", kubeconfig)
	if err != nil {
		t.Fatal(err)
	}
	config.QPS, config.Burst = clientQPS, clientBurst
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".yaml")
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := &recording{cluster: cluster, kubeconfig: kubeconfig, config: config, kubectl: strings.Fields(os.Getenv("STATES_KUBECTL"))}
			r.play(t, file)
		})
	}
}

func (r *recording) play(t *testing.T, file string) {
	t.Helper()
	src, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var s scenario
	d := yaml.NewDecoder(strings.NewReader(string(src)))
	d.KnownFields(true)
	if err := d.Decode(&s); err != nil {
		t.Fatal(err)
	}
	if len(s.Clusters) > 0 && !slices.Contains(s.Clusters, r.cluster) {
		t.Skip("not for this cluster")
	}
	r.makeNamespace(t)
	for _, step := range s.Steps {
		switch {
		case step.Apply != "":
			r.run(t, step.Apply, "apply", "-f", "-")
		case step.Kubectl != "":
			r.run(t, "", strings.Fields(strings.ReplaceAll(step.Kubectl, "NS", r.namespace))...)
		default:
			r.record(t, step.Record, "- id: c\n  name: C\n  "+strings.ReplaceAll(strings.TrimSpace(step.Check), "\n", "\n  ")+"\n", step.Until, step.As)
		}
	}
}

func (r *recording) makeNamespace(t *testing.T) {
	t.Helper()
	client, err := dynamic.NewForConfig(r.config)
	if err != nil {
		t.Fatal(err)
	}
	namespaces := client.Resource(schema.GroupVersionResource{Version: "v1", Resource: "namespaces"})
	made, err := namespaces.Create(t.Context(), &kube.Object{Object: document(t, "{apiVersion: v1, kind: Namespace, metadata: {generateName: states-}}")}, metav1.CreateOptions{})
	if err != nil {
		t.Fatal(err)
	}
	r.namespace = made.GetName()
	t.Cleanup(func() {
		if err := namespaces.Delete(context.WithoutCancel(t.Context()), r.namespace, metav1.DeleteOptions{}); err != nil {
			t.Error(err)
		}
	})
	accounts := client.Resource(schema.GroupVersionResource{Version: "v1", Resource: "serviceaccounts"}).Namespace(r.namespace)
	for {
		if _, err := accounts.Get(t.Context(), "default", metav1.GetOptions{}); err == nil {
			return
		}
		if !timing.Pause(t.Context(), 100*time.Millisecond) {
			t.Fatal("the namespace never had its default ServiceAccount")
		}
	}
}

func (r *recording) run(t *testing.T, stdin string, args ...string) {
	t.Helper()
	args = append(slices.Clone(r.kubectl[1:]), append([]string{"--kubeconfig", r.kubeconfig, "-n", r.namespace}, args...)...)
	cmd := exec.CommandContext(t.Context(), r.kubectl[0], args...)
	cmd.Stdin = strings.NewReader(stdin)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Logf("kubectl %s: %v\n%s", strings.Join(args, " "), err, out)
	}
}

// record looks until the check gives what is waited for.
func (r *recording) record(t *testing.T, name, check, until, as string) {
	t.Helper()
	list, err := Parse([]byte(check), Position{File: name, Line: 1})
	if err != nil {
		t.Error(err)
		return
	}
	config := rest.CopyConfig(r.config)
	config.Impersonate.UserName = as
	engine, err := NewEngine(config)
	if err != nil {
		t.Fatal(err)
	}
	defer engine.Close()
	wanted := regexp.MustCompile(until)
	deadline := time.Now().Add(100 * time.Second)
	for {
		seen := lookOnce(t.Context(), engine, r.namespace, list[0])
		said := string(seen.out.Verdict) + ": " + seen.out.Reason.EN
		if wanted.MatchString(said) {
			r.keep(t, name, check, seen)
			t.Logf("%s", said)
			return
		}
		if !timing.Pause(t.Context(), 100*time.Millisecond) || time.Now().After(deadline) {
			t.Errorf("%s was never seen; last %q, wanted %q", name, said, until)
			return
		}
	}
}

// lookOnce looks at one check, and keeps all that was seen.
func lookOnce(ctx context.Context, e *Engine, namespace string, c Check) observed {
	one := &looked{check: c, namespace: namespace}
	one.needs, one.fault = e.resolve(ctx, c, namespace)
	cells := e.read(ctx, []*looked{one}, (*looked).all, true)
	one.see(ctx, e, one.needs, cells)
	one.evaluate(ctx)
	e.explain(ctx, []*looked{one})
	o := observed{s: one.seen, out: one.out, fault: one.fault, now: one.out.Since}
	seen := map[follow.Key]bool{}
	for _, n := range one.needs {
		if !seen[n.key] && !n.place {
			seen[n.key] = true
			list := cells[n.key].All()
			kube.SortByName(list)
			o.objects = append(o.objects, list...)
		}
	}
	return o
}
