package cli

import (
	"errors"
	"io/fs"
	"os"

	"github.com/spf13/cobra"

	"github.com/kubectl-learn/kubectl-learn/internal/cli/help"
	"github.com/kubectl-learn/kubectl-learn/pkg/lang"
	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/daemon"
)

func newKubeconfig(env Environment) *cobra.Command {
	var raw bool
	cmd := &cobra.Command{
		Use:   "kubeconfig",
		Short: env.say(lang.Messagef("Print the path of the sandbox's kubeconfig file", "打印沙箱的 kubeconfig 文件的路径")),
		Args:  help.Args(0, 0),
		RunE:  func(*cobra.Command, []string) error { return runKubeconfig(env, raw) },
	}
	cmd.Flags().BoolVar(&raw, "raw", false, env.say(lang.Messagef("print the file's content, including its keys", "打印文件内容，包括密钥")))
	return cmd
}

func runKubeconfig(env Environment, raw bool) error {
	folder, err := env.folder()
	if err != nil {
		return err
	}
	data, err := os.ReadFile(folder.Kubeconfig())
	if errors.Is(err, fs.ErrNotExist) {
		return &daemon.HintError{
			What:  lang.Messagef("there is no kubeconfig yet: you have never started the sandbox", "还没有 kubeconfig：你从未启动过沙箱"),
			Hints: []lang.Message{lang.Same(daemon.Program + " up")},
		}
	}
	if err != nil {
		return &daemon.HintError{What: lang.Messagef("failed to read the kubeconfig: %v", "无法读取 kubeconfig：%v", err), Err: err}
	}
	if !raw {
		data = []byte(folder.Kubeconfig() + "\n")
	}
	_, err = env.Out.Write(data)
	return err
}
