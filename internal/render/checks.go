package render

import (
	"fmt"
	"strings"

	"github.com/kubectl-learn/kubectl-learn/internal/visible"
	"github.com/kubectl-learn/kubectl-learn/pkg/checks"
	"github.com/kubectl-learn/kubectl-learn/pkg/lang"
)

// verdict is how a verdict looks: a symbol never appears without its word.
func verdict(v checks.Verdict) (symbol string, word lang.Message, code string) {
	switch v {
	case checks.Passed:
		return "✓", lang.Messagef("passed", "通过"), green
	case checks.Waiting:
		return "◌", lang.Messagef("waiting", "等待"), yellow
	case checks.Failed:
		return "✗", lang.Messagef("failed", "未通过"), red
	case "":
		return "○", lang.Messagef("to do", "待完成"), yellow
	case checks.Unknown:
		return "?", lang.Messagef("unknown", "未知"), yellow
	}
	return "?", lang.Same(string(v)), yellow
}

// Results renders each check: its verdict and name, then why it doesn't pass, and a
// hint.
func (s Style) Results(results []checks.Result, l lang.Lang) string {
	var b strings.Builder
	said := map[lang.Message]bool{}
	for _, r := range results {
		symbol, word, code := verdict(r.Verdict)
		head := s.paint(symbol+" "+word.In(l), bold, code) + "  "
		plain := columns(symbol + " " + word.In(l) + "  ")
		indent := strings.Repeat(" ", plain)
		name := s.wrap([]span{{text: r.Check.Name}}, indent, indent, s.columns())
		b.WriteString(head + strings.TrimPrefix(name, indent) + "\n")
		if r.Verdict == checks.Passed {
			continue
		}
		why := r.Reason.In(l)
		if said[r.Reason] && why != "" {
			why = lang.Messagef("for the same reason", "原因同上").In(l)
		}
		said[r.Reason] = true
		if why != "" {
			b.WriteString(s.wrap([]span{{text: why}}, "    ", "    ", s.columns()) + "\n")
		}
		if r.Hint != "" {
			b.WriteString(s.wrap([]span{{text: "→ " + r.Hint, codes: []string{cyan}}}, "    ", "      ", s.columns()) + "\n")
		}
	}
	return b.String()
}

// Live renders in one line what is still missing: how many checks pass, and the first
// that doesn't, with its reason.
func (s Style) Live(results []checks.Result, l lang.Lang, seconds int) string {
	passed := 0
	var first *checks.Result
	for i, r := range results {
		if r.Verdict == checks.Passed {
			passed++
		} else if first == nil {
			first = &results[i]
		}
	}
	if first == nil {
		return ""
	}
	symbol, word, code := verdict(first.Verdict)
	why := first.Reason.In(l)
	if why == "" {
		why = first.Check.Name
	}
	head := symbol + " " + word.In(l)
	rest := fmt.Sprintf("  %d/%d  %s", passed, len(results), visible.Line(why))
	tail := fmt.Sprintf("  %d s", seconds)
	width := s.columns()
	if s.Width > 0 {
		width = s.Width
	}
	return s.paint(head, bold, code) + cut(rest, width-1-columns(head)-columns(tail)) + s.Dim(tail)
}
