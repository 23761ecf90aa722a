// Package help makes cobra's own words of the help text speak the learner's
// language. Both programs use it.
package help

import (
	"strings"

	"github.com/spf13/cobra"

	"github.com/kubectl-learn/kubectl-learn/pkg/lang"
)

// Translate puts the help of a root command, and of the commands that it has by
// then, into a language.
func Translate(root *cobra.Command, l lang.Lang) {
	if l != lang.Chinese {
		return
	}
	root.SetUsageTemplate(strings.NewReplacer(
		"Usage:", "用法：",
		"Aliases:", "别名：",
		"Examples:", "示例：",
		"Available Commands:", "可用命令：",
		"Additional Commands:", "其他命令：",
		"Global Flags:", "全局参数：",
		"Flags:", "参数：",
		"Additional help topics:", "其他帮助：",
		"Use \"{{.CommandPath}} [command] --help\" for more information about a command.",
		"用 \"{{.CommandPath}} [command] --help\" 查看某个命令的更多信息。",
	).Replace(root.UsageTemplate()))
	root.SetHelpCommand(&cobra.Command{Use: "help [command]", Short: "查看任何命令的帮助", Hidden: true, Run: func(_ *cobra.Command, args []string) {
		if target, _, err := root.Find(args); err == nil {
			_ = target.Help() // only the writer can fail
			return
		}
		_ = root.Help() // only the writer can fail
	}})
	translateFlags(root)
}

// translateFlags describes --help, which cobra else does in English.
func translateFlags(cmd *cobra.Command) {
	if !cmd.DisableFlagParsing {
		cmd.Flags().BoolP("help", "h", false, "显示帮助")
	}
	for _, child := range cmd.Commands() {
		translateFlags(child)
	}
}
