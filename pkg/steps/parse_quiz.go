package steps

import (
	"errors"
	"fmt"
	"slices"
	"strconv"

	"go.yaml.in/yaml/v3"

	"github.com/kubectl-learn/kubectl-learn/pkg/strict"
)

// quizEntry is a question as it is written in a quiz fence.
type quizEntry struct {
	ID      string    `yaml:"id"`
	Ask     string    `yaml:"ask"`
	Choices []string  `yaml:"choices"`
	Answer  yaml.Node `yaml:"answer"`
	Because string    `yaml:"because"`
	line    int
}

// UnmarshalYAML keeps the line of the entry.
func (e *quizEntry) UnmarshalYAML(n *yaml.Node) error {
	type entry quizEntry
	e.line = n.Line
	return n.Decode((*entry)(e))
}

// parseQuiz reads the questions of a quiz fence; those with faults are left
// out.
func parseQuiz(src []byte, line int, f *faults) []Question {
	var entries []quizEntry
	before := len(f.list)
	strict.Decode(src, line, &entries, f.add)
	if len(entries) == 0 && len(f.list) == before {
		f.add(line, "the quiz has no questions")
	}
	var all []Question
	for _, e := range entries {
		if q, err := e.question(); err != nil {
			f.add(max(e.line, line), "question %q: %v", e.ID, err)
		} else {
			all = append(all, q)
		}
	}
	return all
}

func (e quizEntry) question() (Question, error) {
	q := Question{ID: e.ID, Ask: e.Ask, Choices: e.Choices, Because: e.Because, Line: e.line}
	switch {
	case !isID(e.ID):
		return q, errors.New("it needs an ID of lowercase letters, digits and hyphens")
	case e.Ask == "":
		return q, errors.New(`it has no "ask"; write the question there`)
	case e.Because == "":
		return q, errors.New(`it has no "because"; write there why the answer is right`)
	case e.Answer.IsZero():
		return q, errors.New(`it has no "answer"`)
	case len(e.Choices) > 0:
		return q, e.readChoices(&q)
	}
	return q, e.readFree(&q)
}

// readChoices reads the answer to a question with choices: one number for one
// right choice, a list for several.
func (e quizEntry) readChoices(q *Question) error {
	var list []int
	var one int
	switch {
	case len(e.Choices) < 2:
		return errors.New("it needs at least two choices")
	case e.Answer.Decode(&one) == nil:
		q.Kind, list = QuizOne, []int{one}
	case e.Answer.Decode(&list) == nil && len(list) > 0:
		q.Kind = QuizSeveral
	default:
		return errors.New("its answer must be the number of a choice, or a list of numbers")
	}
	slices.Sort(list)
	q.Answer.Choices = slices.Compact(list)
	for _, i := range list {
		if i < 1 || i > len(e.Choices) {
			return fmt.Errorf("its answer %d isn't one of its %d choices", i, len(e.Choices))
		}
	}
	return nil
}

// liveAnswer is an answer that a command gives.
type liveAnswer struct {
	Run string `yaml:"run"`
}

// readFree reads the answer to a question without choices: a number, a text, a
// list of texts that are right too, or a command that prints the answer.
func (e quizEntry) readFree(q *Question) error {
	n := e.Answer
	if n.Kind == yaml.MappingNode {
		var live liveAnswer
		if err := n.Decode(&live); err != nil || live.Run == "" || len(n.Content) != 2 {
			return errors.New("its answer must be {run: a command that prints it}")
		}
		q.Kind, q.Answer.Command = QuizText, live.Run
		return nil
	}
	if n.Kind == yaml.ScalarNode && (n.Tag == "!!int" || n.Tag == "!!float") {
		number, err := strconv.ParseFloat(n.Value, 64)
		if err != nil {
			return fmt.Errorf("its answer %q isn't a plain number", n.Value)
		}
		q.Kind, q.Answer.Number = QuizNumber, number
		return nil
	}
	q.Kind = QuizText
	var texts []string
	if n.Kind == yaml.ScalarNode {
		texts = []string{n.Value}
	} else if err := n.Decode(&texts); err != nil {
		return errors.New("its answer must be a number, a string or a list of strings")
	}
	if len(texts) == 0 || slices.ContainsFunc(texts, func(t string) bool { return plain(t) == "" }) {
		return errors.New("its answer is empty")
	}
	q.Answer.Texts = texts
	return nil
}
