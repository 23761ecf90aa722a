package advice

import (
	"errors"
	"strings"

	"github.com/kubectl-learn/kubectl-learn/internal/brand"
	"github.com/kubectl-learn/kubectl-learn/pkg/lang"
	"github.com/kubectl-learn/kubectl-learn/pkg/steps"
	"github.com/kubectl-learn/kubectl-learn/pkg/steps/play"
)

func explainLesson(err error) *Error {
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
		e := &Error{What: lang.Messagef("there is no lesson %q", "没有名为 %q 的课程", notFound.ID), Code: Usage}
		if notFound.Nearest != "" {
			e.Hints = append(e.Hints, lang.Messagef("did you mean: %s start %s", "是不是想输入：%s start %s", brand.Command, notFound.Nearest))
		}
		e.Hints = append(e.Hints, lang.Messagef("see all lessons: %s list", "查看所有课程：%s list", brand.Command))
		return e
	case errors.As(err, &notYet):
		return &Error{What: lang.Messagef("timed out waiting for the checks of step %q", "步骤 %q 的检查没有在限定时间内通过", notYet.Step), Code: NotYet}
	case errors.As(err, &command):
		return &Error{What: lang.Messagef("in step %q, the command %q failed with exit code %d", "步骤 %q 中的命令 %q 失败，退出码为 %d", command.Step, command.Command, command.Status)}
	}
	return nil
}

func explainVariable(err *steps.VariableError) *Error {
	if !err.Unknown {
		return &Error{
			What: lang.Messagef("%q is not a valid value for variable %s", "%q 不能作为变量 %s 的值", err.Value, err.Name),
			Hints: []lang.Message{lang.Messagef("use only letters, digits and . _ : / -, such as --set %s=60",
				"值只能由字母、数字和 . _ : / - 组成，例如 --set %s=60", err.Name)},
			Code: Usage,
		}
	}
	e := &Error{What: lang.Messagef("this lesson has no variable %q", "这个课程没有变量 %q", err.Name), Code: Usage}
	if len(err.Known) == 0 {
		e.Hints = []lang.Message{lang.Messagef("it has no variables: leave out --set", "它没有任何变量：去掉 --set 即可")}
	} else {
		e.Hints = []lang.Message{lang.Messagef("it has: %s", "它有：%s", strings.Join(err.Known, ", "))}
	}
	return e
}
