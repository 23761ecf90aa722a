package cli

import (
	"context"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/kubectl-learn/kubectl-learn/internal/program"
	"github.com/kubectl-learn/kubectl-learn/internal/report"
	"github.com/kubectl-learn/kubectl-learn/internal/usage"
	"github.com/kubectl-learn/kubectl-learn/lessons"
	"github.com/kubectl-learn/kubectl-learn/manifests"
	"github.com/kubectl-learn/kubectl-learn/pkg/steps"
)

// command is what the options of a command implement, as in kubectl.
type command interface {
	// complete fills in the options from the command line and the process. It contacts
	// no cluster.
	complete(cmd *cobra.Command, args []string) error
	// validate reports everything that is wrong with the options. It looks at nothing
	// else.
	validate() error
	run(ctx context.Context) error
}

// runE runs a command.
func runE(c command) func(*cobra.Command, []string) error {
	return func(cmd *cobra.Command, args []string) error {
		if err := c.complete(cmd, args); err != nil {
			return err
		}
		if err := c.validate(); err != nil {
			return err
		}
		return c.run(cmd.Context())
	}
}

// knownFormat rejects a value of -o that is not supported; "" is text.
func knownFormat(given string, known ...string) error {
	if given == "" || slices.Contains(known, given) {
		return nil
	}
	return usage.Errorf("-o %q is not supported; choose %s", "不支持 -o %q；可选：%s", given, strings.Join(known, ", "))
}

// printJSON writes a result to stdout as JSON.
func printJSON(p *program.Program, v any) error {
	text, err := report.JSON(v, "")
	if err != nil {
		return err
	}
	return p.Write(text)
}

// openCatalog opens the lessons that ship with the program.
func openCatalog() (*steps.Catalog, error) {
	return steps.Open(lessons.FS(), manifests.FS())
}

// completeLesson completes lesson names in the shell.
func completeLesson(p *program.Program) cobra.CompletionFunc {
	return func(_ *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
		catalog, err := openCatalog()
		if err != nil || len(args) > 0 {
			return nil, cobra.ShellCompDirectiveNoFileComp
		}
		var ids []string
		for _, course := range catalog.Courses() {
			for _, l := range course.Lessons {
				ids = append(ids, cobra.CompletionWithDesc(l.ID, l.Title.In(p.Lang())))
			}
		}
		return ids, cobra.ShellCompDirectiveNoFileComp
	}
}
