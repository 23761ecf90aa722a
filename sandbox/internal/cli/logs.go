package cli

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"time"

	"github.com/spf13/cobra"

	"github.com/kubectl-learn/kubectl-learn/internal/cli/help"
	"github.com/kubectl-learn/kubectl-learn/pkg/lang"
	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/daemon"
)

// followEvery is how often a followed log is read.
const followEvery = 200 * time.Millisecond

type logsOptions struct {
	env    Environment
	follow bool
	lines  int
}

func newLogs(env Environment) *cobra.Command {
	o := &logsOptions{env: env}
	cmd := &cobra.Command{
		Use:   "logs",
		Short: env.say(lang.Messagef("Print the sandbox's log", "打印沙箱的日志")),
		Args:  help.Args(0, 0),
		RunE:  func(cmd *cobra.Command, _ []string) error { return o.run(cmd.Context()) },
	}
	cmd.Flags().BoolVarP(&o.follow, "follow", "f", false, env.say(lang.Messagef("keep printing until Ctrl-C", "持续打印，直到按下 Ctrl-C")))
	cmd.Flags().IntVarP(&o.lines, "lines", "n", -1, env.say(lang.Messagef("print only this many lines from the end; -1 for all", "只打印最后若干行；-1 表示全部")))
	return cmd
}

func (o *logsOptions) run(ctx context.Context) error {
	folder, err := o.env.folder()
	if err != nil {
		return err
	}
	log, err := openLog(folder.Log(), folder.OldLog())
	if errors.Is(err, fs.ErrNotExist) {
		o.env.remark(lang.Messagef("there is no log yet: you have never started the sandbox", "还没有日志：你从未启动过沙箱"))
		return codeError(exitNotSo)
	}
	if err != nil {
		return &daemon.HintError{What: lang.Messagef("failed to open the log: %v", "无法打开日志：%v", err), Err: err}
	}
	defer log.Close()
	var data bytes.Buffer
	if err := log.all(&data); err != nil {
		return &daemon.HintError{What: lang.Messagef("failed to read the log: %v", "无法读取日志：%v", err), Err: err}
	}
	if _, err := o.env.Out.Write(tail(data.Bytes(), o.lines)); err != nil || !o.follow {
		return err
	}
	return o.goOn(ctx, log)
}

// goOn keeps printing what is written to the log.
func (o *logsOptions) goOn(ctx context.Context, log *logReader) error {
	tick := time.NewTicker(followEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
			if err := log.more(o.env.Out); err != nil {
				return err
			}
		}
	}
}

// tail returns the last n lines of data; all of it when n is negative.
func tail(data []byte, n int) []byte {
	if n < 0 {
		return data
	}
	lines := bytes.SplitAfter(data, []byte("\n"))
	if len(lines[len(lines)-1]) == 0 {
		lines = lines[:len(lines)-1]
	}
	return bytes.Join(lines[max(0, len(lines)-n):], nil)
}
