package checks

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v3"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/labels"

	"github.com/kubectl-learn/kubectl-learn/pkg/checks/internal/ask"
	"github.com/kubectl-learn/kubectl-learn/pkg/checks/internal/follow"
	"github.com/kubectl-learn/kubectl-learn/pkg/checks/internal/kube"
	"github.com/kubectl-learn/kubectl-learn/pkg/checks/internal/why"
	"github.com/kubectl-learn/kubectl-learn/pkg/lang"
)

// whyCase is one state of a cluster with the verdict and the sentence that it must
// give, as the files of testdata/why hold them.
type whyCase struct {
	Check string
	// Cluster says where a recorded case comes from, "" for one made by hand.
	Cluster string
	Now     time.Time
	LastLog string `yaml:"lastLog"`
	// Fault is what the API server said instead of showing anything.
	Fault *struct {
		Code            int32
		Reason, Message string
		// Kind and Near are set when the API serves no such kind.
		Kind, Near string
	}
	// Output is what a command or a log said.
	Output *struct {
		EN, ZH, Stdout, Stderr string
		ExitCode               int64 `yaml:"exitCode"`
		Cut, Late              bool
	}
	Answers []struct {
		Status  int
		Body    string
		Headers map[string]string
		Seconds float64
		Cut     bool
		Err     string
		Refusal *struct {
			Code            int
			Reason, Message string
		}
	}
	// Asked is when an http probe began; zero for now.
	Asked      time.Time
	Elsewhere  []string
	OtherKinds []string `yaml:"otherKinds"`
	// Slow says that the API gave no answer.
	Slow bool
	// Again is when time alone may change the verdict.
	Again time.Time
	Want  struct {
		Verdict      Verdict
		EN, ZH, Hint string
	}
	Objects []yaml.Node
}

// TestWhy judges the cases made by hand in testdata/why, and those recorded from
// clusters in testdata/states. UPDATE=NAME rewrites what one recorded case must give:
// one by one, so that each verdict that changes is read.
func TestWhy(t *testing.T) {
	if name := os.Getenv("UPDATE"); name != "" {
		if _, err := os.Stat("testdata/states/" + name + ".yaml"); err != nil {
			t.Fatalf("UPDATE takes the name of one case in testdata/states: %v", err)
		}
	}
	for _, dir := range []string{"why", "states"} {
		files, err := filepath.Glob("testdata/" + dir + "/*.yaml")
		if err != nil || len(files) == 0 {
			t.Fatalf("no cases: %v", err)
		}
		for _, file := range files {
			t.Run(dir+"/"+strings.TrimSuffix(filepath.Base(file), ".yaml"), func(t *testing.T) { testWhy(t, file) })
		}
	}
}

func readCase(tb testing.TB, file string) (whyCase, Check) {
	tb.Helper()
	src, err := os.ReadFile(file)
	if err != nil {
		tb.Fatal(err)
	}
	var tt whyCase
	decoder := yaml.NewDecoder(strings.NewReader(string(src)))
	decoder.KnownFields(true)
	if err := decoder.Decode(&tt); err != nil {
		tb.Fatal(err)
	}
	checks, err := Parse([]byte(tt.Check), Position{File: file, Line: 2})
	if err != nil {
		tb.Fatal(err)
	}
	return tt, checks[0]
}

func testWhy(t *testing.T, file string) {
	t.Helper()
	tt, check := readCase(t, file)
	s := tt.observation(t, check)
	out := evaluate(t.Context(), check, s, tt.Now)
	if tt.LastLog != "" {
		if out.log == nil {
			t.Fatal("the judge did not ask for the log")
		}
		s.LastLogs = map[why.Run]string{*out.log: tt.LastLog}
		out = evaluate(t.Context(), check, s, tt.Now)
	}
	if tt.Cluster != "" && os.Getenv("UPDATE")+".yaml" == filepath.Base(file) {
		rewriteWant(t, file, out)
		return
	}
	want := map[string]string{
		"verdict": string(tt.Want.Verdict), "en": tt.Want.EN, "zh": tt.Want.ZH, "hint": tt.Want.Hint,
		"again": tt.Again.String(),
	}
	got := map[string]string{
		"verdict": string(out.Verdict), "en": out.Reason.EN, "zh": out.Reason.ZH, "hint": out.Hint,
		"again": out.again.String(),
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("evaluate (-want +got):\n%s", diff)
	}
}

// observation shows the case's objects as the engine would.
func (tt whyCase) observation(t *testing.T, c Check) observation {
	t.Helper()
	_, _, name, in := target(c, "learn")
	s := observation{asked: tt.Asked, namespace: in, Surroundings: why.Surroundings{
		Around: tt.around(t).around(), Elsewhere: tt.Elsewhere, OtherKinds: tt.OtherKinds,
	}}
	if err := tt.fault(); err != nil {
		s.trouble = troubleOf(err)
	}
	if o := tt.Output; o != nil {
		s.output = &ask.Output{
			Where: lang.Message{EN: o.EN, ZH: o.ZH}, Stdout: o.Stdout, Stderr: o.Stderr,
			ExitCode: o.ExitCode, Cut: o.Cut, Late: o.Late,
		}
	}
	about := c.probe().subject()
	for _, o := range s.Around.List(about.kind) {
		if about.selector != nil {
			if about.selector.Matches(labels.Set(o.GetLabels())) {
				s.objects = append(s.objects, o)
			}
		} else if o.GetName() == name {
			s.object = o
		}
	}
	kube.SortByName(s.objects)
	s.secrets = secretsOf(c, s)
	for _, a := range tt.Answers {
		one := ask.Answer{Status: a.Status, Body: a.Body, Headers: a.Headers, Err: a.Err, Seconds: a.Seconds, Cut: a.Cut}
		if a.Refusal != nil {
			one.Refusal = &ask.Refusal{Code: a.Refusal.Code, Reason: a.Refusal.Reason, Message: a.Refusal.Message}
			one.Err = a.Refusal.Message
		}
		s.answers = append(s.answers, one)
	}
	return s
}

// fault is why it was not possible to look.
func (tt whyCase) fault() error {
	switch {
	case tt.Slow:
		return follow.ErrSlow
	case tt.Fault == nil:
		return nil
	case tt.Fault.Kind != "":
		return &follow.UnservedError{Kind: tt.Fault.Kind, Near: tt.Fault.Near}
	}
	return &apierrors.StatusError{ErrStatus: metav1.Status{
		Code: tt.Fault.Code, Reason: metav1.StatusReason(tt.Fault.Reason), Message: tt.Fault.Message,
	}}
}

// recorded lists objects by their kind.
type recorded map[string][]*kube.Object

func (r recorded) around() *kube.Around {
	return kube.NewAround(func(kind string) []*kube.Object { return r[kind] })
}

func (tt whyCase) around(tb testing.TB) recorded {
	tb.Helper()
	r := recorded{}
	for _, n := range tt.Objects {
		o := &unstructured.Unstructured{Object: manifest(tb, &n)}
		r[o.GetKind()] = append(r[o.GetKind()], o)
	}
	return r
}

// objectsIn are the objects of a case as JSON.
func objectsIn(tb testing.TB, file string) []byte {
	tb.Helper()
	tt, _ := readCase(tb, file)
	list := []any{}
	for _, objects := range tt.around(tb) {
		for _, o := range objects {
			list = append(list, o.Object)
		}
	}
	text, err := json.Marshal(list)
	if err != nil {
		tb.Fatal(err)
	}
	return text
}
