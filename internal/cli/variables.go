package cli

import (
	"maps"
	"strings"

	"github.com/kubectl-learn/kubectl-learn/internal/brand"
	"github.com/kubectl-learn/kubectl-learn/internal/progress"
	"github.com/kubectl-learn/kubectl-learn/pkg/lang"
	"github.com/kubectl-learn/kubectl-learn/pkg/steps"
)

// settle gives a lesson the values that the learner wants, or, where it was
// begun before, those that it was begun with: half a lesson at one speed and
// half at another fits nowhere.
func settle(lesson *steps.Lesson, wanted map[string]string, store *progress.Store) error {
	if len(store.Steps) == 0 {
		store.Variables = wanted
		return store.Save()
	}
	if len(wanted) > 0 && !maps.Equal(wanted, store.Variables) {
		return &advice{
			what: lang.Messagef("this lesson was begun with other variables: %s", "这个课程开始时用的是别的变量：%s", assignments(lesson, store.Variables)),
			hints: []lang.Message{lang.Messagef("go on with them: %[1]s start %[2]s; or begin anew: %[1]s reset %[2]s",
				"沿用它们继续：%[1]s start %[2]s；或者重新开始：%[1]s reset %[2]s", brand.Command, lesson.ID)},
			code: exitUsage,
		}
	}
	return lesson.Set(store.Variables)
}

// assignments are a lesson's variables as they would be typed.
func assignments(lesson *steps.Lesson, changed map[string]string) string {
	values := maps.Clone(lesson.Variables)
	maps.Copy(values, changed)
	var all []string
	for _, name := range lesson.VariableNames() {
		all = append(all, name+"="+values[name])
	}
	return strings.Join(all, " ")
}

func explainVariable(err *steps.VariableError) *advice {
	if !err.Unknown {
		return &advice{
			what: lang.Messagef("%q is no value for the variable %s", "%q 不能作为变量 %s 的值", err.Value, err.Name),
			hints: []lang.Message{lang.Messagef("a value is made of letters, digits and . _ : / -, such as --set %s=60",
				"值只能由字母、数字和 . _ : / - 组成，例如 --set %s=60", err.Name)},
			code: exitUsage,
		}
	}
	e := &advice{what: lang.Messagef("this lesson has no variable %q", "这个课程没有变量 %q", err.Name), code: exitUsage}
	if len(err.Known) == 0 {
		e.hints = []lang.Message{lang.Messagef("it has none: leave out --set", "它没有任何变量：去掉 --set 即可")}
	} else {
		e.hints = []lang.Message{lang.Messagef("it has: %s", "它有：%s", strings.Join(err.Known, ", "))}
	}
	return e
}
