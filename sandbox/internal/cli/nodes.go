package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/kubectl-learn/kubectl-learn/internal/cli/help"
	"github.com/kubectl-learn/kubectl-learn/internal/usage"
	"github.com/kubectl-learn/kubectl-learn/internal/visible"
	"github.com/kubectl-learn/kubectl-learn/pkg/lang"
	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/daemon"
	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/fleet"
)

func newNodes(env Environment) *cobra.Command {
	var output string
	timeout := new(time.Duration)
	cmd := &cobra.Command{
		Use:   env.say(lang.Messagef("nodes [number]", "nodes [数量]")),
		Short: env.say(lang.Messagef("List the nodes, or change how many there are", "列出节点，或改变节点数")),
		Args:  help.Args(0, 1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := validateOutput(output); err != nil {
				return err
			}
			if len(args) == 0 {
				return listNodes(cmd.Context(), env, output)
			}
			count, err := strconv.Atoi(args[0])
			if err != nil {
				return usagef("%q is neither a number of nodes nor stop or start", "%q 不是节点数，也不是 stop 或 start", args[0])
			}
			return resize(cmd.Context(), env, *timeout, count)
		},
	}
	addOutput(env, cmd, &output)
	cmd.PersistentFlags().DurationVar(timeout, "timeout", 5*time.Minute, env.say(lang.Messagef("how long to wait for the change; 0 waits forever", "最多等多久；0 表示一直等")))
	cmd.AddCommand(newNodePower(env, timeout, "stop", lang.Messagef("Turn a node off, as if you pulled its plug", "关掉一个节点，就像拔掉电源"), stopNode),
		newNodePower(env, timeout, "start", lang.Messagef("Turn a node back on", "重新打开一个节点"), startNode))
	return cmd
}

// newNodePower is the command that turns a node off or on.
func newNodePower(env Environment, timeout *time.Duration, verb string, short lang.Message, turn func(context.Context, Environment, time.Duration, string) error) *cobra.Command {
	return &cobra.Command{
		Use:     verb + env.say(lang.Messagef(" name", " 节点名")),
		Short:   env.say(short),
		Example: fmt.Sprintf("  %s nodes %s sandbox-2", daemon.Program, verb),
		Args:    help.Args(1, 1),
		RunE:    func(cmd *cobra.Command, args []string) error { return turn(cmd.Context(), env, *timeout, args[0]) },
	}
}

func validateNodes(count int) error {
	if count < 1 || count > fleet.Most {
		return usagef("a sandbox can have 1 to %d nodes, not %d", "沙箱可以有 1 到 %d 个节点，不能是 %d 个", fleet.Most, count)
	}
	return nil
}

func listNodes(ctx context.Context, env Environment, output string) error {
	folder, err := env.folder()
	if err != nil {
		return err
	}
	nodes, err := daemon.Nodes(ctx, folder)
	if err != nil {
		return notRunning(err, "up")
	}
	if output == "json" {
		return env.json(struct {
			Format int                 `json:"format"`
			Nodes  []daemon.NodeReport `json:"nodes"`
		}{1, nodes})
	}
	rows := [][]string{{env.say(lang.Messagef("NAME", "名称")), env.say(lang.Messagef("STATE", "状态")), env.say(lang.Messagef("IN KUBECTL", "kubectl 显示")), "PODS"}}
	for _, n := range nodes {
		status := n.Status
		if status == "" {
			status = "-"
		}
		rows = append(rows, []string{n.Name, env.say(daemon.StateName(n.State)), status, strconv.Itoa(n.Pods)})
	}
	_, err = io.WriteString(env.Out, visible.Table(rows))
	return err
}

// notRunning adds a hint on how to start the sandbox to ErrNotRunning.
func notRunning(err error, args string) error {
	if !errors.Is(err, daemon.ErrNotRunning) {
		return err
	}
	return &daemon.HintError{
		What:  lang.Messagef("the sandbox is not running", "沙箱没有运行"),
		Hints: []lang.Message{lang.Same(daemon.Program + " " + args)},
		Err:   err,
	}
}

// changeNodes changes the settings, says what happens to pods on removed nodes,
// and waits until the nodes match.
func changeNodes(ctx context.Context, env Environment, folder daemon.Folder, timeout time.Duration, change func(*daemon.Settings) error) error {
	if timeout > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeoutCause(ctx, timeout, &daemon.HintError{
			What: lang.Messagef("not done after %s", "%s 后仍未完成", timeout),
		})
		defer cancel()
	}
	before, err := daemon.Nodes(ctx, folder)
	if err != nil {
		return err
	}
	settings, err := daemon.Change(ctx, folder, change)
	if err != nil {
		return err
	}
	for _, n := range before {
		if number, ok := fleet.Number(n.Name); ok && number > settings.Nodes {
			env.remark(farewell(n))
		}
	}
	return daemon.AwaitSettings(ctx, folder, settings)
}

// farewell says what happens to the pods on a removed node.
func farewell(n daemon.NodeReport) lang.Message {
	if n.Pods == 0 {
		return lang.Messagef("removing %s; no pods run on it", "正在移除 %s；上面没有 Pod", n.Name)
	}
	m := lang.Messagef("removing %s and its pods (%d); Deployments and other controllers recreate theirs on other nodes",
		"正在移除 %s 和上面的 %d 个 Pod；Deployment 等控制器会在别的节点上重新创建自己的 Pod", n.Name, n.Pods)
	if len(n.Loose) > 0 {
		m = lang.Messagef("%s; these have no controller and won't come back: %s", "%s；这些 Pod 没有控制器，不会再回来：%s", m, strings.Join(n.Loose, ", "))
	}
	return m
}

func resize(ctx context.Context, env Environment, timeout time.Duration, count int) error {
	if err := validateNodes(count); err != nil {
		return err
	}
	folder, err := env.folder()
	if err != nil {
		return err
	}
	err = changeNodes(ctx, env, folder, timeout, func(s *daemon.Settings) error {
		s.Nodes = count
		return nil
	})
	if err != nil {
		return notRunning(err, fmt.Sprintf("up --nodes %d", count))
	}
	return listNodes(ctx, env, "")
}

func stopNode(ctx context.Context, env Environment, timeout time.Duration, name string) error {
	only := false
	err := power(ctx, env, timeout, name, func(s *daemon.Settings) {
		if !slices.Contains(s.Stopped, name) {
			s.Stopped = append(s.Stopped, name)
		}
		only = len(s.Stopped) == s.Nodes
	})
	if err != nil {
		return err
	}
	env.remark(lang.Messagef("%s is off, as if you pulled its plug: its programs stopped without telling the cluster. After about 50 s without a heartbeat the cluster marks it NotReady",
		"%s 已关掉，就像拔掉了电源：上面的程序都结束了，但没有人通知集群。大约 50 秒没有心跳后，集群会把它标为 NotReady", name))
	if only {
		env.remark(lang.Messagef("no other node is on: nothing runs now, and pods have nowhere to go", "没有别的节点开着：现在什么都不运行，Pod 也无处可去"))
	} else {
		env.remark(lang.Messagef("5 minutes later the cluster deletes its pods, and Deployments and other controllers recreate theirs on other nodes",
			"再过 5 分钟，集群会删除上面的 Pod，Deployment 等控制器会在别的节点上重新创建自己的 Pod"))
	}
	tell(env.Err, env.lang(), usage.HintLabel(), lang.Same(daemon.Program+" nodes start "+name))
	return nil
}

func startNode(ctx context.Context, env Environment, timeout time.Duration, name string) error {
	err := power(ctx, env, timeout, name, func(s *daemon.Settings) {
		s.Stopped = slices.DeleteFunc(s.Stopped, func(n string) bool { return n == name })
	})
	if err == nil {
		env.remark(lang.Messagef("%s is on", "%s 已打开", name))
	}
	return err
}

// power changes which nodes are off.
func power(ctx context.Context, env Environment, timeout time.Duration, name string, change func(*daemon.Settings)) error {
	folder, err := env.folder()
	if err != nil {
		return err
	}
	err = changeNodes(ctx, env, folder, timeout, func(s *daemon.Settings) error {
		if n, ok := fleet.Number(name); !ok || n > s.Nodes {
			return noSuchNode(name, s.Nodes)
		}
		change(s)
		return nil
	})
	return notRunning(err, "up")
}

func noSuchNode(name string, count int) error {
	have := lang.Same(fleet.Name(1))
	if count > 1 {
		have = lang.Messagef("%s to %s", "%s 到 %s", fleet.Name(1), fleet.Name(count))
	}
	return &daemon.HintError{
		What:  lang.Messagef("there is no node %q; the sandbox has %s", "没有节点 %q；沙箱有 %s", name, have),
		Hints: []lang.Message{lang.Same(daemon.Program + " nodes")},
	}
}
