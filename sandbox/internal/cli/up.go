package cli

import (
	"context"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/kubectl-learn/kubectl-learn/pkg/lang"
	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/daemon"
)

type upOptions struct {
	env     Environment
	port    int
	timeout time.Duration
	output  string
}

func newUp(env Environment) *cobra.Command {
	o := &upOptions{env: env}
	cmd := &cobra.Command{
		Use:   "up",
		Short: env.say(lang.Messagef("Start the sandbox and wait until it is ready", "启动沙箱，等到它就绪")),
		Args:  usageArgs(cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := o.validate(); err != nil {
				return err
			}
			return o.run(cmd.Context())
		},
	}
	addPort(env, cmd, &o.port)
	cmd.Flags().DurationVar(&o.timeout, "timeout", time.Minute, env.say(lang.Messagef("how long to wait until it is ready; 0 for ever", "最多等多久；0 表示一直等")))
	addOutput(env, cmd, &o.output)
	return cmd
}

func (o *upOptions) validate() error {
	if err := validatePort(o.port); err != nil {
		return err
	}
	return validateOutput(o.output)
}

func addPort(env Environment, cmd *cobra.Command, port *int) {
	cmd.Flags().IntVar(port, "port", 0, env.say(lang.Messagef("port of the API server on 127.0.0.1; 0 for the one that it had, or any",
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
		return &daemon.HintError{What: lang.Messagef("failed to find this program: %v", "找不到本程序自己的文件：%v", err), Err: err}
	}
	line := newProgress(o.env)
	status, err := daemon.Up(ctx, folder, daemon.UpOptions{Port: o.port, Timeout: o.timeout, Program: program}, line.stage)
	line.end(err == nil)
	if err != nil {
		return err
	}
	if !status.Notice.IsZero() {
		fmt.Fprintf(o.env.Err, "note: %s\n", o.env.say(status.Notice))
	}
	return printStatus(o.env, status, o.output)
}
