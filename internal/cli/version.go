package cli

import (
	"context"
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"

	"github.com/kubectl-learn/kubectl-learn/internal/brand"
	"github.com/kubectl-learn/kubectl-learn/internal/cli/help"
	"github.com/kubectl-learn/kubectl-learn/internal/program"
	"github.com/kubectl-learn/kubectl-learn/pkg/lang"
)

// version is set by the release build.
var version = ""

// versionOptions are those of "kubectl learn version".
type versionOptions struct {
	program *program.Program
	output  string
}

func newVersion(p *program.Program) *cobra.Command {
	o := &versionOptions{program: p}
	cmd := &cobra.Command{
		Use:   "version",
		Short: p.Say(lang.Messagef("Print the version of this program", "打印程序版本")),
		Args:  help.Args(0, 0),
		RunE:  runE(o),
	}
	cmd.Flags().StringVarP(&o.output, "output", "o", "", p.Say(lang.Messagef("output format: json", "输出格式：json")))
	return cmd
}

func (*versionOptions) complete(*cobra.Command, []string) error { return nil }
func (o *versionOptions) validate() error                       { return knownFormat(o.output, "json") }

func (o *versionOptions) run(context.Context) error {
	if o.output == "json" {
		return printJSON(o.program, map[string]string{
			"version": programVersion(), "go": runtime.Version(), "platform": runtime.GOOS + "/" + runtime.GOARCH,
		})
	}
	return o.program.Printf("%s %s (%s, %s/%s)\n", brand.Binary, programVersion(), runtime.Version(), runtime.GOOS, runtime.GOARCH)
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
