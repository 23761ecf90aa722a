package steps

import (
	"bytes"
	"context"
	"strings"
	"time"

	"github.com/kubectl-learn/kubectl-learn/pkg/lang"
)

// quiz asks each question until it is answered rightly. A kubectl command is no
// answer: it is run, so that a learner can look before answering.
func (p *Player) quiz(ctx context.Context, s Step, questions []Question) error {
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
			if q.looksUp(answer) {
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
func (p *Player) lookUp(ctx context.Context, s Step, q *Question) (known bool, err error) {
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
	for line := range strings.Lines(printed.String()) {
		if plain(line) != "" {
			q.Answer.Texts = append(q.Answer.Texts, strings.TrimSpace(line))
		}
	}
	if status == 0 && len(q.Answer.Texts) > 0 {
		return true, nil
	}
	if p.Patience > 0 {
		return false, &CommandError{Step: s.ID, Command: q.Answer.Command, Status: status}
	}
	p.Screen.Note(lang.Messagef("A question is left out: what it is about cannot be found now.", "跳过一个问题：现在找不到它所问的对象。"))
	return false, nil
}
