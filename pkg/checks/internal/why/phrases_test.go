package why

import (
	"testing"

	"github.com/kubectl-learn/kubectl-learn/pkg/checks/internal/words/wordstest"
)

func TestPhrasesAreWhole(t *testing.T) {
	wordstest.Whole(t, pullPhrases(), sandboxPhrases(), schedulePhrases(), claimPhrases(), admissionPhrases(), kstatusPhrases(), placePhrases())
}
