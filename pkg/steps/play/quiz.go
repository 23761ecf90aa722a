package play

import (
	"bytes"
	"context"
	"strings"
	"time"

	"github.com/kubectl-learn/kubectl-learn/pkg/lang"
	"github.com/kubectl-learn/kubectl-learn/pkg/steps"
)

// quiz asks each question until it is answered rightly. A kubectl command is no
// answer: it is run, so that a learner can look before answering.
func (p *Player) quiz(ctx context.Context, s steps.Step, questions []steps.Question) error {
	for _, q := range questions {
		known, err := p.lookUp(ctx, s, &q)
		if err != nil {
			return err
		}
		if !known {
			continue
		}
		p.Screen.Question(q)
		for {
			answer, err := p.Learner.Answer(ctx, q)
			if err != nil {
				return err
			}
			if looksUp(q, answer) {
				if _, err := p.tell(ctx, answer); err != nil {
					return err
				}
				continue
			}
			right := q.Right(answer)
			if err := p.Record.Answered(s.ID, q.ID, answer, right); err != nil {
				return err
			}
			if right {
				p.Screen.Note(lang.Messagef("Right. %s", "答对了。%s", lang.Same(q.Because)))
				break
			}
			p.Screen.Note(lang.Messagef("Not that one. Think again, or type ? for the answer.", "不是这个。再想想，或者输入 ? 看答案。"))
		}
	}
	return nil
}

// lookUp finds the answer of a question about what the learner has made. One
// that cannot be found is not asked: nobody could answer it.
func (p *Player) lookUp(ctx context.Context, s steps.Step, q *steps.Question) (known bool, err error) {
	if q.Answer.Command == "" {
		return true, nil
	}
	var printed bytes.Buffer
	status, err := p.run(ctx, &printed, &printed, q.Answer.Command)
	if err != nil {
		return false, err
	}
	if status != 0 {
		// A question is left out for what the cluster says, not for its silence.
		back, err := p.isBack(ctx, printed.String(), time.Now().Add(p.Patience))
		if err != nil {
			return false, err
		}
		if back {
			return p.lookUp(ctx, s, q)
		}
	}
	q.Answer.Accept(printed.String())
	if status == 0 && len(q.Answer.Texts) > 0 {
		return true, nil
	}
	if p.Patience > 0 {
		return false, &CommandError{Step: s.ID, Command: q.Answer.Command, Status: status}
	}
	p.Screen.Note(lang.Messagef("Skipping a question: what it asks about can't be found right now.", "跳过一个问题：现在找不到它所问的对象。"))
	return false, nil
}

// looksUp reports that a learner typed a command instead of an answer. Where the
// answer is a text of the lesson's, it may be a command itself.
func looksUp(q steps.Question, answer string) bool {
	return strings.HasPrefix(strings.TrimSpace(answer), kubectl+" ") && (q.Kind != steps.QuizText || q.Answer.Command != "")
}
