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

	"github.com/kubectl-learn/kubectl-learn/internal/patience"
	"github.com/kubectl-learn/kubectl-learn/pkg/checks/internal/ask"
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
			fmt.Fprint(stdout, strings.Repeat("x", 2*ask.MaxOutput))
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
		"run, not JSON":  {"run: {command: fails}\n  cel: json(stdout).visits > 3", Failed, `fails exited with code 2; last output: no such file`},
		"run, exit code": {"run: {command: fails}", Failed, "fails exited with code 2; last output: no such file"},
		"run, wanted 2":  {"run: {command: fails}\n  cel: exitCode == 2 && stderr.contains('no such')", Passed, ""},
		"run, bad":       {"run: {command: unreadable}", Unknown, "the command can't run here: a quote is not closed"},
		"run, late":      {"run: {command: hangs, timeout: 20ms}", Failed, "hangs didn't finish in time"},
		"run, much": {
			"run: {command: much}\n  cel: stdout.size() == 131072", Failed,
			"stdout.size() is 65536, wanted 131072 (only 64 KiB of it were checked)",
		},
		"answer":         {"answer: {quiz: who}", Passed, ""},
		"answer, cel":    {"answer: {quiz: who}\n  cel: answer.contains('kubelet')", Passed, ""},
		"answer, none":   {"answer: {quiz: open}\n  cel: answer == ''", Failed, `question "open" hasn't been answered yet`},
		"answer, wrong":  {"answer: {quiz: wrong}", Failed, `the answer to question "wrong" isn't right`},
		"answer, other":  {"answer: {quiz: wrong}\n  cel: answer == 'x'", Failed, `answer is "kubectl", wanted "x"`},
		"answer, unread": {"answer: {quiz: lost}", Unknown, "failed to read the answer: the file is gone"},
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
		"run: {command: ls}": "this check runs a command on your machine, which isn't allowed here",
		"answer: {quiz: q}":  "this check is about a quiz answer, and there are none here",
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
