package advice

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/kubectl-learn/kubectl-learn/internal/cluster"
	"github.com/kubectl-learn/kubectl-learn/internal/imageload"
	"github.com/kubectl-learn/kubectl-learn/internal/progress"
	"github.com/kubectl-learn/kubectl-learn/internal/prompt"
	"github.com/kubectl-learn/kubectl-learn/internal/reach"
	"github.com/kubectl-learn/kubectl-learn/internal/render"
	"github.com/kubectl-learn/kubectl-learn/internal/usage"
	"github.com/kubectl-learn/kubectl-learn/pkg/checks"
	"github.com/kubectl-learn/kubectl-learn/pkg/lang"
	"github.com/kubectl-learn/kubectl-learn/pkg/steps"
	"github.com/kubectl-learn/kubectl-learn/pkg/steps/play"
)

// TestOf takes errors of every package below, also wrapped and joined.
func TestOf(t *testing.T) {
	for name, tt := range map[string]struct {
		err  error
		code int
		// hints is the number of hints.
		hints int
	}{
		"of its own kind":      {&Error{What: lang.Same("no")}, Failed, 0},
		"with a code":          {&Error{What: lang.Same("no"), Code: Usage}, Usage, 0},
		"usage":                {usage.Errorf("no", "不"), Usage, 0},
		"no such lesson":       {&steps.NotFoundError{ID: "a", Nearest: "b"}, Usage, 2},
		"no such variable":     {&steps.VariableError{Name: "A", Unknown: true}, Usage, 1},
		"not in time":          {&play.NotYetError{Step: "a"}, NotYet, 0},
		"a command failed":     {&play.CommandError{Step: "a", Status: 1}, Failed, 0},
		"busy":                 {&progress.BusyError{Lesson: "a"}, Failed, 1},
		"unwritable":           {&progress.UnwritableError{Err: errors.New("full")}, Failed, 1},
		"damaged":              {&progress.DamagedError{Err: errors.New("{")}, Failed, 1},
		"damaged, a namespace": {&progress.DamagedError{Err: errors.New("{"), Namespace: progress.Object{Name: "a"}}, Failed, 2},
		"newer":                {&progress.NewerError{}, Failed, 2},
		"no sandbox":           {&cluster.NoSandboxError{}, Failed, 2},
		"sandbox":              {&cluster.SandboxError{}, Failed, 1},
		"no context":           {&cluster.NoContextError{Known: []string{"a"}}, Usage, 2},
		"production":           {&cluster.ProductionError{}, Failed, 1},
		"cannot guard":         {&cluster.GuardError{Err: errors.New("no")}, Failed, 2},
		"unreachable":          {&cluster.UnreachableError{Err: errors.New("no")}, Failed, 1},
		"refused":              {&cluster.RefusedError{Err: errors.New("quota")}, Failed, 2},
		"stuck":                {&cluster.StuckError{}, Failed, 2},
		"too old":              {&cluster.OldError{}, Failed, 1},
		"few nodes":            {&cluster.FewNodesError{}, Failed, 1},
		"few, in the sandbox":  {&cluster.FewNodesError{Sandbox: true}, Failed, 3},
		"incapable":            {&cluster.IncapableError{}, Failed, 1},
		"no node port":         {&reach.NotReachedError{}, Failed, 1},
		"no controller":        {&reach.NoControllerError{}, Failed, 1},
		"no port":              {&reach.NoPortError{}, Failed, 1},
		"no endpoint":          {&reach.NoEndpointError{}, Failed, 1},
		"no archive":           {&imageload.NoArchiveError{}, Failed, 2},
		"not an archive":       {&imageload.NotArchiveError{Err: errors.New("no")}, Failed, 1},
		"of no room":           {errors.New("no"), Failed, 0},
	} {
		for _, err := range []error{tt.err, fmt.Errorf("failed to try: %w", tt.err), errors.Join(tt.err, errors.New("failed to close"))} {
			got := Of(err)
			if got.Code != tt.code || len(got.Hints) != tt.hints {
				t.Errorf("%s: code %d and hints %v, want %d and %d hints", name, got.Code, got.Hints, tt.code, tt.hints)
			}
			if got.What.IsZero() {
				t.Errorf("%s: no words", name)
			}
		}
	}
}

func TestAllSaysEachProblem(t *testing.T) {
	all := All(usage.Join(usage.Errorf("one", "一"), &Error{What: lang.Same("two"), Code: Usage}))
	var b strings.Builder
	for _, e := range all {
		e.Print(&b, render.Style{}, lang.English)
	}
	if want := "error: one\nerror: two\n"; b.String() != want {
		t.Errorf("printed %q, want %q", b.String(), want)
	}
	if all := All(errors.Join(errors.New("a"), errors.New("b"))); len(all) != 1 {
		t.Errorf("%d pieces of advice about errors that are no problems of usage", len(all))
	}
}

func TestPrintCannotCommandTheTerminal(t *testing.T) {
	var b bytes.Buffer
	(&Error{What: lang.Same("a\x1b[2Jb"), Hints: []lang.Message{lang.Same("c\x07")}}).Print(&b, render.Style{}, lang.English)
	if want := "error: a\\x1b[2Jb\nhint: c\\a\n"; b.String() != want {
		t.Errorf("printed %q, want %q", b.String(), want)
	}
}

func TestSilent(t *testing.T) {
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	for name, tt := range map[string]struct {
		ctx  context.Context //nolint:containedctx // a table of what ends
		err  error
		code int
		ok   bool
	}{
		"done":               {t.Context(), nil, Done, true},
		"said all":           {t.Context(), fmt.Errorf("wrapped: %w", ExitError(7)), 7, true},
		"Ctrl-C at a prompt": {t.Context(), prompt.ErrInterrupted, Interrupted, true},
		"Ctrl-C elsewhere":   {ended, errors.New("cut off"), Interrupted, true},
		"an error":           {t.Context(), errors.New("no"), 0, false},
	} {
		if code, ok := Silent(tt.ctx, tt.err); code != tt.code || ok != tt.ok {
			t.Errorf("%s: %d, %v; want %d, %v", name, code, ok, tt.code, tt.ok)
		}
	}
}

func TestVerdict(t *testing.T) {
	for _, tt := range []struct {
		verdicts []checks.Verdict
		want     int
	}{
		{nil, Done},
		{[]checks.Verdict{checks.Passed, checks.Passed}, Done},
		{[]checks.Verdict{checks.Passed, checks.Waiting}, NotYet},
		{[]checks.Verdict{checks.Failed, checks.Unknown}, NotYet},
		{[]checks.Verdict{checks.Unknown, checks.Failed}, NotYet},
		{[]checks.Verdict{checks.Passed, checks.Unknown}, Failed},
	} {
		results := make([]checks.Result, len(tt.verdicts))
		for i, v := range tt.verdicts {
			results[i].Verdict = v
		}
		if code, ok := Silent(t.Context(), Verdict(results)); code != tt.want || !ok {
			t.Errorf("%v: exit code %d, want %d", tt.verdicts, code, tt.want)
		}
	}
}
