package daemon

import (
	"github.com/kubectl-learn/kubectl-learn/pkg/lang"
	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/controlplane"
)

// stageNode is the stage after those of the control plane.
const stageNode = "node"

// StageName returns a stage of starting in the learner's words.
func StageName(stage string) lang.Message {
	switch stage {
	case string(controlplane.StageAPIServer):
		return lang.Messagef("API server", "API 服务器")
	case string(controlplane.StageControllers):
		return lang.Messagef("controllers", "控制器")
	case stageNode:
		return lang.Messagef("node", "节点")
	}
	return lang.Same(stage)
}
