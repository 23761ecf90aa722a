package cli

import (
	"io"

	"github.com/spf13/cobra"

	"github.com/kubectl-learn/kubectl-learn/internal/cli/help"
	"github.com/kubectl-learn/kubectl-learn/pkg/lang"
	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/daemon"
)

func newStatus(env Environment) *cobra.Command {
	var output string
	cmd := &cobra.Command{
		Use:   "status",
		Short: env.say(lang.Messagef("Show how the sandbox is doing; exit with code 3 when it isn't running", "查看沙箱的状况；没有运行时退出码为 3")),
		Args:  help.Args(0, 0),
		RunE: func(*cobra.Command, []string) error {
			if err := validateOutput(output); err != nil {
				return err
			}
			return runStatus(env, output)
		},
	}
	addOutput(env, cmd, &output)
	return cmd
}

func runStatus(env Environment, output string) error {
	folder, err := env.folder()
	if err != nil {
		return err
	}
	status, err := daemon.Look(folder)
	if err != nil {
		return err
	}
	if err := printStatus(env, status, output); err != nil {
		return err
	}
	if !status.Running {
		return codeError(exitNotSo)
	}
	return nil
}

func addOutput(env Environment, cmd *cobra.Command, output *string) {
	cmd.Flags().StringVarP(output, "output", "o", "", env.say(lang.Messagef(`"json" prints output for programs`, `"json" 输出供程序读取的格式`)))
}

func validateOutput(output string) error {
	if output != "" && output != "json" {
		return usagef("--output %q is not supported; use json", "不支持 --output %q，请用 json", output)
	}
	return nil
}

// statusFormat is the version of the JSON form. It changes when a field is
// renamed, removed, or means something else.
const statusFormat = 2

func printStatus(env Environment, s daemon.Status, output string) error {
	if output == "json" {
		return env.json(struct {
			Format int `json:"format"`
			daemon.Status
			Notices []string `json:"notices,omitempty"`
		}{statusFormat, s, english(s.Notices)})
	}
	_, err := io.WriteString(env.Out, describe(s, env.lang()))
	return err
}

func english(all []lang.Message) []string {
	out := make([]string, len(all))
	for i, m := range all {
		out[i] = m.EN
	}
	return out
}
