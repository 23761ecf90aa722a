package cli

import (
	"fmt"
	"runtime/debug"

	"github.com/spf13/cobra"

	"github.com/kubectl-learn/kubectl-learn/internal/cli/help"
	"github.com/kubectl-learn/kubectl-learn/pkg/lang"
	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/controlplane"
	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/daemon"
)

func newVersion(env Environment) *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: env.say(lang.Messagef("Print the versions of this program and of its Kubernetes", "打印本程序和其中 Kubernetes 的版本")),
		Args:  help.Args(0, 0),
		RunE: func(*cobra.Command, []string) error {
			_, err := fmt.Fprintf(env.Out, "%s %s\nkubernetes %s\n", daemon.Program, own(), controlplane.Version)
			return err
		},
	}
}

// version is set by the Makefile.
var version = ""

// own is the version that this program was built as.
func own() string {
	if version != "" {
		return version
	}
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" {
		return info.Main.Version
	}
	return "(devel)"
}
