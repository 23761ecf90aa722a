package checks

import (
	"bytes"
	"strings"
	"sync"

	"github.com/google/cel-go/cel"

	"github.com/kubectl-learn/kubectl-learn/pkg/checks/internal/expr"
	"github.com/kubectl-learn/kubectl-learn/pkg/checks/internal/words"
	"github.com/kubectl-learn/kubectl-learn/pkg/lang"
)

// maxOutput bounds what is kept of what a command or a log says, in bytes.
const maxOutput = 64 << 10

// output is what a command or a log said.
type output struct {
	// where names who said it, for a sentence.
	where          lang.Message
	stdout, stderr string
	exitCode       int64
	// cut says that there was more than is kept.
	cut bool
	// late says that it did not end in time.
	late bool
	// unstarted says why a program was not even started, zero when it was.
	unstarted lang.Message
}

// sink keeps the first bytes of two streams, maxOutput in all. Both may be
// written at the same time.
type sink struct {
	mu          sync.Mutex
	left        int
	out, errOut bytes.Buffer
	cut         bool
}

func newSink() *sink { return &sink{left: maxOutput} }

// sinkEnd is one of the two streams.
type sinkEnd struct {
	sink *sink
	into *bytes.Buffer
}

func (s *sink) ends() (out, errOut sinkEnd) {
	return sinkEnd{s, &s.out}, sinkEnd{s, &s.errOut}
}

// Write takes everything, so that the writer does not fail.
func (e sinkEnd) Write(p []byte) (int, error) {
	e.sink.mu.Lock()
	defer e.sink.mu.Unlock()
	take := min(len(p), e.sink.left)
	e.sink.cut = e.sink.cut || take < len(p)
	e.sink.left -= take
	e.into.Write(p[:take])
	return len(p), nil
}

// output reads what has come so far.
func (s *sink) output(where lang.Message) *output {
	s.mu.Lock()
	defer s.mu.Unlock()
	return &output{where: where, stdout: text(s.out.Bytes()), stderr: text(s.errOut.Bytes()), cut: s.cut}
}

// text is what an expression can read: a string of CEL is valid UTF-8.
func text(b []byte) string { return strings.ToValidUTF8(string(b), "\uFFFD") }

func commandEnvironment() expr.Environment {
	return expr.Environment{
		Name:      "command",
		Variables: map[string]*cel.Type{"exitCode": cel.IntType, "stdout": cel.StringType, "stderr": cel.StringType},
		Open:      []string{"exitCode"},
	}
}

func commandVars(o *output) map[string]any {
	if o == nil {
		o = &output{}
	}
	return map[string]any{"exitCode": o.exitCode, "stdout": o.stdout, "stderr": o.stderr}
}

// judgeCommand decides about a command that ran: without a condition it must have
// ended with 0.
func judgeCommand(c Check, o *output, e expectation) judgment {
	switch {
	case !o.unstarted.IsZero():
		return failed(o.unstarted)
	case o.late:
		return failed(lang.Messagef("%s did not end in time", "%s 没有及时结束", o.where))
	case e.held() && (c.condition != nil || o.exitCode == 0):
		return judgment{verdict: Passed}
	case o.exitCode != 0 && !c.condition.ReadsVariable("exitCode"):
		return failed(whyExit(o))
	}
	return failed(bounded(e.reason(), o.cut))
}

func whyExit(o *output) lang.Message {
	what := lang.Messagef("%s ended with exit code %d", "%s 以退出码 %d 结束", o.where, o.exitCode)
	line := words.LastLine(o.stderr)
	if line == "" {
		line = words.LastLine(o.stdout)
	}
	if line == "" {
		return what
	}
	return lang.Messagef("%s; its last words: %s", "%s；最后的输出：%s", what, words.Shorten(line, 200))
}

// bounded adds to a reason that not everything was read.
func bounded(reason lang.Message, cut bool) lang.Message {
	if !cut {
		return reason
	}
	return lang.Messagef("%s (there was more to read than the %d KiB that are looked at)",
		"%s（内容超过 %d KiB，只查看了其中这么多）", reason, maxOutput>>10)
}
