package play

import "github.com/kubectl-learn/kubectl-learn/pkg/steps"

// The environment variables that say what Player.Editor replaces by what.
const (
	EditFrom = "KUBECTL_LEARN_EDIT_FROM"
	EditTo   = "KUBECTL_LEARN_EDIT_TO"
)

// editorEnv makes kubectl start the player's editor, which makes an edit.
func (p *Player) editorEnv(e *steps.Edit) []string {
	return []string{EditFrom + "=" + e.From, EditTo + "=" + e.To, "KUBE_EDITOR=" + p.Editor}
}
