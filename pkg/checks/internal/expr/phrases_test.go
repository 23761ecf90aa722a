package expr

import (
	"testing"

	"github.com/kubectl-learn/kubectl-learn/pkg/checks/internal/words/wordstest"
)

func TestFaultPhrasesAreWhole(t *testing.T) { wordstest.Whole(t, faultPhrases()) }
