package cli

import (
	"context"
	"errors"
	"os"
	"strings"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"github.com/kubectl-learn/kubectl-learn/internal/cli/help"
	"github.com/kubectl-learn/kubectl-learn/internal/home"
	saved "github.com/kubectl-learn/kubectl-learn/internal/progress"
	"github.com/kubectl-learn/kubectl-learn/internal/prompt"
	"github.com/kubectl-learn/kubectl-learn/internal/usage"
	"github.com/kubectl-learn/kubectl-learn/pkg/lang"
	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/daemon"
)

type resetOptions struct {
	env Environment
	yes bool
}

func newReset(env Environment) *cobra.Command {
	o := &resetOptions{env: env}
	cmd := &cobra.Command{
		Use:   "reset",
		Short: env.say(lang.Messagef("Stop the sandbox and delete everything in it", "停止沙箱，并删除里面的一切")),
		Args:  help.Args(0, 0),
		RunE:  func(cmd *cobra.Command, _ []string) error { return o.run(cmd.Context()) },
	}
	cmd.Flags().BoolVar(&o.yes, "yes", false, env.say(lang.Messagef("don't ask for confirmation", "不再询问")))
	return cmd
}

func (o *resetOptions) run(ctx context.Context) error {
	dir, err := home.Find(o.env.Getenv)
	if err != nil {
		return err
	}
	folder := daemon.In(dir)
	if open := underWay(dir); len(open) > 0 && folder.HasState() && !o.yes {
		if err := o.confirm(ctx, open); err != nil {
			return err
		}
	}
	if err := daemon.Reset(ctx, folder); err != nil {
		return err
	}
	o.env.remark(lang.Messagef("the sandbox is empty; the next up creates a new one", "沙箱已清空；下次 up 会新建一个"))
	return nil
}

// confirm asks before deleting the objects of unfinished lessons. The default
// answer is no.
func (o *resetOptions) confirm(ctx context.Context, lessons []string) error {
	names := lang.Message{EN: strings.Join(lessons, ", "), ZH: strings.Join(lessons, "、")}
	lost := lang.Messagef("you haven't finished these lessons in the sandbox: %s; reset deletes everything in it, and you'd have to start them over",
		"沙箱里有你还没学完的课程：%s；reset 会删除其中的一切，这些课程要从头再来", names)
	in, inOK := o.env.In.(*os.File)
	out, outOK := o.env.Out.(*os.File)
	if !inOK || !outOK || !term.IsTerminal(int(in.Fd())) || !term.IsTerminal(int(out.Fd())) || o.env.Getenv("TERM") == "dumb" {
		return &usage.Error{What: lost, Hints: []lang.Message{lang.Messagef("use --yes to confirm", "用 --yes 确认")}}
	}
	o.env.remark(lost)
	options := []string{o.env.say(lang.Messagef("no", "不")), o.env.say(lang.Messagef("yes, delete everything", "删除一切"))}
	question := o.env.say(lang.Messagef("Reset the sandbox?", "要清空沙箱吗？"))
	chosen, err := prompt.Pick(ctx, in, out, o.env.lang(), question, options, 0)
	if err == nil && chosen == 0 || errors.Is(err, prompt.ErrInterrupted) {
		o.env.remark(lang.Messagef("nothing was deleted", "没有删除任何东西"))
		return codeError(exitInterrupted)
	}
	return err
}

// underWay names the lessons that were started in the sandbox and are not
// finished. One with unreadable progress counts too, to be safe.
func underWay(dir home.Dir) []string {
	var out []string
	for _, f := range dir.Lessons() {
		if _, err := os.Stat(f.Progress()); errors.Is(err, os.ErrNotExist) {
			continue
		}
		r, err := saved.Read(f)
		if damaged, ok := errors.AsType[*saved.DamagedError](err); ok && damaged.Cluster != nil {
			r.Cluster = *damaged.Cluster
		}
		if r.Cluster.Context == "" && (err != nil || r.Begun() && r.Finished.IsZero()) {
			out = append(out, f.ID())
		}
	}
	return out
}
