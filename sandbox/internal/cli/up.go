package cli

import (
	"context"
	"time"

	"github.com/spf13/cobra"

	"github.com/kubectl-learn/kubectl-learn/internal/cli/help"
	"github.com/kubectl-learn/kubectl-learn/pkg/lang"
	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/daemon"
	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/fleet"
)

type upOptions struct {
	env     Environment
	port    int
	timeout time.Duration
	output  string
	nodes   int
	idle    time.Duration
	// change applies the flags to the settings; nil when no flag changes them.
	change func(*daemon.Settings) error
}

func newUp(env Environment) *cobra.Command {
	o := &upOptions{env: env}
	cmd := &cobra.Command{
		Use:   "up",
		Short: env.say(lang.Messagef("Start the sandbox and wait until it is ready", "启动沙箱，等到它就绪")),
		Args:  help.Args(0, 0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := o.validate(); err != nil {
				return err
			}
			o.change = o.changes(cmd.Flags().Changed)
			return o.run(cmd.Context())
		},
	}
	addPort(env, cmd, &o.port)
	cmd.Flags().DurationVar(&o.timeout, "timeout", 5*time.Minute, env.say(lang.Messagef("how long to wait until it is ready; 0 waits forever", "最多等多久；0 表示一直等")))
	cmd.Flags().IntVar(&o.nodes, nodesFlag, 1, env.say(lang.Messagef("number of nodes, 1 to %d; stays until you change it", "节点数，1 到 %d；一直保留，直到重新指定", fleet.Most)))
	cmd.Flags().DurationVar(&o.idle, idleFlag, daemon.DefaultIdleTimeout, env.say(lang.Messagef("stop after this long without use, 0 for never; stays until you change it",
		"多久无人使用就自动停止，0 表示从不；一直保留，直到重新指定")))
	addOutput(env, cmd, &o.output)
	return cmd
}

// Flags that also change a running sandbox.
const (
	nodesFlag = "nodes"
	idleFlag  = "idle-timeout"
)

func (o *upOptions) validate() error {
	if err := validatePort(o.port); err != nil {
		return err
	}
	if err := validateNodes(o.nodes); err != nil {
		return err
	}
	if o.idle < 0 || o.idle > 0 && o.idle < time.Second {
		return usagef("--%s %s must be 0 or at least 1s", "--%s %s 必须是 0 或至少 1s", idleFlag, o.idle)
	}
	return validateOutput(o.output)
}

// changes returns how the given flags change the settings.
func (o *upOptions) changes(given func(string) bool) func(*daemon.Settings) error {
	if !given(nodesFlag) && !given(idleFlag) {
		return nil
	}
	return func(s *daemon.Settings) error {
		if given(nodesFlag) {
			s.Nodes = o.nodes
		}
		if given(idleFlag) {
			s.IdleTimeout = o.idle
		}
		return nil
	}
}

func addPort(env Environment, cmd *cobra.Command, port *int) {
	cmd.Flags().IntVar(port, "port", 0, env.say(lang.Messagef("port of the API server on 127.0.0.1; 0 for the previous port, or any free one",
		"API 服务器在 127.0.0.1 上的端口；0 表示沿用原来的端口或任选一个")))
}

func validatePort(port int) error {
	if port < 0 || port > 65535 {
		return usagef("--port %d is not between 0 and 65535", "--port %d 不在 0 到 65535 之间", port)
	}
	return nil
}

func (o *upOptions) run(ctx context.Context) error {
	folder, err := o.env.folder()
	if err != nil {
		return err
	}
	program, err := o.env.Executable()
	if err != nil {
		return &daemon.HintError{What: lang.Messagef("failed to find this program's own file: %v", "找不到本程序自己的文件：%v", err), Err: err}
	}
	line := newProgress(o.env)
	status, err := daemon.Up(ctx, folder, daemon.UpOptions{Port: o.port, Timeout: o.timeout, Program: program, Build: own()}, line.stage)
	line.end(err == nil)
	if err != nil {
		return err
	}
	for _, notice := range status.Notices {
		tell(o.env.Err, o.env.lang(), lang.Messagef("note: ", "注意："), notice)
	}
	if o.change == nil {
		return printStatus(o.env, status, o.output)
	}
	if err := changeNodes(ctx, o.env, folder, o.timeout, o.change); err != nil {
		return err
	}
	notices := status.Notices
	if status, err = daemon.Look(folder); err != nil {
		return err
	}
	status.Notices = notices
	return printStatus(o.env, status, o.output)
}
