package render

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kubectl-learn/kubectl-learn/pkg/checks"
	"github.com/kubectl-learn/kubectl-learn/pkg/lang"
)

func results() []checks.Result {
	why := lang.Messagef("there is no %s", "没有 %s", "Pod a")
	return []checks.Result{
		{Check: checks.Check{Name: "One"}, Verdict: checks.Passed},
		{Check: checks.Check{Name: "Two"}, Verdict: checks.Failed, Reason: why, Hint: "make it"},
		{Check: checks.Check{Name: "Three"}, Verdict: checks.Waiting, Reason: why},
		{Check: checks.Check{Name: "Four"}, Verdict: checks.Unknown, Reason: lang.Same("API down")},
		{Check: checks.Check{Name: "Five"}},
		{Check: checks.Check{Name: "Six"}},
	}
}

func TestResults(t *testing.T) {
	want := map[lang.Lang]string{
		lang.English: "✓ passed  One\n✗ failed  Two\n    there is no Pod a\n    → make it\n◌ waiting  Three\n    for the same reason\n? unknown  Four\n    API down\n○ to do  Five\n○ to do  Six\n",
		lang.Chinese: "✓ 通过  One\n✗ 未通过  Two\n    没有 Pod a\n    → make it\n◌ 等待  Three\n    原因同上\n? 未知  Four\n    API down\n○ 待完成  Five\n○ 待完成  Six\n",
	}
	for l, text := range want {
		if diff := cmp.Diff(text, Style{}.Results(results(), l)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", l, diff)
		}
	}
}

func TestLiveIsOneLineThatFits(t *testing.T) {
	for width := 30; width < 100; width += 7 {
		line := Style{Width: width}.Live(results(), lang.Chinese, 12)
		if columns(line) >= width {
			t.Errorf("width %d: %q has %d columns", width, line, columns(line))
		}
	}
	if got, want := (Style{}).Live(results(), lang.English, 3), "✗ failed  1/6  there is no Pod a  3 s"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
