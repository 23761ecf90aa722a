package cli

import (
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"

	"github.com/kubectl-learn/kubectl-learn/internal/brand"
	"github.com/kubectl-learn/kubectl-learn/internal/cli/help"
	"github.com/kubectl-learn/kubectl-learn/pkg/lang"
)

// version is set by the release build.
var version = ""

func (a *app) newVersion() *cobra.Command {
	output := ""
	cmd := &cobra.Command{
		Use:   "version",
		Short: a.say(lang.Messagef("Print the version of this program", "打印程序版本")),
		Args:  help.Args(0, 0),
		RunE: func(*cobra.Command, []string) error {
			switch output {
			case "":
				return a.print("%s %s (%s, %s/%s)\n", brand.Binary, programVersion(), runtime.Version(), runtime.GOOS, runtime.GOARCH)
			case "json":
				return a.json(map[string]string{
					"version": programVersion(), "go": runtime.Version(), "platform": runtime.GOOS + "/" + runtime.GOARCH,
				}, "")
			}
			return unknownFormat(output, "json")
		},
	}
	cmd.Flags().StringVarP(&output, "output", "o", "", a.say(lang.Messagef("output format: json", "输出格式：json")))
	return cmd
}

func programVersion() string {
	if version != "" {
		return version
	}
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" {
		return info.Main.Version
	}
	return "(devel)"
}
