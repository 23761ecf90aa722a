package checks

import (
	"testing"

	"github.com/kubectl-learn/kubectl-learn/pkg/checks/internal/words/wordstest"
)

func TestForbiddenPhrasesAreWhole(t *testing.T) { wordstest.Whole(t, forbiddenPhrases()) }
