// Package steps reads lessons: it turns plain Markdown files with a few special
// fenced blocks into lessons of steps. Lint makes sure that the parts of a lesson
// match: translations, manifests, checks and questions. Package play, below, takes a
// learner through them.
//
// The room's rule: a fault of a lesson file names its file and line,
// and all faults of a file are reported at once.
package steps

import (
	"github.com/kubectl-learn/kubectl-learn/pkg/checks"
	"github.com/kubectl-learn/kubectl-learn/pkg/lang"
)

// Lesson is one lesson file in one language.
type Lesson struct {
	// ID is the lesson's folder, the same in every language.
	ID      string
	Title   string
	Summary string
	// Level is beginner, intermediate or advanced.
	Level string
	// Mode is how the lesson is meant to be taken.
	Mode Mode
	// Minutes is how long a learner takes.
	Minutes   int
	Requires  Requires
	Mirrors   Mirrors
	Variables map[string]string
	// Namespace is where the lesson is played, "" until PlayIn says so.
	Namespace string
	Lang      lang.Lang
	// File is the name of the lesson file in its file system.
	File string
	// Intro is the Markdown before the first step.
	Intro string
	Steps []Step
}

// Mode is how much of its actions a lesson shows.
type Mode string

// The modes.
const (
	// Guided shows each action when it is to be done.
	Guided Mode = "guided"
	// Challenge shows the goal and the checks, and actions only when asked for.
	Challenge Mode = "challenge"
)

// Modes returns all modes, the usual one first.
func Modes() []Mode { return []Mode{Guided, Challenge} }

// Mirrors names the article whose facts a lesson carries over.
type Mirrors struct {
	Title  string `yaml:"title"`
	Author string `yaml:"author"`
	Date   string `yaml:"date"`
}

// Step is one section of a lesson.
type Step struct {
	// ID is unique in the lesson and the same in every language.
	ID    string
	Title string
	// Goal is the Markdown of the step's goal, without its marker.
	Goal   string
	Blocks []Block
	Hints  []Hint
	// Line is the 1-based line of the step's heading.
	Line int
}

// Block is a part of a step, in the file's order. Exactly one field is set.
type Block struct {
	// Prose is Markdown source.
	Prose  string
	Action *Action
	Checks []checks.Check
	Quiz   []Question
}

// Hint is help that a learner may ask for.
type Hint struct {
	Title string
	// Body is Markdown source.
	Body string
}

// Checks returns all checks of the step in the file's order.
func (s Step) Checks() []checks.Check {
	var all []checks.Check
	for _, b := range s.Blocks {
		all = append(all, b.Checks...)
	}
	return all
}

// Actions returns all actions of the step in the file's order.
func (s Step) Actions() []Action {
	var all []Action
	for _, b := range s.Blocks {
		if b.Action != nil {
			all = append(all, *b.Action)
		}
	}
	return all
}

// Questions returns all questions of the step in the file's order.
func (s Step) Questions() []Question {
	var all []Question
	for _, b := range s.Blocks {
		all = append(all, b.Quiz...)
	}
	return all
}
