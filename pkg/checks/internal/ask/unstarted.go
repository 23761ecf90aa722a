package ask

import (
	"strings"

	"github.com/kubectl-learn/kubectl-learn/pkg/checks/internal/words"
	"github.com/kubectl-learn/kubectl-learn/pkg/lang"
)

// startFault comes before what runc says of a program that it cannot start in a
// container (opencontainers/runc, libcontainer/process_linux.go).
const startFault = "unable to start container process: "

// notStarted reports that what an exec ended with is the container runtime's word
// on a program that cannot be started, and no trouble of the API server.
func notStarted(text string) bool {
	return strings.Contains(text, startFault) ||
		strings.Contains(text, "executable file") && strings.Contains(text, "not found in $PATH")
}

// whyNotStarted says why a program cannot be started in a pod. The words that
// matter are the last ones.
func whyNotStarted(text, program, pod string) lang.Message {
	if _, after, found := strings.Cut(text, startFault); found {
		text = after
	}
	text = strings.TrimSuffix(words.OneLine(text), ": unknown")
	program = words.Shorten(words.OneLine(program), 80)
	switch {
	case strings.Contains(text, "chdir to cwd"):
		// Its working directory is what is missing.
	case strings.Contains(text, "not found in $PATH"), strings.Contains(text, "no such file or directory"):
		return lang.Messagef("the container of %s has no program %s", "%s 的容器里没有程序 %s", pod, program)
	case strings.Contains(text, "permission denied"):
		return lang.Messagef("%s in %s can't be executed: permission denied", "%[2]s 里的 %[1]s 没有执行权限", program, pod)
	}
	return lang.Messagef("%s can't be started in %s: %s", "%s 无法在 %s 中启动：%s", program, pod, words.Shorten(text, 300))
}
