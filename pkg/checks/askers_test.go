package checks

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/kubectl-learn/kubectl-learn/internal/patience"
	"github.com/kubectl-learn/kubectl-learn/pkg/checks/internal/kube"
	"github.com/kubectl-learn/kubectl-learn/pkg/checks/internal/timing"
)

// runnerFunc and answersFunc are made-up machines and learners.
type runnerFunc func(ctx context.Context, command string, stdout, stderr io.Writer) (int, error)

func (f runnerFunc) Run(ctx context.Context, command string, stdout, stderr io.Writer) (int, error) {
	return f(ctx, command, stdout, stderr)
}

type answersFunc func(quiz string) (*Answer, error)

func (f answersFunc) Answer(_ context.Context, quiz string) (*Answer, error) { return f(quiz) }

func TestRunAndAnswer(t *testing.T) {
	runner := runnerFunc(func(ctx context.Context, command string, stdout, stderr io.Writer) (int, error) {
		switch command {
		case "fails":
			fmt.Fprint(stderr, "first\nno such file\n")
			return 2, nil
		case "unreadable":
			return 0, errors.New("a quote is not closed")
		case "hangs":
			<-ctx.Done()
			return -1, nil
		case "much":
			fmt.Fprint(stdout, strings.Repeat("x", 2*maxOutput))
			return 0, nil
		}
		fmt.Fprint(stdout, `{"visits": 3}`)
		return 0, nil
	})
	answers := answersFunc(func(quiz string) (*Answer, error) {
		switch quiz {
		case "open":
			return nil, nil
		case "wrong":
			return &Answer{Text: "kubectl"}, nil
		case "lost":
			return nil, errors.New("the file is gone")
		}
		return &Answer{Text: "the kubelet", Right: true}, nil
	})
	tests := map[string]struct {
		src     string
		verdict Verdict
		reason  string
	}{
		"run":            {"run: {command: fine}", Passed, ""},
		"run, cel":       {"run: {command: fine}\n  cel: json(stdout).visits == 3", Passed, ""},
		"run, wrong":     {"run: {command: fine}\n  cel: json(stdout).visits > 3", Failed, "json(stdout).visits is 3, wanted more than 3"},
		"run, not JSON":  {"run: {command: fails}\n  cel: json(stdout).visits > 3", Failed, `fails ended with exit code 2; its last words: no such file`},
		"run, exit code": {"run: {command: fails}", Failed, "fails ended with exit code 2; its last words: no such file"},
		"run, wanted 2":  {"run: {command: fails}\n  cel: exitCode == 2 && stderr.contains('no such')", Passed, ""},
		"run, bad":       {"run: {command: unreadable}", Unknown, "the command cannot be run here: a quote is not closed"},
		"run, late":      {"run: {command: hangs, timeout: 20ms}", Failed, "hangs did not end in time"},
		"run, much": {
			"run: {command: much}\n  cel: stdout.size() == 131072", Failed,
			"stdout.size() is 65536, wanted 131072 (there was more to read than the 64 KiB that are looked at)",
		},
		"answer":         {"answer: {quiz: who}", Passed, ""},
		"answer, cel":    {"answer: {quiz: who}\n  cel: answer.contains('kubelet')", Passed, ""},
		"answer, none":   {"answer: {quiz: open}\n  cel: answer == ''", Failed, `question "open" is not answered yet`},
		"answer, wrong":  {"answer: {quiz: wrong}", Failed, `the answer to question "wrong" is not right`},
		"answer, other":  {"answer: {quiz: wrong}\n  cel: answer == 'x'", Failed, `answer is "kubectl", wanted "x"`},
		"answer, unread": {"answer: {quiz: lost}", Unknown, "the answer cannot be read: the file is gone"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			e := engineFor(t, http.NotFoundHandler())
			WithRunner(runner)(e)
			WithAnswers(answers)(e)
			r := lookAt(t, e, "- id: a\n  name: A\n  "+tt.src)
			if r.Verdict != tt.verdict || r.Reason.EN != tt.reason {
				t.Errorf("%s, %q; want %s, %q", r.Verdict, r.Reason.EN, tt.verdict, tt.reason)
			}
		})
	}
}

func TestWithoutRunnerAndAnswersNothingIsKnown(t *testing.T) {
	e := engineFor(t, http.NotFoundHandler())
	for src, want := range map[string]string{
		"run: {command: ls}": "this check runs a command on your machine, which is not allowed here",
		"answer: {quiz: q}":  "this check looks at an answer, and there are none here",
	} {
		if r := lookAt(t, e, "- id: a\n  name: A\n  "+src); r.Verdict != Unknown || r.Reason.EN != want {
			t.Errorf("%s: %s, %q; want unknown, %q", src, r.Verdict, r.Reason.EN, want)
		}
	}
}

// A runner that does not come back holds nobody up.
func TestRunnerThatHangs(t *testing.T) {
	stuck := make(chan struct{})
	defer close(stuck)
	r := runnerFunc(func(context.Context, string, io.Writer, io.Writer) (int, error) {
		<-stuck
		return 0, nil
	})
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
	defer cancel()
	begun := time.Now()
	if code, err := runFor(ctx, r, "x", io.Discard, io.Discard); code != -1 || err == nil {
		t.Errorf("runFor gave %d, %v", code, err)
	}
	if took := time.Since(begun); patience.Late(took, 3*timing.RunEnd) {
		t.Errorf("that took %s", took)
	}
}

func TestRedirects(t *testing.T) {
	const root = "/api/v1/namespaces/learn/services/web:http/proxy"
	mux := http.NewServeMux()
	mux.HandleFunc(root+"/old", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Location", root+"/dir/new?a=b") // as the API server's proxy writes it
		w.Header().Add("Set-Cookie", "a=1")
		w.Header().Add("Set-Cookie", "b=2")
		w.WriteHeader(http.StatusFound)
	})
	mux.HandleFunc(root+"/dir/new", func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "last", http.StatusPermanentRedirect)
	})
	mux.HandleFunc(root+"/dir/last", func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintf(w, "%s for %s", r.Method, r.Host)
	})
	mux.HandleFunc(root+"/away", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Location", "http://192.0.2.1/")
		w.WriteHeader(http.StatusFound)
	})
	// nginx writes the host that it was asked for, and the port that it listens on.
	mux.HandleFunc(root+"/absolute", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Location", "http://"+strings.ReplaceAll(r.URL.Query().Get("to"), "ASKED", hostOnly(r.Host)))
		w.WriteHeader(http.StatusMovedPermanently)
	})
	mux.HandleFunc(root+"/round", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Location", root+"/round")
		w.WriteHeader(http.StatusFound)
	})
	e := engineFor(t, mux)
	service := &kube.Object{Object: document(t, "{metadata: {name: web}, spec: {clusterIP: 10.0.0.7, ports: [{name: http, port: 80, targetPort: 8080}, {port: 81}]}}")}
	const last = "200 GET for shop.example to , "
	tests := map[string]struct {
		path      string
		redirects int
		want      string
	}{
		"the host asked":     {"/absolute?to=shop.example/dir/last", 1, last},
		"it, and the port":   {"/absolute?to=shop.example:80/dir/last", 1, last},
		"the Service's name": {"/absolute?to=web/dir/last", 1, last},
		"in its namespace":   {"/absolute?to=web.learn/dir/last", 1, last},
		"in full":            {"/absolute?to=web.learn.svc.cluster.local/dir/last", 1, last},
		"its address":        {"/absolute?to=10.0.0.7/dir/last", 1, last},
		"another port":       {"/absolute?to=shop.example:8080/x", 1, "301  to http://shop.example:8080/x, , strayed"},
		"another Service":    {"/absolute?to=other/x", 1, "301  to http://other/x, , strayed"},
		"another namespace":  {"/absolute?to=web.other/x", 1, "301  to http://web.other/x, , strayed"},
		"the API server":     {"/absolute?to=127.0.0.1/x", 1, "301  to http://127.0.0.1/x, , strayed"},
		"none":               {"/old", 0, "302  to /dir/new?a=b, a=1, b=2"},
		"one":                {"/old", 1, "308  to last, "},
		"both":               {"/old", 5, "200 GET for shop.example to , "},
		"away":               {"/away", 5, "302  to http://192.0.2.1/, , strayed"},
		"circle":             {"/round", 3, "302  to /round, "},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			probe := request{
				Service: "web", Port: "http", Path: tt.path, Times: 1, Method: "POST", Redirects: tt.redirects,
				Headers: map[string]string{"Host": "shop.example"},
			}
			answers, err := e.outside.visits(t.Context(), probe, backend{namespace: "learn", service: service})
			if err != nil || len(answers) != 1 {
				t.Fatalf("%d answers, %v", len(answers), err)
			}
			a := answers[0]
			if a.status >= 300 {
				a.body = ""
			}
			got := fmt.Sprintf("%d %s to %s, %s", a.status, a.body, a.headers["Location"], a.headers["Set-Cookie"])
			if a.strayed {
				got += ", strayed"
			}
			if diff := cmp.Diff(tt.want, strings.ReplaceAll(got, "/dir/last", "last")); diff != "" {
				t.Errorf("visits (-want +got):\n%s", diff)
			}
		})
	}
}
