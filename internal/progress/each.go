package progress

import (
	"errors"
	"os"
	"time"

	"github.com/kubectl-learn/kubectl-learn/internal/home"
)

// Unreadable reports whether an error says that a record cannot be read, damaged or
// written by a newer version of the program.
func Unreadable(err error) bool {
	_, damaged := errors.AsType[*DamagedError](err)
	_, newer := errors.AsType[*NewerError](err)
	return damaged || newer
}

// Each calls do with the record of each lesson, or with the reason why it can't be
// read. It stops at the first error that do returns.
func Each(dir home.Dir, lessons []string, do func(lesson string, r Record, err error) error) error {
	for _, id := range lessons {
		r, err := Read(dir.Lesson(id))
		if err := do(id, r, err); err != nil {
			return err
		}
	}
	return nil
}

// Last returns the record of the lesson played last, or an empty one if none was
// started. If that record can't be read, it returns an error rather than an older
// record.
func Last(dir home.Dir, lessons []string) (Record, error) {
	var (
		last       Record
		unreadable error
		at         time.Time
	)
	err := Each(dir, lessons, func(id string, r Record, err error) error {
		played := r.Updated
		if Unreadable(err) {
			info, statErr := os.Stat(dir.Lesson(id).Progress())
			if statErr != nil {
				return err
			}
			played = info.ModTime().Truncate(time.Second)
		} else if err != nil || !r.Begun() {
			return err
		}
		if !played.Before(at) {
			last, unreadable, at = r, err, played
		}
		return nil
	})
	return last, errors.Join(err, unreadable)
}
