package help

import (
	"errors"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/kubectl-learn/kubectl-learn/internal/usage"
	"github.com/kubectl-learn/kubectl-learn/pkg/lang"
	"github.com/kubectl-learn/kubectl-learn/pkg/nearest"
)

// More says where a command's flags and arguments are explained.
func More(cmd *cobra.Command) lang.Message {
	return lang.Messagef("see %s --help", "更多说明：%s --help", cmd.CommandPath())
}

// Args checks the number of arguments. If one is missing, the error shows the first of
// the command's examples.
func Args(least, most int) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		switch {
		case len(args) < least:
			_, wanted, _ := strings.Cut(cmd.Use, " ")
			err := &usage.Error{What: lang.Messagef("%q needs %s", "%q 后面要写 %s", cmd.CommandPath(), wanted)}
			if line := example(cmd); line != "" {
				err.Hints = append(err.Hints, lang.Messagef("for example: %s", "例如：%s", line))
			}
			return err
		case len(args) > most && most == 0:
			return usage.Errorf("%q takes no arguments, but got %q", "%q 后面不能有 %q", cmd.CommandPath(), args[0])
		case len(args) > most:
			return usage.Errorf("%q takes only one argument, but also got %q", "%q 后面只能写一项，%q 多余", cmd.CommandPath(), args[most])
		}
		return nil
	}
}

// example is the first example of a command, without its comment.
func example(cmd *cobra.Command) string {
	for line := range strings.Lines(cmd.Example) {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "#") {
			return line
		}
	}
	return ""
}

// Group checks the arguments of a command that only has subcommands. An unknown
// subcommand is an error that suggests the nearest name.
func Group(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	err := &usage.Error{What: lang.Messagef("unknown command %q for %q", "%[2]q 没有命令 %[1]q", args[0], cmd.CommandPath())}
	var names []string
	for _, child := range cmd.Commands() {
		if child.IsAvailableCommand() {
			names = append(names, child.Name())
		}
	}
	if near := nearest.Name(args[0], names); near != "" {
		err.Hints = append(err.Hints, lang.Messagef("did you mean: %s %s", "是不是想输入：%s %s", cmd.CommandPath(), near))
	}
	return err
}

// FlagError turns an error of the flag parser into a usage error.
func FlagError(cmd *cobra.Command, err error) error {
	var (
		unknown *pflag.NotExistError
		empty   *pflag.ValueRequiredError
		invalid *pflag.InvalidValueError
		syntax  *pflag.InvalidSyntaxError
	)
	switch {
	case errors.As(err, &unknown) && unknown.GetSpecifiedShortnames() != "":
		return usage.Errorf("unknown flag: -%s", "没有参数 -%s", unknown.GetSpecifiedName())
	case errors.As(err, &unknown):
		e := &usage.Error{What: lang.Messagef("unknown flag: --%s", "没有参数 --%s", unknown.GetSpecifiedName())}
		if near := nearest.Name(unknown.GetSpecifiedName(), flagNames(cmd)); near != "" {
			e.Hints = append(e.Hints, lang.Messagef("did you mean: --%s", "是不是想输入：--%s", near))
		}
		return e
	case errors.As(err, &empty):
		dashes := "--"
		if empty.GetSpecifiedShortnames() != "" {
			dashes = "-"
		}
		return usage.Errorf("%s needs a value", "%s 后面要写一个值", dashes+empty.GetSpecifiedName())
	case errors.As(err, &invalid):
		flag := invalid.GetFlag()
		return usage.Errorf("--%s %q is %s", "--%s %q %s", flag.Name, invalid.GetValue(), wrongValue(flag.Value.Type()))
	case errors.As(err, &syntax):
		return usage.Errorf("%q is not a valid flag", "%q 不是正确的参数写法", syntax.GetSpecifiedFlag())
	}
	return &usage.Error{What: lang.Words(err)}
}

// wrongValue describes a value that doesn't fit a flag of this type.
func wrongValue(kind string) lang.Message {
	switch kind {
	case "duration":
		return lang.Messagef("not a duration, such as 30s or 2m", "不是时长，时长写作 30s 或 2m")
	case "bool":
		return lang.Messagef("neither true nor false", "既不是 true 也不是 false")
	case "stringToString":
		return lang.Messagef("not written as NAME=VALUE", "不是“名称=值”的写法")
	}
	return lang.Messagef("not a whole number", "不是整数")
}

func flagNames(cmd *cobra.Command) []string {
	var names []string
	cmd.Flags().VisitAll(func(f *pflag.Flag) {
		if !f.Hidden && !slices.Contains(names, f.Name) {
			names = append(names, f.Name)
		}
	})
	return names
}
