package guide

import (
	"context"
	"strings"

	"github.com/kubectl-learn/kubectl-learn/internal/prompt"
	"github.com/kubectl-learn/kubectl-learn/pkg/lang"
	"github.com/kubectl-learn/kubectl-learn/pkg/steps"
	"github.com/kubectl-learn/kubectl-learn/pkg/steps/play"
)

// Learner is a person at a terminal.
type Learner struct {
	Terminal *prompt.Terminal
	Screen   *Screen
	// Challenge says that the lesson doesn't show its commands.
	Challenge bool

	explained bool
	// told says that the learner has seen “Your turn”, and has been working since.
	told bool
}

// words are what a learner can type instead of a command.
var words = map[string]play.ReplyKind{ //nolint:gochecknoglobals // a table that nothing writes
	"":     play.ReplyGo,
	"hint": play.ReplyHint, "提示": play.ReplyHint,
	"next": play.ReplySkip, "继续": play.ReplySkip,
	"show": play.ReplyShow, "显示": play.ReplyShow,
	"redo": play.ReplyRedo, "重做": play.ReplyRedo,
}

// Choose asks what to do with an action.
func (l *Learner) Choose(ctx context.Context, _ steps.Action) (play.Reply, error) {
	if !l.explained {
		l.explained = true
		l.help()
	}
	return l.reply(ctx, l.help)
}

// Stuck asks what to do about checks that don't pass. In a challenge this is where the
// learner works, so the explanation comes once, not after each command.
func (l *Learner) Stuck(ctx context.Context) (play.Reply, error) {
	if !l.Challenge {
		l.Screen.Note(lang.Messagef(
			"Press Enter to check again, or type a command, `hint`, `redo` or `?`.",
			"按回车再检查一次；也可以输入命令、`hint`、`redo` 或 `?`。"))
		return l.reply(ctx, l.help)
	}
	if !l.told {
		l.Screen.Note(lang.Messagef(
			"**Your turn.** Type your own commands. Press Enter on an empty line to run these checks again and see what they find. "+
				"`hint` gives you a hint, `show` shows how the lesson does it, `redo` does it for you, `?` shows more help.",
			"**轮到你了**：输入你自己的命令。不输入命令、直接按回车，会再检查一次，并说出结果和原因。"+
				"`hint` 给一点提示，`show` 显示课程的做法，`redo` 替你做，`?` 有更多说明。"))
	}
	reply, err := l.reply(ctx, l.helpChallenge)
	l.told = reply.Kind == play.ReplyCommand || reply.Kind == play.ReplyHint || reply.Kind == play.ReplyShow
	return reply, err
}

func (l *Learner) helpChallenge() {
	l.Screen.Note(lang.Messagef(
		"Your commands run in this lesson's folder, and kubectl uses the lesson's namespace: try `kubectl get pods`, `ls`, or `kubectl apply -f` with one of the files. "+
			"Press Enter on an empty line to run the checks. `hint` gives you the next hint, `show` shows how the lesson does it, "+
			"`redo` does it with the lesson's own files, `quit` stops here and saves your progress.",
		"你输入的命令在这一课的文件夹里运行，kubectl 用的是这一课的命名空间：`kubectl get pods`、`ls`、用 `kubectl apply -f` 提交其中的文件。"+
			"不输入命令、直接按回车会查看检查结果。`hint` 给出下一条提示，`show` 显示课程的做法，"+
			"`redo` 用课程自带的文件替你做，`quit` 停在这里并保存进度。"))
}

// reply reads what the learner wants to do; help explains it when they type a question
// mark.
func (l *Learner) reply(ctx context.Context, help func()) (play.Reply, error) {
	for {
		line, err := l.Terminal.Line(ctx, "› ")
		if err != nil {
			return play.Reply{}, err
		}
		line = strings.TrimSpace(line)
		kind, word := words[strings.ToLower(line)]
		switch {
		case word:
			return play.Reply{Kind: kind}, nil
		case line == "?" || line == "help" || line == "帮助":
			help()
		case line == "quit" || line == "exit" || line == "退出":
			return play.Reply{}, ErrLeft
		default:
			return play.Reply{Kind: play.ReplyCommand, Command: line}, nil
		}
	}
}

func (l *Learner) help() {
	if l.Challenge {
		l.Screen.Note(lang.Messagef(
			"Press Enter to run the command above, which sets up this step. Then it's your turn. `quit` stops here.",
			"按回车执行上面的命令，为这一步做好准备，然后就轮到你了。`quit` 停在这里。"))
		return
	}
	l.Screen.Note(lang.Messagef(
		"Press Enter to run the command above, or type it yourself. You can also type a command of your own, or `hint`, "+
			"`next` (continue: you did it another way), `show` (show the step's commands again), `redo` (do the step again, with the lesson's own files), `quit`, `?`.",
		"按回车执行上面的命令，自己输入它也一样。你也可以输入自己的命令，或者 `hint`（提示）、`next`（已用别的办法做好，继续）、"+
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
		return lang.Messagef("Type the numbers of all correct choices, such as 1 3; ? shows the answer.", "输入所有正确选项的编号，例如 1 3；输入 ? 看答案。")
	case steps.QuizNumber:
		return lang.Messagef("Type a number; ? shows the answer.", "输入一个数字；输入 ? 看答案。")
	}
	if q.Answer.Command != "" {
		return lang.Messagef("Type a word, or a kubectl command that helps you find it; ? shows the answer.", "输入一个词，或者输入能帮你找到它的 kubectl 命令；输入 ? 看答案。")
	}
	return lang.Messagef("Type a word; ? shows the answer.", "输入一个词；输入 ? 看答案。")
}

// Continue waits between two steps.
func (l *Learner) Continue(ctx context.Context) error {
	for {
		line, err := l.Terminal.Line(ctx, lang.Messagef("Press Enter for the next step › ", "按回车进入下一步 › ").In(l.Screen.Lang))
		if err != nil {
			return err
		}
		switch strings.TrimSpace(line) {
		case "", "next", "继续":
			return nil
		case "quit", "exit", "退出":
			return ErrLeft
		}
		// It may be the rest of a paste.
		l.Screen.Note(lang.Messagef("That line wasn't run: this step is done. Press Enter to continue, or type `quit` to stop here.", "这一行没有运行：这一步已经完成。按回车继续，输入 `quit` 停在这里。"))
	}
}

// Call returns when the learner presses a key during a wait for checks.
func (l *Learner) Call(ctx context.Context) error { return l.Terminal.Key(ctx) }
