package guide

import (
	"context"
	"strings"

	"github.com/kubectl-learn/kubectl-learn/internal/prompt"
	"github.com/kubectl-learn/kubectl-learn/pkg/lang"
	"github.com/kubectl-learn/kubectl-learn/pkg/steps"
)

// Learner is a person at a terminal.
type Learner struct {
	Terminal *prompt.Terminal
	Screen   *Screen
	// Challenge says that the lesson does not show what there is to do.
	Challenge bool

	explained bool
}

// words are what a learner may type in place of a command.
var words = map[string]steps.ReplyKind{ //nolint:gochecknoglobals // a table that nothing writes
	"":     steps.ReplyGo,
	"hint": steps.ReplyHint, "提示": steps.ReplyHint,
	"next": steps.ReplySkip, "继续": steps.ReplySkip,
	"show": steps.ReplyShow, "显示": steps.ReplyShow,
	"redo": steps.ReplyRedo, "重做": steps.ReplyRedo,
}

// Choose asks what to do with an action.
func (l *Learner) Choose(ctx context.Context, _ steps.Action) (steps.Reply, error) {
	if !l.explained {
		l.explained = true
		l.help()
	}
	return l.reply(ctx)
}

// Stuck asks what to do about checks that do not hold.
func (l *Learner) Stuck(ctx context.Context) (steps.Reply, error) {
	if l.Challenge {
		l.Screen.Note(lang.Messagef(
			"Mend it with commands of your own; Enter looks again. `hint`, `show` (how the lesson would do it), `redo` (it does it for you), `?`.",
			"用你自己的命令修好它；按回车再检查一次。还可以输入 `hint`、`show`（看课程的做法）、`redo`（让课程替你做）、`?`。"))
		return l.reply(ctx)
	}
	l.Screen.Note(lang.Messagef(
		"Enter looks again; or type a command, `hint`, `redo` or `?`.",
		"按回车再检查一次；也可以输入命令、`hint`、`redo` 或 `?`。"))
	return l.reply(ctx)
}

func (l *Learner) reply(ctx context.Context) (steps.Reply, error) {
	for {
		line, err := l.Terminal.Line(ctx, "› ")
		if err != nil {
			return steps.Reply{}, err
		}
		line = strings.TrimSpace(line)
		kind, word := words[strings.ToLower(line)]
		switch {
		case word:
			return steps.Reply{Kind: kind}, nil
		case line == "?" || line == "help" || line == "帮助":
			l.help()
		case line == "quit" || line == "exit" || line == "退出":
			return steps.Reply{}, ErrLeft
		default:
			return steps.Reply{Kind: steps.ReplyCommand, Command: line}, nil
		}
	}
}

func (l *Learner) help() {
	l.Screen.Note(lang.Messagef(
		"Enter runs the command above. You can also type a command of your own, or `hint`, "+
			"`next` (go on, you did it in another way), `show` (show the step's commands again), `redo` (do the step again, with the lesson's own files), `quit`, `?`.",
		"按回车执行上面的命令。你也可以输入自己的命令，或者 `hint`（提示）、`next`（已用别的办法做好，继续）、"+
			"`show`（再看一遍这一步的命令）、`redo`（用课程自带的文件重做）、`quit`（退出）、`?`（帮助）。"))
}

// Answer asks for the answer to a question.
func (l *Learner) Answer(ctx context.Context, q steps.Question) (string, error) {
	for {
		line, err := l.Terminal.Line(ctx, lang.Messagef("answer › ", "答案 › ").In(l.Screen.Lang))
		if err != nil {
			return "", err
		}
		switch line = strings.TrimSpace(line); line {
		case "", "hint", "help", "next", "show", "redo", "显示", "提示", "帮助", "继续", "重做":
			l.Screen.Note(askFor(q))
		case "?", "？":
			l.Screen.Note(lang.Messagef("The answer is %s.", "答案是 %s。", lang.Same(q.Solution())))
		case "quit", "exit", "退出":
			return "", ErrLeft
		default:
			return line, nil
		}
	}
}

func askFor(q steps.Question) lang.Message {
	switch q.Kind {
	case steps.QuizOne:
		return lang.Messagef("Type the number of one choice, from 1 to %d; ? shows the answer.", "输入一个选项的编号，1 到 %d；输入 ? 看答案。", len(q.Choices))
	case steps.QuizSeveral:
		return lang.Messagef("Type the numbers of all that are right, such as 1 3; ? shows the answer.", "输入所有正确选项的编号，例如 1 3；输入 ? 看答案。")
	case steps.QuizNumber:
		return lang.Messagef("Type a number; ? shows the answer.", "输入一个数字；输入 ? 看答案。")
	}
	return lang.Messagef("Type a word; ? shows the answer.", "输入一个词；输入 ? 看答案。")
}

// Continue waits between two steps.
func (l *Learner) Continue(ctx context.Context) error {
	line, err := l.Terminal.Line(ctx, lang.Messagef("Enter for the next step › ", "按回车进入下一步 › ").In(l.Screen.Lang))
	if err == nil && (line == "quit" || line == "exit" || line == "退出") {
		return ErrLeft
	}
	return err
}

// Call returns when a key is pressed while checks are being waited for.
func (l *Learner) Call(ctx context.Context) error { return l.Terminal.Key(ctx) }
