package checks_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"time"

	"k8s.io/client-go/rest"

	"github.com/kubectl-learn/kubectl-learn/pkg/checks"
	"github.com/kubectl-learn/kubectl-learn/pkg/lang"
)

// Cluster is a made-up API server that has one ConfigMap; a program would take the
// rest.Config of its kubeconfig.
func Cluster() (*rest.Config, func()) {
	mux := http.NewServeMux()
	for path, answer := range map[string]string{
		"/api":    `{"kind": "APIVersions", "versions": ["v1"]}`,
		"/apis":   `{"kind": "APIGroupList", "apiVersion": "v1", "groups": []}`,
		"/api/v1": `{"kind": "APIResourceList", "groupVersion": "v1", "resources": [{"name": "configmaps", "kind": "ConfigMap", "namespaced": true, "verbs": ["list", "watch"]}]}`,
		"/api/v1/namespaces/shop/configmaps": `{"kind": "ConfigMapList", "apiVersion": "v1", "items": [
			{"kind": "ConfigMap", "apiVersion": "v1", "metadata": {"name": "settings", "namespace": "shop"}, "data": {"color": "blue"}}]}`,
	} {
		mux.HandleFunc(path, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			fmt.Fprint(w, answer)
		})
	}
	server := httptest.NewServer(mux)
	return &rest.Config{Host: server.URL}, server.Close
}

func Example() {
	cs, err := checks.Parse([]byte(`
- id: color
  name: The shop is red
  object: {kind: ConfigMap, name: settings}
  match: {data: {color: red}}
`), checks.Position{File: "checks.yaml", Line: 1})
	if err != nil {
		fmt.Println(err)
		return
	}
	config, closeServer := Cluster()
	defer closeServer()
	engine, err := checks.NewEngine(config)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer engine.Close()
	results, err := engine.Look(context.Background(), "shop", cs)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, r := range results {
		fmt.Printf("%s: %s: %s\n", r.Check.Name, r.Verdict, r.Reason.In(lang.English))
		fmt.Printf("%+v\n", r.Differences)
	}
	// Output:
	// The shop is red: failed: data.color is blue, wanted red
	// [{Path:data.color Wanted:red Found:blue}]
}

func ExampleParse_faults() {
	_, err := checks.Parse([]byte(`
- id: ready
  name: The web is ready
  object: {kind: Deployment, name: web}
  pionts: 2
  cel: objct.status.readyReplicas == 1
`), checks.Position{File: "checks.yaml", Line: 1})
	fmt.Println(err)
	// Output:
	// checks.yaml:5: unknown key "pionts" in a check (did you mean "points"?)
	// checks.yaml:6:8: undeclared reference to 'objct' (in container '')
}

// machine runs the commands of checks; this one knows a single answer.
type machine struct{}

func (machine) Run(_ context.Context, _ string, stdout, _ io.Writer) (int, error) {
	_, err := fmt.Fprint(stdout, "3\n")
	return 0, err
}

func ExampleWithRunner() {
	cs, err := checks.Parse([]byte(`[{id: count, name: There are three, run: {command: count}, cel: int(stdout.trim()) == 3}]`),
		checks.Position{File: "checks.yaml", Line: 1})
	if err != nil {
		fmt.Println(err)
		return
	}
	config, closeServer := Cluster()
	defer closeServer()
	engine, err := checks.NewEngine(config, checks.WithRunner(machine{}))
	if err != nil {
		fmt.Println(err)
		return
	}
	defer engine.Close()
	results, err := engine.Look(context.Background(), "shop", cs)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(results[0].Verdict)
	// Output: passed
}

func ExampleEngine_Watch() {
	cs, err := checks.Parse([]byte(`[{id: there, name: It is there, object: {kind: ConfigMap, name: settings}}]`),
		checks.Position{File: "checks.yaml", Line: 1})
	if err != nil {
		fmt.Println(err)
		return
	}
	config, closeServer := Cluster()
	defer closeServer()
	engine, err := checks.NewEngine(config)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer engine.Close()
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	err = engine.Watch(ctx, "shop", cs, func(results checks.Results) {
		fmt.Println(results[0].Verdict)
		if results.Passed() {
			cancel()
		}
	})
	fmt.Println(err)
	// Output:
	// passed
	// context canceled
}

// A program that made something waits until the cluster has done its part, for as
// long as its context lasts. A time-out comes with the last reasons.
func ExampleEngine_Wait() {
	cs, err := checks.Parse([]byte(`
- {id: there, name: It is there, object: {kind: ConfigMap, name: settings}}
- {id: red, name: It is red, object: {kind: ConfigMap, name: settings}, match: {data: {color: red}}}
`), checks.Position{File: "checks.yaml", Line: 1})
	if err != nil {
		fmt.Println(err)
		return
	}
	config, closeServer := Cluster()
	defer closeServer()
	engine, err := checks.NewEngine(config)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer engine.Close()
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	results, err := engine.Wait(ctx, "shop", cs)
	fmt.Println(results.Passed(), err)
	for _, r := range results {
		fmt.Printf("%s: %s %q\n", r.Check.ID, r.Verdict, r.Reason.In(lang.English))
	}
	// Output:
	// false context deadline exceeded
	// there: passed ""
	// red: failed "data.color is blue, wanted red"
}
