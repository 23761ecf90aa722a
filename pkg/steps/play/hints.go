package play

import (
	"github.com/kubectl-learn/kubectl-learn/pkg/lang"
	"github.com/kubectl-learn/kubectl-learn/pkg/steps"
)

// hints shows a step's hints one after another.
type hints struct {
	screen Screen
	step   steps.Step
	shown  int
}

func (h *hints) next() {
	if h.shown < len(h.step.Hints) {
		h.screen.Hint(h.step.Hints[h.shown])
		h.shown++
		return
	}
	h.screen.Note(lang.Messagef(
		"No more hints. Type redo to let the lesson do this step for you, with its own files.",
		"没有更多提示了。输入 redo，课程会用自带的文件替你做完这一步的操作。"))
}
