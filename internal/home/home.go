// Package home says where the programs keep their files on the learner's disk. Both the
// plugin and the sandbox use it, so that each finds what the other wrote.
package home

import (
	"os"
	"path/filepath"

	"github.com/kubectl-learn/kubectl-learn/pkg/lang"
)

// Env is the environment variable that moves all files to another folder.
const Env = "KUBECTL_LEARN_HOME"

// LangEnv is the environment variable that chooses the language, en or zh. It takes
// precedence over the locale. The plugin sets it for the programs that it starts.
const LangEnv = "KUBECTL_LEARN_LANG"

// Dir is the folder for all files: $KUBECTL_LEARN_HOME, or else ~/.kubectl-learn, like
// ~/.kube and ~/.krew.
type Dir string

// Find returns the folder. It creates nothing.
func Find(getenv func(string) string) (Dir, error) {
	if d := getenv(Env); d != "" {
		abs, err := filepath.Abs(d)
		if err != nil {
			return "", lang.Errorf("failed to resolve %s=%q: %w", "无法解析 %s=%q：%w", Env, d, err)
		}
		return Dir(abs), nil
	}
	d, err := os.UserHomeDir()
	if err != nil {
		return "", lang.Errorf("failed to find your home directory; set %s to a folder of your own: %w", "找不到主目录；请把 %s 设为你自己的文件夹：%w", Env, err)
	}
	return Dir(filepath.Join(d, ".kubectl-learn")), nil
}

// Lesson is the folder of one lesson.
func (d Dir) Lesson(id string) Lesson { return Lesson(filepath.Join(d.lessons(), id)) }

func (d Dir) lessons() string { return filepath.Join(string(d), "lessons") }

// Sandbox is the folder of the sandbox: its state, credentials and logs.
func (d Dir) Sandbox() string { return filepath.Join(string(d), "sandbox") }

// SandboxKubeconfig is the sandbox's kubeconfig.
func (d Dir) SandboxKubeconfig() string { return filepath.Join(d.Sandbox(), "kubeconfig") }
