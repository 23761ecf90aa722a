// Package shell runs the commands of a lesson, and those that a learner types, the same
// way on every operating system: in the lesson's workspace, against the lesson's
// cluster and namespace, with a kubectl and a curl that are always available.
package shell

import (
	"context"
	"errors"
	"io"
	"os"
	"strings"

	"mvdan.cc/sh/v3/expand"
	"mvdan.cc/sh/v3/interp"
	"mvdan.cc/sh/v3/syntax"

	"github.com/kubectl-learn/kubectl-learn/internal/brand"
	"github.com/kubectl-learn/kubectl-learn/pkg/lang"
)

// Config says where commands run and with what.
type Config struct {
	// Dir is the workspace.
	Dir string
	// Env is the environment, NAME=value.
	Env []string
	// Kubeconfig is the file with the lesson's only context.
	Kubeconfig string
	// Plugin is this program, which runs as "kubectl learn".
	Plugin string
	// Sandbox is the sandbox program, which provides kubectl and curl on a machine
	// without them; empty if it is missing.
	Sandbox string
	// Nearby says that the cluster is on this machine. It may then respond before an
	// older kubectl is ready to read from its WebSocket, and the output of exec is lost
	// (https://github.com/kubernetes/kubernetes/pull/131203). So kubectl uses SPDY,
	// unless Env says otherwise.
	Nearby bool
	// URL runs "kubectl learn url", so that what it opens lasts as long as the lesson;
	// nil leaves that to Plugin.
	URL func(ctx context.Context, args []string, out, errOut io.Writer) int
	// Stdin is what commands read; nil is empty. It is a file because the shell would
	// copy any other reader to a pipe, again for each command, and keep copying after
	// the command ended.
	Stdin *os.File
}

// Shell keeps variables from one command to the next. Each command starts in the
// workspace, wherever an earlier one went.
type Shell struct {
	config Config
	runner *interp.Runner
}

// New returns a shell.
func New(c Config) (*Shell, error) {
	s := &Shell{config: c}
	var env []string
	if c.Nearby {
		env = append(env, "KUBECTL_REMOTE_COMMAND_WEBSOCKETS=false")
	}
	env = append(append(env, c.Env...), "KUBECONFIG="+c.Kubeconfig)
	r, err := interp.New(
		interp.Dir(c.Dir),
		interp.Env(expand.ListEnviron(env...)),
		interp.ExecHandlers(s.exec),
	)
	if err != nil {
		return nil, lang.Errorf("failed to open a shell in %s: %w", "无法在 %s 里打开 shell：%w", c.Dir, err)
	}
	s.runner = r
	return s, nil
}

// Run runs a command line and returns its exit status. The command gets an *os.File
// unchanged, so that an editor finds its terminal. env is set for this command only. An
// error means that the command can't be parsed, because of an unclosed quote for
// example, or that ctx is done.
func (s *Shell) Run(ctx context.Context, command string, out, errOut io.Writer, env ...string) (int, error) {
	line, err := withEnv(command, env)
	if err != nil {
		return 0, err
	}
	file, err := syntax.NewParser().Parse(strings.NewReader(line), "")
	if err != nil {
		return 0, lang.Errorf("failed to parse the command: %w", "无法理解这条命令，原文：%w", err)
	}
	var in io.Reader
	if s.config.Stdin != nil {
		in = s.config.Stdin
	}
	if err := interp.StdIO(in, out, errOut)(s.runner); err != nil {
		return 0, lang.Errorf("failed to connect the command's input and output: %w", "无法连接命令的输入输出：%w", err)
	}
	if err := s.goHome(ctx); err != nil {
		return 0, err
	}
	err = s.runner.Run(ctx, file)
	if status, ok := errors.AsType[interp.ExitStatus](err); ok {
		return int(status), nil
	}
	return 0, err
}

// goHome returns to the workspace.
func (s *Shell) goHome(ctx context.Context) error {
	dir, err := syntax.Quote(s.config.Dir, syntax.LangBash)
	if err != nil {
		return lang.Errorf("failed to quote the workspace's path: %w", "无法给工作目录的路径加引号：%w", err)
	}
	file, err := syntax.NewParser().Parse(strings.NewReader("cd "+dir), "")
	if err != nil {
		return lang.Errorf("failed to return to the workspace: %w", "无法回到工作目录：%w", err)
	}
	return s.runner.Run(ctx, file)
}

// withEnv puts assignments before a simple command.
func withEnv(command string, env []string) (string, error) {
	var b strings.Builder
	for _, e := range env {
		name, value, _ := strings.Cut(e, "=")
		quoted, err := syntax.Quote(value, syntax.LangBash)
		if err != nil {
			return "", lang.Errorf("failed to quote %s: %w", "无法给 %s 加引号：%w", name, err)
		}
		b.WriteString(name + "=" + quoted + " ")
	}
	return b.String() + command, nil
}

// exec provides kubectl and curl on a machine without them, and "kubectl learn" even if
// the plugin is not on the PATH; everything else runs unchanged.
func (s *Shell) exec(next interp.ExecHandlerFunc) interp.ExecHandlerFunc {
	return func(ctx context.Context, args []string) error {
		h := interp.HandlerCtx(ctx)
		// Many learners have this alias in their own shell, which this one doesn't
		// know.
		if args[0] == "k" {
			if _, err := interp.LookPathDir(h.Dir, h.Env, args[0]); err != nil {
				args = append([]string{"kubectl"}, args[1:]...)
			}
		}
		if args[0] == "kubectl" && len(args) > 1 && args[1] == brand.Plugin {
			if s.config.URL != nil && len(args) > 2 && args[2] == "url" {
				return exitStatus(s.config.URL(ctx, args[3:], h.Stdout, h.Stderr))
			}
			return next(ctx, append([]string{s.config.Plugin}, args[2:]...))
		}
		if lent := args[0] == "kubectl" || args[0] == "curl"; lent && s.config.Sandbox != "" {
			if _, err := interp.LookPathDir(h.Dir, h.Env, args[0]); err != nil {
				args = append([]string{s.config.Sandbox}, args...)
			}
		}
		return next(ctx, args)
	}
}

func exitStatus(status int) error {
	if status == 0 {
		return nil
	}
	return interp.ExitStatus(status)
}
