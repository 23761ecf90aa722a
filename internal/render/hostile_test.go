package render

import (
	"fmt"
	"testing"

	"github.com/kubectl-learn/kubectl-learn/internal/visible/hostile"
	"github.com/kubectl-learn/kubectl-learn/pkg/checks"
	"github.com/kubectl-learn/kubectl-learn/pkg/lang"
)

// TestNothingObeys puts hostile text everywhere that takes text.
func TestNothingObeys(t *testing.T) {
	const text = hostile.Text
	var rs []checks.Result
	for _, v := range []checks.Verdict{checks.Passed, checks.Failed, checks.Waiting, checks.Unknown, "", checks.Verdict(text)} {
		rs = append(rs, checks.Result{
			Check: checks.Check{ID: text, Name: text}, Verdict: v, Reason: lang.Messagef("%s", "%s", text+string(v)), Hint: text,
			Differences: []checks.Difference{{Path: text, Wanted: text, Found: text}},
		})
	}
	for _, s := range []Style{{}, {Color: true}, {Width: 30}, {Color: true, Width: 30}} {
		for _, l := range lang.All() {
			what := fmt.Sprintf("%+v in %s", s, l)
			hostile.Refuse(t, what+": results", s.Results(rs, l))
			for i := range rs {
				hostile.Refuse(t, what+": live", s.Live(rs[i:], l, 3))
			}
		}
		for name, styled := range map[string]func(string) string{"bold": s.Bold, "dim": s.Dim, "command": s.Command, "error": s.Error, "Markdown": s.Markdown} {
			hostile.Refuse(t, name, styled(text))
		}
		for _, form := range []string{
			"# %s", "%s *%[1]s* **%[1]s** `%[1]s`", "- %s\n1. %[1]s", "> %s", "```yaml\n%s\n```", "    %s", "| %s | b |\n|---|---|\n| %[1]s | x |",
			"[%s](<%[1]s> \"%[1]s\")", "![%s](%[1]s)", "<https://x.y/%s>", "<b>%s</b>", "&#27;[2J &#x9b;2J &#x202e;", "[x](&#27;[2J)",
		} {
			source := form
			if form[0] != '&' && form != "[x](&#27;[2J)" {
				source = fmt.Sprintf(form, text)
			}
			hostile.Refuse(t, form, s.Markdown(source))
		}
	}
}
