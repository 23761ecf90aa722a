package help

import (
	"bytes"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/spf13/cobra"

	"github.com/kubectl-learn/kubectl-learn/pkg/lang"
)

func TestTranslate(t *testing.T) {
	const english = `a program

Usage:
  program [command]

Available Commands:
  do          something
  help        Help about any command

Flags:
  -h, --help   help for program

Use "program [command] --help" for more information about a command.
`
	const chinese = `a program

用法：
  program [command]

可用命令：
  do          something
  help        查看任何命令的帮助

参数：
  -h, --help   显示帮助

用 "program [command] --help" 查看某个命令的更多信息。
`
	tests := []struct {
		name string
		lang lang.Lang
		args []string
		want string
	}{
		{"English", lang.English, []string{"--help"}, english},
		{"Chinese", lang.Chinese, []string{"--help"}, chinese},
		{"Chinese, by the help command", lang.Chinese, []string{"help"}, chinese},
		{"Chinese, a command", lang.Chinese, []string{"help", "do"}, "something\n\n用法：\n  program do [flags]\n\n参数：\n  -h, --help   显示帮助\n"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var out bytes.Buffer
			root := &cobra.Command{Use: "program", Short: "a program", CompletionOptions: cobra.CompletionOptions{HiddenDefaultCmd: true}}
			root.AddCommand(&cobra.Command{Use: "do", Short: "something", Run: func(*cobra.Command, []string) {}})
			Translate(root, tt.lang)
			root.SetOut(&out)
			root.SetArgs(tt.args)
			if err := root.Execute(); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, out.String()); diff != "" {
				t.Error(diff)
			}
		})
	}
}
