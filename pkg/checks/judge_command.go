package checks

import (
	"github.com/google/cel-go/cel"

	"github.com/kubectl-learn/kubectl-learn/pkg/checks/internal/ask"
	"github.com/kubectl-learn/kubectl-learn/pkg/checks/internal/expr"
	"github.com/kubectl-learn/kubectl-learn/pkg/checks/internal/words"
	"github.com/kubectl-learn/kubectl-learn/pkg/lang"
)

func commandEnvironment() expr.Environment {
	return expr.Environment{
		Name:      "command",
		Variables: map[string]*cel.Type{"exitCode": cel.IntType, "stdout": cel.StringType, "stderr": cel.StringType},
		Open:      []string{"exitCode"},
	}
}

func commandVars(o *ask.Output) map[string]any {
	if o == nil {
		o = &ask.Output{}
	}
	return map[string]any{"exitCode": o.ExitCode, "stdout": o.Stdout, "stderr": o.Stderr}
}

// judgeCommand decides about a command that ran: without a condition it must have
// ended with 0.
func judgeCommand(c Check, o *ask.Output, e expectation) judgment {
	switch {
	case !o.Unstarted.IsZero():
		return failed(o.Unstarted)
	case o.Late:
		return failed(lang.Messagef("%s didn't finish in time", "%s 没有及时结束", o.Where))
	case e.held() && (c.condition != nil || o.ExitCode == 0):
		return judgment{verdict: Passed}
	case o.ExitCode != 0 && !c.condition.ReadsVariable("exitCode"):
		return failed(whyExit(o))
	}
	return failed(bounded(e.reason(), o.Cut))
}

func whyExit(o *ask.Output) lang.Message {
	what := lang.Messagef("%s exited with code %d", "%s 以退出码 %d 结束", o.Where, o.ExitCode)
	line := words.LastLine(o.Stderr)
	if line == "" {
		line = words.LastLine(o.Stdout)
	}
	if line == "" {
		return what
	}
	return lang.Messagef("%s; last output: %s", "%s；最后的输出：%s", what, words.Shorten(line, 200))
}

// bounded adds to a reason that not everything was read.
func bounded(reason lang.Message, cut bool) lang.Message {
	if !cut {
		return reason
	}
	return lang.Messagef("%s (only %d KiB of it were checked)",
		"%s（内容超过 %d KiB，只查看了其中这么多）", reason, ask.MaxOutput>>10)
}
