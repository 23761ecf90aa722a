package cli

import (
	"context"
	"errors"

	"github.com/spf13/cobra"

	"github.com/kubectl-learn/kubectl-learn/internal/advice"
	"github.com/kubectl-learn/kubectl-learn/internal/brand"
	"github.com/kubectl-learn/kubectl-learn/internal/cli/help"
	"github.com/kubectl-learn/kubectl-learn/internal/cluster"
	"github.com/kubectl-learn/kubectl-learn/internal/program"
	"github.com/kubectl-learn/kubectl-learn/internal/progress"
	"github.com/kubectl-learn/kubectl-learn/internal/session"
	"github.com/kubectl-learn/kubectl-learn/pkg/lang"
	"github.com/kubectl-learn/kubectl-learn/pkg/steps"
)

// resetOptions are those of "kubectl learn reset".
type resetOptions struct {
	program *program.Program
	choice  cluster.Choice
	yes     bool
	forget  bool
	catalog *steps.Catalog
	// lesson is the named lesson; fault says why it can't be read.
	lesson *steps.Lesson
	fault  error
}

func newReset(p *program.Program) *cobra.Command {
	r := &resetOptions{program: p}
	cmd := &cobra.Command{
		Use:   "reset LESSON",
		Short: p.Say(lang.Messagef("Delete everything a lesson created and start over", "删除一课创建的一切，从头开始")),
		Long: p.Say(lang.Messagef(`Delete the lesson's namespace and everything in it, and forget your progress.
The files that you changed in the workspace stay.`, `删除这一课的命名空间以及其中的一切，并清除你的进度。
工作目录里你改过的文件会保留。`)),
		Args:              help.Args(1, 1),
		Example:           "  kubectl learn reset first-steps",
		ValidArgsFunction: completeLesson(p),
		RunE:              runE(r),
	}
	addClusterFlags(p, cmd, &r.choice)
	cmd.Flags().BoolVar(&r.yes, "yes", false, p.Say(lang.Messagef("don't ask for confirmation", "不再询问")))
	cmd.Flags().BoolVar(&r.forget, "forget", false, p.Say(lang.Messagef("only forget your progress and leave the namespace as it is, for a cluster that no longer exists", "只清除进度，不动命名空间：用于集群已经不存在的情况")))
	return cmd
}

// complete reads the named lesson.
func (r *resetOptions) complete(_ *cobra.Command, args []string) (err error) {
	if r.catalog, err = openCatalog(); err == nil {
		r.lesson, r.fault = r.catalog.Lesson(args[0], r.program.Lang())
	}
	return err
}

func (r *resetOptions) validate() error { return r.fault }

func (r *resetOptions) run(ctx context.Context) (err error) {
	dir, err := r.program.Home()
	if err != nil {
		return err
	}
	folder := dir.Lesson(r.lesson.ID)
	store, err := progress.Open(folder, r.lesson.ID)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	if store.Damaged != nil {
		return damagedReset(store)
	}
	if store.Namespace.Name == "" {
		return notBegun(r.lesson.ID)
	}
	if err := r.confirm(ctx, store.Namespace.Name, cluster.Where(store.Cluster.Context)); err != nil {
		return err
	}
	if err := r.delete(ctx, store); err != nil {
		return err
	}
	if err := session.Discard(folder, r.catalog, r.lesson, store.Record); err != nil {
		return err
	}
	return store.Clear()
}

// damagedReset handles a record that no longer tells what the lesson created.
func damagedReset(store *progress.Store) error {
	e := &advice.Error{What: lang.Messagef("your progress file was damaged, so nothing was deleted; saved it as %s", "进度文件已损坏，没有删除任何东西；原文件保存为 %s", store.Kept)}
	if left := advice.LeftBehind(store.Damaged); !left.IsZero() {
		e.Hints = append(e.Hints, left)
	}
	e.Hints = append(e.Hints, lang.Messagef("start the lesson over: %s start %s", "重新开始这一课：%s start %s", brand.Command, store.Lesson))
	return e
}

func (r *resetOptions) confirm(ctx context.Context, namespace string, at lang.Message) error {
	if r.yes {
		return nil
	}
	if r.forget {
		return confirm(
			ctx, r.program,
			lang.Messagef("Forget your progress and leave namespace %q on %s as it is?", "清除进度，并保留 %[2]s 上的命名空间 %[1]q？", namespace, at),
			lang.Messagef("forgetting your progress needs your confirmation", "清除进度需要你确认"),
			lang.Messagef("yes", "清除"),
		)
	}
	return confirm(
		ctx, r.program,
		lang.Messagef("Delete namespace %q on %s and everything in it?", "删除 %[2]s 上的命名空间 %[1]q 以及其中的一切？", namespace, at),
		lang.Messagef("deleting namespace %q needs your confirmation", "删除命名空间 %q 需要你确认", namespace),
		lang.Messagef("yes", "删除"),
	)
}

// delete deletes the recorded namespace. It leaves another namespace of the same name
// alone, and says so.
func (r *resetOptions) delete(ctx context.Context, store *progress.Store) error {
	name := store.Namespace.Name
	if r.forget {
		r.program.Remark(lang.Messagef("Left namespace %q on %s (%s) alone.", "未删除：%[2]s（%[3]s）上的命名空间 %[1]q。", name, cluster.Where(store.Cluster.Context), store.Cluster.Server))
		return r.program.Printf("%s\n", r.program.Say(lang.Messagef("Forgot your progress.", "已清除进度。")))
	}
	there, err := session.DeleteNamespace(ctx, r.program, store.Record, r.choice)
	err = session.OrForget(err, store.Lesson)
	var notOurs *cluster.NotOursError
	switch {
	case errors.As(err, &notOurs):
		r.program.Remark(lang.Messagef("Left namespace %q alone: this lesson didn't create it.", "未删除：命名空间 %q 不是这一课创建的。", name))
		return nil
	case err != nil:
		return err
	case !there:
		return r.program.Printf("%s\n", r.program.Say(lang.Messagef("Namespace %q was already gone.", "命名空间 %q 已经不存在。", name)))
	}
	return r.program.Printf("%s\n", r.program.Say(lang.Messagef("Deleted namespace %q and everything in it.", "已删除命名空间 %q 以及其中的一切。", name)))
}
