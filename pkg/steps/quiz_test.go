package steps

import (
	"testing"
)

func TestRight(t *testing.T) {
	one := Question{Kind: QuizOne, Choices: []string{"docker ps", "`crictl ps`"}, Answer: Answer{Choices: []int{2}}}
	several := Question{Kind: QuizSeveral, Choices: []string{"a", "b", "c"}, Answer: Answer{Choices: []int{1, 3}}}
	number := Question{Kind: QuizNumber, Answer: Answer{Number: 31686}}
	text := Question{Kind: QuizText, Answer: Answer{Texts: []string{"API server", "kube-apiserver"}}}
	for _, tt := range []struct {
		question Question
		answer   string
		want     bool
	}{
		{one, "2", true},
		{one, " 2 ", true},
		{one, "Crictl  PS", true},
		{one, "1", false},
		{one, "docker ps", false},
		{one, "", false},
		{several, "1,3", true},
		{several, "3 1", true},
		{several, "1、3", true},
		{several, "1,3,3", true},
		{several, "1", false},
		{several, "1,2,3", false},
		{several, "a,c", false},
		{several, "", false},
		{number, "31686", true},
		{number, "31686.0", true},
		{number, "80", false},
		{number, "many", false},
		{text, "api  SERVER", true},
		{text, "`kube-apiserver`", true},
		{text, "kubelet", false},
		{Question{}, "", false},
	} {
		if got := tt.question.Right(tt.answer); got != tt.want {
			t.Errorf("%s question: Right(%q) = %v, want %v", tt.question.Kind, tt.answer, got, tt.want)
		}
	}
	for _, q := range []Question{one, several, number, text} {
		if s := q.Solution(); !q.Right(s) {
			t.Errorf("%s question: its solution %q is not right", q.Kind, s)
		}
	}
}
