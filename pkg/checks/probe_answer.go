package checks

import (
	"context"
	"time"

	"github.com/google/cel-go/cel"
	"go.yaml.in/yaml/v3"

	"github.com/kubectl-learn/kubectl-learn/pkg/checks/internal/expr"
	"github.com/kubectl-learn/kubectl-learn/pkg/checks/internal/why"
	"github.com/kubectl-learn/kubectl-learn/pkg/lang"
)

// AnswerProbe looks at the learner's answer to a question, by the Answers that
// the engine was given.
type AnswerProbe struct {
	// Quiz is the id of the question.
	Quiz string
}

// Answer is what a learner answered to a question.
type Answer struct {
	Text string
	// Right says whether it is right.
	Right bool
}

// Answers knows what a learner answered. It must be safe for use by many
// goroutines.
type Answers interface {
	// Answer returns the answer to a question, nil when there is none yet; the
	// error says that it cannot be known.
	Answer(ctx context.Context, quiz string) (*Answer, error)
}

func (p *AnswerProbe) subject() subject       { return subject{} }
func (p *AnswerProbe) explaining() []why.Need { return nil }
func (p *AnswerProbe) ready(observation) bool { return true }

func (p *AnswerProbe) environment() expr.Environment {
	return expr.Environment{
		Name:      "answer",
		Variables: map[string]*cel.Type{"answer": cel.StringType, "right": cel.BoolType},
		Open:      []string{"right"},
	}
}

func (p *AnswerProbe) vars(s observation) map[string]any {
	if s.given == nil {
		return map[string]any{"answer": "", "right": false}
	}
	return map[string]any{"answer": s.given.Text, "right": s.given.Right}
}

func (p *AnswerProbe) consult(ctx context.Context, of outside, _ observation) (reply, error) {
	if of.answers == nil {
		return reply{}, lang.Errorf("this check is about a quiz answer, and there are none here", "这项检查要看问题的答案，这里没有答案可看")
	}
	given, err := of.answers.Answer(ctx, p.Quiz)
	if err != nil {
		err = lang.Errorf("failed to read the answer: %w", "无法读取答案：%w", err)
	}
	return reply{given: given}, err
}

func (p *AnswerProbe) judge(c Check, s observation, e expectation, _ time.Time) judgment {
	switch {
	case s.given == nil:
		return failed(lang.Messagef("question %q hasn't been answered yet", "问题 %q 还没有回答", p.Quiz))
	case c.condition == nil && !s.given.Right:
		return failed(lang.Messagef("the answer to question %q isn't right", "问题 %q 的答案不对", p.Quiz))
	case !e.held():
		return failed(e.reason())
	}
	return judgment{verdict: Passed}
}

func (a *AnswerProbe) parse(p *parser, n *yaml.Node) {
	p.mapping(n, "answer", []field{p.text("quiz", &a.Quiz)})
}

func (p *AnswerProbe) flaws(f *flaws, _ Check) { f.need("answer", "quiz", p.Quiz) }
func (p *AnswerProbe) identity() string        { return identityOf("answer", p.Quiz) }
func (p *AnswerProbe) judgeable(r reply) bool  { return r.given != nil }
func (p *AnswerProbe) changes() bool           { return false }
