package checks

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v3"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

// whyCase is one state of a cluster with the verdict and the sentence that it must
// give, as the files of testdata/why hold them.
type whyCase struct {
	Check   string
	Now     time.Time
	LastLog string `yaml:"lastLog"`
	Answers []struct {
		Status  int
		Body    string
		Headers map[string]string
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

func TestWhy(t *testing.T) {
	files, err := filepath.Glob("testdata/why/*.yaml")
	if err != nil || len(files) == 0 {
		t.Fatalf("no cases: %v", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".yaml"), func(t *testing.T) { testWhy(t, file) })
	}
}

func testWhy(t *testing.T, file string) {
	t.Helper()
	src, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var tt whyCase
	decoder := yaml.NewDecoder(strings.NewReader(string(src)))
	decoder.KnownFields(true)
	if err := decoder.Decode(&tt); err != nil {
		t.Fatal(err)
	}
	checks, err := Parse([]byte(tt.Check), Position{File: file, Line: 2})
	if err != nil {
		t.Fatal(err)
	}
	s := tt.sight(t, checks[0])
	out := evaluate(t.Context(), checks[0], s, tt.Now)
	if tt.LastLog != "" {
		if out.log == nil {
			t.Fatal("the judge did not ask for the log")
		}
		s.lastLogs = map[logRef]string{*out.log: tt.LastLog}
		out = evaluate(t.Context(), checks[0], s, tt.Now)
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

// sight shows the case's objects as the engine would.
func (tt whyCase) sight(t *testing.T, c Check) sight {
	t.Helper()
	_, _, name, in := target(c, "learn")
	s := sight{asked: tt.Asked, namespace: in, around: tt.around(t), elsewhere: tt.Elsewhere, otherKinds: tt.OtherKinds}
	if tt.Slow {
		s.trouble = troubleOf(errSlow)
	}
	kind, _, _, _ := target(c, "learn")
	for _, o := range s.around.list(kind) {
		if c.Objects != nil {
			s.objects = append(s.objects, o)
		} else if o.GetName() == name {
			s.object = o
		}
	}
	for _, a := range tt.Answers {
		one := answer{status: a.Status, body: a.Body, headers: a.Headers, err: a.Err}
		if a.Refusal != nil {
			one.refusal = &refusal{code: a.Refusal.Code, reason: a.Refusal.Reason, message: a.Refusal.Message}
			one.err = a.Refusal.Message
		}
		s.answers = append(s.answers, one)
	}
	return s
}

// recorded lists objects by their kind.
type recorded map[string][]*object

func (r recorded) list(kind string) []*object { return r[kind] }

func (tt whyCase) around(t *testing.T) recorded {
	t.Helper()
	r, f := recorded{}, &faults{}
	for _, n := range tt.Objects {
		o := &unstructured.Unstructured{Object: f.values(&n)}
		if err := f.err(); err != nil {
			t.Fatal(err)
		}
		r[o.GetKind()] = append(r[o.GetKind()], o)
	}
	return r
}
