package cli

import (
	"errors"
	"slices"

	"github.com/kubectl-learn/kubectl-learn/internal/advice"
	"github.com/kubectl-learn/kubectl-learn/internal/brand"
	"github.com/kubectl-learn/kubectl-learn/internal/program"
	"github.com/kubectl-learn/kubectl-learn/internal/progress"
	"github.com/kubectl-learn/kubectl-learn/pkg/lang"
	"github.com/kubectl-learn/kubectl-learn/pkg/steps"
)

// standing describes the learner's progress in a lesson. It also says if the record
// can't be read, so that the other lessons still show.
func standing(p *program.Program, id string) lang.Message {
	dir, err := p.Home()
	if err != nil {
		return lang.Same("?")
	}
	r, err := progress.Read(dir.Lesson(id))
	_, newer := errors.AsType[*progress.NewerError](err)
	switch {
	case newer:
		return lang.Messagef("from a newer version", "由更新版本写入")
	case err != nil:
		return lang.Messagef("unreadable", "无法读取")
	case !r.Finished.IsZero():
		return lang.Messagef("done", "已完成")
	case len(r.Steps) > 0:
		return lang.Messagef("%d steps done", "已完成 %d 步", r.DoneSteps())
	}
	return lang.Messagef("new", "未开始")
}

// finished reports whether the learner has finished a lesson. It is false if the record
// can't be read.
func finished(p *program.Program, id string) bool {
	dir, err := p.Home()
	if err != nil {
		return false
	}
	r, err := progress.Read(dir.Lesson(id))
	return err == nil && !r.Finished.IsZero()
}

// upNext returns the next unfinished lesson of a course after the given one, going back
// to the beginning at the end; nil if there is none.
func upNext(p *program.Program, course steps.Course, id string) *steps.Summary {
	at := slices.IndexFunc(course.Lessons, func(l steps.Summary) bool { return l.ID == id })
	for i := range course.Lessons {
		l := &course.Lessons[(at+1+i)%len(course.Lessons)]
		if l.ID != id && !finished(p, l.ID) {
			return l
		}
	}
	return nil
}

// begun returns the lesson with this id, or else the one played last, with its record.
func begun(p *program.Program, id string) (*steps.Lesson, progress.Record, error) {
	catalog, err := openCatalog()
	if err != nil {
		return nil, progress.Record{}, err
	}
	dir, err := p.Home()
	if err != nil {
		return nil, progress.Record{}, err
	}
	if id == "" {
		last, err := progress.Last(dir, catalog.IDs())
		if err != nil {
			return nil, last, err
		}
		if id = last.Lesson; id == "" {
			return nil, last, noneBegun(catalog.IDs()[0])
		}
	}
	lesson, err := catalog.Lesson(id, p.Lang())
	if err != nil {
		return nil, progress.Record{}, err
	}
	r, err := progress.Read(dir.Lesson(lesson.ID))
	if err == nil && !r.Begun() {
		err = notBegun(lesson.ID)
	}
	return lesson, r, err
}

func notBegun(lesson string) error {
	return &advice.Error{
		What:  lang.Messagef("you haven't started lesson %q yet", "你还没有开始课程 %q", lesson),
		Hints: []lang.Message{lang.Messagef("start it: %s start %s", "开始它：%s start %s", brand.Command, lesson)},
	}
}

// noneBegun is the error for a learner without a started lesson; first is a lesson to
// start with.
func noneBegun(first string) error {
	return &advice.Error{
		What:  lang.Messagef("you haven't started a lesson yet", "你还没有开始任何课程"),
		Hints: []lang.Message{lang.Messagef("start one: %s start %s", "开始一课：%s start %s", brand.Command, first)},
	}
}
