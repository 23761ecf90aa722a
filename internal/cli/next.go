package cli

import (
	"slices"

	"github.com/kubectl-learn/kubectl-learn/internal/brand"
	"github.com/kubectl-learn/kubectl-learn/internal/progress"
	"github.com/kubectl-learn/kubectl-learn/pkg/lang"
	"github.com/kubectl-learn/kubectl-learn/pkg/steps"
)

// finished reports that the learner has played a lesson to its end. A record
// that cannot be read tells nothing.
func (a *app) finished(id string) bool {
	dir, err := a.home()
	if err != nil {
		return false
	}
	r, err := progress.Read(dir.Lesson(id))
	return err == nil && !r.Finished.IsZero()
}

// upNext is the lesson that comes after one, of its course: the next that is not
// finished, from the end on to the beginning; nil when there is none.
func (a *app) upNext(course steps.Course, id string) *steps.Summary {
	at := slices.IndexFunc(course.Lessons, func(l steps.Summary) bool { return l.ID == id })
	for i := range course.Lessons {
		l := &course.Lessons[(at+1+i)%len(course.Lessons)]
		if l.ID != id && !a.finished(l.ID) {
			return l
		}
	}
	return nil
}

// farewell says at the end of a lesson where to go from there.
func (a *app) farewell(catalog *steps.Catalog, id string) lang.Message {
	for _, course := range catalog.Courses() {
		if !slices.ContainsFunc(course.Lessons, func(l steps.Summary) bool { return l.ID == id }) {
			continue
		}
		if l := a.upNext(course, id); l != nil {
			return lang.Messagef("Next: **%s**, %d min\n\n    %s start %s", "下一课：**%s**，%d 分钟\n\n    %s start %s", l.Title, l.Minutes, brand.Command, l.ID)
		}
		return lang.Messagef("You have finished all lessons of the course **%s**.", "你已学完课程 **%s** 的全部内容。", course.Title)
	}
	return lang.Message{}
}
