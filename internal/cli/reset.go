package cli

import (
	"context"
	"errors"

	"github.com/spf13/cobra"

	"github.com/kubectl-learn/kubectl-learn/internal/brand"
	"github.com/kubectl-learn/kubectl-learn/internal/cli/help"
	"github.com/kubectl-learn/kubectl-learn/internal/cluster"
	"github.com/kubectl-learn/kubectl-learn/internal/home"
	"github.com/kubectl-learn/kubectl-learn/internal/progress"
	"github.com/kubectl-learn/kubectl-learn/pkg/lang"
	"github.com/kubectl-learn/kubectl-learn/pkg/steps"
)

// reset is "kubectl learn reset".
type reset struct {
	app     *app
	cluster clusterFlags
	yes     bool
	forget  bool
}

func (a *app) newReset() *cobra.Command {
	r := &reset{app: a}
	cmd := &cobra.Command{
		Use:   "reset LESSON",
		Short: a.say(lang.Messagef("Remove what a lesson made, and begin it anew next time", "清理一课创建的一切，下次从头开始")),
		Long: a.say(lang.Messagef(`Delete the namespace that was made for the lesson, with all that is in it, and
forget how far you were. What you changed in the workspace stays.`, `删除为这一课创建的命名空间以及其中的一切，并清除你的进度。
工作目录里你改过的文件会保留。`)),
		Args:              help.Args(1, 1),
		Example:           "  kubectl learn reset first-steps",
		ValidArgsFunction: a.completeLesson,
		RunE: func(cmd *cobra.Command, args []string) error {
			return r.run(cmd.Context(), args[0])
		},
	}
	r.cluster.add(a, cmd)
	cmd.Flags().BoolVar(&r.yes, "yes", false, a.say(lang.Messagef("do not ask", "不再询问")))
	cmd.Flags().BoolVar(&r.forget, "forget", false, a.say(lang.Messagef("forget how far you were and leave the namespace as it is: for a cluster that no longer exists", "只清除进度，不动命名空间：用于集群已经不存在的情况")))
	return cmd
}

func (r *reset) run(ctx context.Context, id string) (err error) {
	catalog, err := r.app.catalog()
	if err != nil {
		return err
	}
	lesson, err := catalog.Lesson(id, r.app.lang())
	if err != nil {
		return err
	}
	dir, err := r.app.home()
	if err != nil {
		return err
	}
	store, err := progress.Open(dir.Lesson(lesson.ID), lesson.ID)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	if store.Damaged != nil {
		return damagedReset(store)
	}
	if store.Namespace.Name == "" {
		return notBegun(lesson.ID)
	}
	if err := r.confirm(ctx, store.Namespace.Name, where(store.Cluster.Context)); err != nil {
		return err
	}
	if err := r.delete(ctx, store); err != nil {
		return err
	}
	if err := discard(dir, catalog, lesson, store); err != nil {
		return err
	}
	if err := removeKubeconfig(dir.Lesson(lesson.ID)); err != nil {
		return err
	}
	return store.Clear()
}

// damagedReset is for a record that does not tell what the lesson made.
func damagedReset(store *progress.Store) error {
	e := &advice{what: lang.Messagef("your progress file was damaged, so nothing was deleted; saved it as %s", "进度文件已损坏，没有删除任何东西；原文件保存为 %s", store.Kept)}
	if left := leftBehind(store.Damaged); !left.IsZero() {
		e.hints = append(e.hints, left)
	}
	e.hints = append(e.hints, lang.Messagef("start the lesson over: %s start %s", "重新开始这一课：%s start %s", brand.Command, store.Lesson))
	return e
}

// discard removes the lesson's own files from the workspace: the next time it
// may have other variables and another namespace. The learner's stay.
func discard(dir home.Dir, catalog *steps.Catalog, lesson *steps.Lesson, store *progress.Store) error {
	if err := lesson.Set(store.Variables); err != nil {
		return err
	}
	lesson.PlayIn(store.Namespace.Name)
	workspace, err := openWorkspace(dir, catalog, lesson)
	if err != nil {
		return err
	}
	return workspace.Discard()
}

func (r *reset) confirm(ctx context.Context, namespace string, at lang.Message) error {
	if r.yes {
		return nil
	}
	if r.forget {
		return r.app.confirm(
			ctx,
			lang.Messagef("Forget how far you were, and leave namespace %q on %s as it is?", "清除进度，并保留 %[2]s 上的命名空间 %[1]q？", namespace, at),
			lang.Messagef("nobody is here to confirm that your progress is forgotten", "没有人可以确认清除进度"),
			lang.Messagef("yes", "清除"),
		)
	}
	return r.app.confirm(
		ctx,
		lang.Messagef("Delete namespace %q on %s, with all that is in it?", "删除 %[2]s 上的命名空间 %[1]q 以及其中的一切？", namespace, at),
		lang.Messagef("nobody is here to confirm that namespace %q is deleted", "没有人可以确认删除命名空间 %q", namespace),
		lang.Messagef("yes", "删除"),
	)
}

// delete deletes what was recorded; a namespace of the same name that is not
// the recorded one is left, and said.
func (r *reset) delete(ctx context.Context, store *progress.Store) error {
	name := store.Namespace.Name
	if r.forget {
		r.app.remark(lang.Messagef("Left alone: namespace %q on %s (%s).", "未删除：%[2]s（%[3]s）上的命名空间 %[1]q。", name, where(store.Cluster.Context), store.Cluster.Server))
		return r.app.print("%s\n", r.app.say(lang.Messagef("Forgot how far you were.", "已清除进度。")))
	}
	there, err := r.deleteNamespace(ctx, store.Record)
	err = orForget(err, store.Lesson)
	var notOurs *cluster.NotOursError
	switch {
	case errors.As(err, &notOurs):
		r.app.remark(lang.Messagef("Left alone: namespace %q is not the one that this lesson made.", "未删除：命名空间 %q 不是这一课创建的。", name))
		return nil
	case err != nil:
		return err
	case !there:
		return r.app.print("%s\n", r.app.say(lang.Messagef("Namespace %q was gone already.", "命名空间 %q 早已不在。", name)))
	}
	return r.app.print("%s\n", r.app.say(lang.Messagef("Deleted namespace %q and all that was in it.", "已删除命名空间 %q 以及其中的一切。", name)))
}

// deleteNamespace makes sure of the cluster first. The sandbox may have been
// emptied: then the namespace is gone.
func (r *reset) deleteNamespace(ctx context.Context, record progress.Record) (there bool, err error) {
	target, err := r.app.named(ctx, record, &r.cluster)
	if err != nil {
		return false, err
	}
	if !target.IsSandbox() {
		if _, _, err := recognize(ctx, record, target); err != nil {
			return false, err
		}
	}
	return target.DeleteNamespace(ctx, cluster.Claim{Record: record.ID, Namespace: cluster.Namespace(record.Namespace), Held: r.app.tellHeld})
}
