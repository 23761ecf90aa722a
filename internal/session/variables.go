package session

import (
	"maps"
	"strings"

	"github.com/kubectl-learn/kubectl-learn/internal/advice"
	"github.com/kubectl-learn/kubectl-learn/internal/brand"
	"github.com/kubectl-learn/kubectl-learn/pkg/lang"
	"github.com/kubectl-learn/kubectl-learn/pkg/steps"
)

// Settle sets a lesson's variables to the values that the learner wants or, if the
// lesson was started before, to those it was started with: a lesson can't change speed
// half-way.
func (s *Session) Settle(lesson *steps.Lesson, wanted map[string]string) error {
	store := s.Store
	if len(store.Steps) == 0 {
		store.Variables = wanted
		return store.Save()
	}
	if len(wanted) > 0 && !maps.Equal(wanted, store.Variables) {
		return &advice.Error{
			What: lang.Messagef("you started this lesson with other variables: %s", "这个课程开始时用的是别的变量：%s", assignments(lesson, store.Variables)),
			Hints: []lang.Message{lang.Messagef("continue with them: %[1]s start %[2]s; or start over: %[1]s reset %[2]s",
				"沿用它们继续：%[1]s start %[2]s；或者重新开始：%[1]s reset %[2]s", brand.Command, lesson.ID)},
			Code: advice.Usage,
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
