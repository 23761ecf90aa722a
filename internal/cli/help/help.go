// Package help puts cobra's own messages into the learner's language: the help text and
// the errors about a wrong command line. Both programs use it.
package help

import (
	"strings"

	"github.com/spf13/cobra"

	"github.com/kubectl-learn/kubectl-learn/pkg/lang"
)

// Translate puts cobra's messages about a root command and its current subcommands into
// a language, and turns cobra's errors into usage errors.
func Translate(root *cobra.Command, l lang.Lang) {
	root.SetFlagErrorFunc(FlagError)
	root.SetHelpCommand(helpCommand(root, l))
	root.InitDefaultCompletionCmd()
	translateCompletion(root, l)
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
	translateFlags(root)
}

// helpCommand replaces cobra's, which reports an unknown topic in English and exits
// with 0.
func helpCommand(root *cobra.Command, l lang.Lang) *cobra.Command {
	return &cobra.Command{
		Use:   "help [command]",
		Short: lang.Messagef("Help about any command", "查看任何命令的帮助").In(l),
		RunE: func(_ *cobra.Command, args []string) error {
			target, rest, err := root.Find(args)
			if err != nil || len(rest) > 0 && target.HasSubCommands() {
				return Group(target, rest)
			}
			target.InitDefaultHelpFlag()
			return target.Help()
		},
		ValidArgsFunction: func(_ *cobra.Command, args []string, _ string) ([]cobra.Completion, cobra.ShellCompDirective) {
			var names []cobra.Completion
			if target, _, err := root.Find(args); err == nil {
				for _, child := range target.Commands() {
					if child.IsAvailableCommand() {
						names = append(names, cobra.CompletionWithDesc(child.Name(), child.Short))
					}
				}
			}
			return names, cobra.ShellCompDirectiveNoFileComp
		},
	}
}

// translateCompletion translates cobra's completion command.
func translateCompletion(root *cobra.Command, l lang.Lang) {
	for _, cmd := range root.Commands() {
		if cmd.Name() != "completion" {
			continue
		}
		cmd.Args, cmd.RunE = Group, func(cmd *cobra.Command, _ []string) error { return cmd.Help() }
		cmd.Short = lang.Messagef("Print a shell completion script", "打印 shell 的命令补全脚本").In(l)
		cmd.Long = cmd.Short
		for _, shell := range cmd.Commands() {
			shell.Args = Args(0, 0)
			shell.Short = lang.Messagef("Print the completion script for %s", "打印用于 %s 的补全脚本", shell.Name()).In(l)
			if l == lang.Chinese {
				shell.Long = shell.Short
			}
			if flag := shell.Flags().Lookup("no-descriptions"); flag != nil {
				flag.Usage = lang.Messagef("complete without descriptions", "补全时不显示说明").In(l)
			}
		}
	}
}

// translateFlags describes --help, which cobra would do in English.
func translateFlags(cmd *cobra.Command) {
	if !cmd.DisableFlagParsing {
		cmd.Flags().BoolP("help", "h", false, "显示帮助")
	}
	for _, child := range cmd.Commands() {
		translateFlags(child)
	}
}
