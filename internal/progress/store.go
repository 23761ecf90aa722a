package progress

import (
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/gofrs/flock"

	"github.com/kubectl-learn/kubectl-learn/internal/atomicfile"
	"github.com/kubectl-learn/kubectl-learn/internal/home"
	"github.com/kubectl-learn/kubectl-learn/pkg/lang"
)

// BusyError says that another process has the lesson open.
type BusyError struct{ Lesson string }

func (e *BusyError) Error() string {
	return fmt.Sprintf("lesson %q is already open in another terminal", e.Lesson)
}

// UnwritableError says that the state folder can't be written.
type UnwritableError struct {
	Dir string
	Err error
}

func (e *UnwritableError) Error() string {
	return fmt.Sprintf("failed to write to %s: %v", e.Dir, e.Err)
}
func (e *UnwritableError) Unwrap() error { return e.Err }

// Store is the record of one lesson, locked by one process at a time.
type Store struct {
	Record
	// Damaged is what was wrong with a record that was set aside, and Kept is where it
	// is now; nil and empty if nothing was wrong.
	Damaged *DamagedError
	Kept    string

	dir  home.Lesson
	lock *flock.Flock
}

// Open locks the record of a lesson in its folder, and creates the folder if it is
// missing. It renames a damaged record and starts a new one. It fails with *BusyError,
// *UnwritableError or *NewerError; it doesn't change a newer record.
func Open(dir home.Lesson, lesson string) (*Store, error) {
	if err := os.MkdirAll(string(dir), 0o700); err != nil {
		return nil, &UnwritableError{Dir: string(dir), Err: err}
	}
	s := &Store{dir: dir, lock: flock.New(dir.Lock(), flock.SetPermissions(0o600))}
	held, err := s.lock.TryLock()
	if err != nil {
		return nil, &UnwritableError{Dir: string(dir), Err: err}
	}
	if !held {
		return nil, &BusyError{Lesson: lesson}
	}
	if err := s.load(); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	s.Lesson = lesson
	if s.ID == "" {
		s.ID = rand.Text()
	}
	if s.Started.IsZero() {
		s.Started = time.Now().UTC().Truncate(time.Second)
	}
	if err := s.Save(); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

func (s *Store) load() error {
	r, err := Read(s.dir)
	if damaged, ok := errors.AsType[*DamagedError](err); ok {
		kept := fmt.Sprintf("%s.damaged-%s", damaged.File, time.Now().UTC().Format("20060102T150405.000"))
		if err := os.Rename(damaged.File, kept); err != nil {
			return &UnwritableError{Dir: string(s.dir), Err: err}
		}
		s.Damaged, s.Kept = damaged, kept
		r, err = Read(s.dir)
	}
	s.Record = r
	return err
}

// Save writes the record. Once it returns nil, the record survives a crash.
func (s *Store) Save() error {
	s.Updated = time.Now().UTC().Truncate(time.Second)
	data, err := json.MarshalIndent(s.Record, "", "  ")
	if err != nil {
		return lang.Errorf("failed to encode progress: %w", "无法保存进度：%w", err)
	}
	if err := atomicfile.Write(s.dir.Progress(), append(data, '\n')); err != nil {
		return &UnwritableError{Dir: string(s.dir), Err: err}
	}
	return nil
}

// Clear forgets everything that was done in the lesson.
func (s *Store) Clear() error {
	s.Record = Record{Version: version, Lesson: s.Lesson, ID: rand.Text(), Steps: map[string]Step{}, Started: time.Now().UTC().Truncate(time.Second)}
	return s.Save()
}

// Close lets another process open the lesson.
func (s *Store) Close() error {
	if err := s.lock.Unlock(); err != nil {
		return lang.Errorf("failed to unlock %s: %w", "无法解除对 %s 的锁定：%w", s.dir, err)
	}
	return nil
}
