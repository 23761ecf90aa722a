package cli

import "github.com/spf13/cobra"

// completeLesson offers the lessons' names to the shell.
func (a *app) completeLesson(_ *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
	catalog, err := a.catalog()
	if err != nil || len(args) > 0 {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	var ids []string
	for _, course := range catalog.Courses() {
		for _, l := range course.Lessons {
			ids = append(ids, cobra.CompletionWithDesc(l.ID, l.Title.In(a.lang())))
		}
	}
	return ids, cobra.ShellCompDirectiveNoFileComp
}
