package steps

import (
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// QuestionKind is how a question is answered.
type QuestionKind string

// The kinds of questions.
const (
	// QuizOne is answered by the number of one choice.
	QuizOne QuestionKind = "one"
	// QuizSeveral is answered by the numbers of all choices that are right.
	QuizSeveral QuestionKind = "several"
	// QuizNumber is answered by a number.
	QuizNumber QuestionKind = "number"
	// QuizText is answered by a few words.
	QuizText QuestionKind = "text"
)

// Question is one question of a quiz.
type Question struct {
	// ID is unique in the lesson and the same in every language.
	ID      string
	Ask     string
	Kind    QuestionKind
	Choices []string
	Answer  Answer
	// Because says why the answer is right.
	Because string
	// Line is the 1-based line of the question in its file.
	Line int
}

// Answer is what is right for a question.
type Answer struct {
	// Choices are the 1-based numbers of the right choices, rising.
	Choices []int
	Number  float64
	// Each of Texts is accepted, in any case.
	Texts []string
	// Command prints the right answer, one in a line, where it is about what the
	// learner has made: nobody knows a pod's address before there is the pod.
	Command string
}

// Accept takes what Command printed as right answers, one in each line.
func (a *Answer) Accept(printed string) {
	for line := range strings.Lines(printed) {
		if plain(line) != "" {
			a.Texts = append(a.Texts, strings.TrimSpace(line))
		}
	}
}

// Right reports whether an answer is right. Choices are given by their number,
// or one choice by its text; several numbers are separated by commas or spaces.
func (q Question) Right(answer string) bool {
	answer = plain(answer)
	switch q.Kind {
	case QuizOne:
		i := q.Answer.Choices[0]
		return answer == strconv.Itoa(i) || answer == plain(q.Choices[i-1])
	case QuizSeveral:
		return slices.Equal(numbers(answer), q.Answer.Choices)
	case QuizNumber:
		n, err := strconv.ParseFloat(answer, 64)
		return err == nil && n == q.Answer.Number
	case QuizText:
		return slices.ContainsFunc(q.Answer.Texts, func(t string) bool { return plain(t) == answer })
	}
	return false
}

// Solution returns an answer that is right, as a learner would type it.
func (q Question) Solution() string {
	switch q.Kind {
	case QuizNumber:
		return strconv.FormatFloat(q.Answer.Number, 'f', -1, 64)
	case QuizText:
		return q.Answer.Texts[0]
	default:
		var typed []string
		for _, i := range q.Answer.Choices {
			typed = append(typed, strconv.Itoa(i))
		}
		return strings.Join(typed, ", ")
	}
}

// plain is an answer without case, Markdown's code marks and extra spaces.
func plain(s string) string {
	s = strings.ReplaceAll(strings.ToLower(s), "`", "")
	return strings.Join(strings.Fields(s), " ")
}

// numbers returns the numbers of a list, rising and each once; nil when a part
// of it is no number.
func numbers(list string) []int {
	parts := strings.FieldsFunc(list, func(r rune) bool { return unicode.IsSpace(r) || strings.ContainsRune(",;、，", r) })
	var all []int
	for _, p := range parts {
		n, err := strconv.Atoi(p)
		if err != nil {
			return nil
		}
		all = append(all, n)
	}
	slices.Sort(all)
	return slices.Compact(all)
}
