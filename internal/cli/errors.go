package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/kubectl-learn/kubectl-learn/internal/brand"
	"github.com/kubectl-learn/kubectl-learn/internal/cli/help"
	"github.com/kubectl-learn/kubectl-learn/internal/cluster"
	"github.com/kubectl-learn/kubectl-learn/internal/guide"
	"github.com/kubectl-learn/kubectl-learn/internal/home"
	"github.com/kubectl-learn/kubectl-learn/internal/progress"
	"github.com/kubectl-learn/kubectl-learn/internal/prompt"
	"github.com/kubectl-learn/kubectl-learn/pkg/checks"
	"github.com/kubectl-learn/kubectl-learn/pkg/lang"
	"github.com/kubectl-learn/kubectl-learn/pkg/steps"
	"github.com/kubectl-learn/kubectl-learn/pkg/steps/play"
)

// The exit codes.
const (
	exitDone        = 0
	exitFailed      = 1
	exitUsage       = 2
	exitNotYet      = 3
	exitInterrupted = 130
)

// usagef says that a command line cannot be meant.
func usagef(en, zh string, args ...any) error { return help.Usagef(en, zh, args...) }

// unknownFormat refuses a value of -o.
func unknownFormat(given string, known ...string) error {
	return usagef("-o %q is not known; choose %s", "不认识 -o %q；可选：%s", given, strings.Join(known, ", "))
}

// exitError is the end of a command that said all there is to say.
type exitError int

func (c exitError) Error() string { return fmt.Sprintf("exit code %d", int(c)) }

// advice is an error in the learner's words with something to do about it.
type advice struct {
	what  lang.Message
	hints []lang.Message
	code  int
}

func (e *advice) Error() string { return e.what.EN }

// Words returns what is wrong, without the hints.
func (e *advice) Words() lang.Message { return e.what }

// report prints an error and returns the exit code that stands for it.
func (a *app) report(ctx context.Context, err error) int {
	var code exitError
	switch {
	case err == nil, errors.Is(err, guide.ErrLeft):
		return exitDone
	case errors.As(err, &code):
		return int(code)
	case errors.Is(err, prompt.ErrInterrupted), ctx.Err() != nil:
		return exitInterrupted
	}
	return a.complain(a.Stderr, a.explain(err))
}

// complain prints an error with what can be done about it.
func (a *app) complain(w io.Writer, e *advice) int {
	style := a.style(a.Stderr)
	fmt.Fprint(w, style.Error(a.say(help.ErrorLabel())), a.say(e.what), "\n")
	for _, hint := range e.hints {
		fmt.Fprint(w, style.Bold(a.say(help.HintLabel())), a.say(hint), "\n")
	}
	return e.code
}

// explain turns an error of the packages below into words and advice.
func (a *app) explain(err error) *advice {
	for _, of := range []func(error) *advice{explainAdvice, explainUsage, explainLesson, explainProgress, explainCluster, explainChange, explainPreflight, explainReach, explainImages} {
		if e := of(err); e != nil {
			if e.code == 0 {
				e.code = exitFailed
			}
			return e
		}
	}
	return &advice{what: words(err), code: exitFailed}
}

// words says an error in every language: what keeps a cluster from answering in the
// sentence that checks have for it.
func words(err error) lang.Message {
	if why, ok := checks.Unreachable(err); ok {
		return why
	}
	return lang.Words(err)
}

// explainAdvice is for an error that says all itself.
func explainAdvice(err error) *advice {
	e, _ := errors.AsType[*advice](err)
	return e
}

func explainUsage(err error) *advice {
	usage, ok := errors.AsType[*help.UsageError](err)
	if !ok {
		return nil
	}
	return &advice{what: usage.What, hints: usage.Hints, code: exitUsage}
}

func explainLesson(err error) *advice {
	var (
		notFound *steps.NotFoundError
		notYet   *play.NotYetError
		command  *play.CommandError
		variable *steps.VariableError
	)
	switch {
	case errors.As(err, &variable):
		return explainVariable(variable)
	case errors.As(err, &notFound):
		e := &advice{what: lang.Messagef("there is no lesson %q", "没有名为 %q 的课程", notFound.ID), code: exitUsage}
		if notFound.Nearest != "" {
			e.hints = append(e.hints, lang.Messagef("did you mean: %s start %s", "是不是想输入：%s start %s", brand.Command, notFound.Nearest))
		}
		e.hints = append(e.hints, lang.Messagef("%s list shows all lessons", "用 %s list 查看所有课程", brand.Command))
		return e
	case errors.As(err, &notYet):
		return &advice{what: lang.Messagef("the checks of step %q did not come to hold in time", "步骤 %q 的检查没有在限定时间内通过", notYet.Step), code: exitNotYet}
	case errors.As(err, &command):
		return &advice{what: lang.Messagef("in step %q, the command %q ended with status %d", "步骤 %q 中的命令 %q 以状态码 %d 结束", command.Step, command.Command, command.Status)}
	}
	return nil
}

func explainProgress(err error) *advice {
	var (
		busy       *progress.BusyError
		unwritable *progress.UnwritableError
	)
	if e := explainRecord(err); e != nil {
		return e
	}
	switch {
	case errors.As(err, &busy):
		return &advice{
			what:  lang.Messagef("lesson %q is already open in another terminal", "课程 %q 已经在另一个终端中打开", busy.Lesson),
			hints: []lang.Message{lang.Messagef("go on there, or close it and start again here", "请在那里继续，或者先把它关掉，再在这里开始")},
		}
	case errors.As(err, &unwritable):
		return &advice{
			what:  lang.Messagef("cannot write to %s: %v", "无法写入 %s：%v", unwritable.Dir, words(unwritable.Err)),
			hints: []lang.Message{lang.Messagef("choose a folder of your own: export %s=~/somewhere", "换一个你能写入的文件夹：export %s=~/somewhere", home.Env)},
		}
	}
	return nil
}

func explainCluster(err error) *advice {
	var (
		noSandbox  *cluster.NoSandboxError
		sandbox    *cluster.SandboxError
		noContext  *cluster.NoContextError
		production *cluster.ProductionError
		unguarded  *cluster.GuardError
	)
	switch {
	case errors.As(err, &noSandbox):
		return &advice{
			what: lang.Messagef("the sandbox program %s is missing; looked for %s", "找不到沙箱程序 %s；已查找 %s", brand.SandboxBinary, strings.Join(noSandbox.Looked, ", ")),
			hints: []lang.Message{
				lang.Messagef("build it: make build", "构建它：make build"),
				lang.Messagef("or play on a cluster of your own: %s start LESSON --context NAME", "或者使用你自己的集群：%s start LESSON --context NAME", brand.Command),
			},
		}
	case errors.As(err, &sandbox):
		return &advice{
			what:  lang.Messagef("the sandbox did not start", "沙箱没有启动成功"),
			hints: []lang.Message{lang.Messagef("its log: %s logs", "查看日志：%s logs", brand.SandboxBinary)},
		}
	case errors.As(err, &noContext):
		return &advice{
			what:  lang.Messagef("there is no context %q in your kubeconfig", "你的 kubeconfig 里没有名为 %q 的上下文", noContext.Context),
			hints: contextHints(noContext.Known),
			code:  exitUsage,
		}
	case errors.As(err, &production):
		return &advice{
			what:  lang.Messagef("context %q looks like a cluster that people rely on: %s", "上下文 %q 看起来是正式使用的集群：%s", production.Context, production.Sign),
			hints: []lang.Message{lang.Messagef("if it is one for practising: --allow-context %s", "如果它确实是练习用的：--allow-context %s", production.Context)},
		}
	case errors.As(err, &unguarded):
		return &advice{
			what: lang.Messagef("can't tell whether people rely on the cluster of context %q: %v", "无法判断上下文 %q 的集群是否有人在正式使用：%v", unguarded.Context, words(unguarded.Err)),
			hints: []lang.Message{
				lang.Messagef("try again when the cluster answers: kubectl --context %s get nodes", "等集群能正常应答时再试：kubectl --context %s get nodes", unguarded.Context),
				lang.Messagef("or, if you know that it is one for practising: --allow-context %s", "或者，如果你确定它是练习用的：--allow-context %s", unguarded.Context),
			},
		}
	}
	return nil
}

// contextHints says which contexts there are to choose from.
func contextHints(known []string) []lang.Message {
	sandbox := lang.Messagef("without --context the lesson uses the sandbox", "不写 --context，课程就会使用沙箱")
	if len(known) == 0 {
		return []lang.Message{lang.Messagef("it has no contexts at all; name another file with --kubeconfig FILE", "里面一个上下文也没有；用 --kubeconfig FILE 指定别的文件"), sandbox}
	}
	return []lang.Message{lang.Messagef("it has: %s", "它有：%s", strings.Join(known, ", ")), sandbox}
}
