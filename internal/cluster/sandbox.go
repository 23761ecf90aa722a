package cluster

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"

	"github.com/kubectl-learn/kubectl-learn/internal/brand"
	"github.com/kubectl-learn/kubectl-learn/internal/home"
	"github.com/kubectl-learn/kubectl-learn/pkg/lang"
)

// SandboxEnv is the environment variable with the path of the sandbox program, for
// those who keep it in an unusual place.
const SandboxEnv = "KUBECTL_LEARN_SANDBOX"

// FindSandbox returns the sandbox program: the one that $KUBECTL_LEARN_SANDBOX names,
// or else the one next to plugin, or else the one on PATH. It fails with
// *NoSandboxError.
func FindSandbox(plugin string, getenv func(string) string) (string, error) {
	if file := getenv(SandboxEnv); file != "" {
		if _, err := os.Stat(file); err != nil {
			return "", &NoSandboxError{Looked: []string{fmt.Sprintf("%s ($%s)", file, SandboxEnv)}}
		}
		return file, nil
	}
	name := brand.SandboxBinary
	if runtime.GOOS == "windows" {
		name += ".exe"
	}
	var looked []string
	for _, folder := range home.Beside(plugin) {
		file := filepath.Join(folder, name)
		if _, err := os.Stat(file); err == nil {
			return file, nil
		}
		looked = append(looked, file)
	}
	if file, err := exec.LookPath(brand.SandboxBinary); err == nil {
		return file, nil
	}
	return "", &NoSandboxError{Looked: append(looked, brand.SandboxBinary+" on PATH")}
}

// Up starts the sandbox if it is not running, and returns when it is ready. env is the
// program's environment, which includes its language. Its messages go to progress; an
// *os.File is passed on unchanged, so that the program can tell whether it is a
// terminal. It fails with *SandboxError.
func Up(ctx context.Context, program string, env []string, progress io.Writer) error {
	if err := run(ctx, program, env, progress, "up"); err != nil {
		return &SandboxError{Err: err}
	}
	return ctx.Err()
}

// SetNodes gives the running sandbox this many nodes, and returns when they are ready.
func SetNodes(ctx context.Context, program string, env []string, nodes int, progress io.Writer) error {
	if err := run(ctx, program, env, progress, "nodes", strconv.Itoa(nodes)); err != nil {
		return lang.Errorf("failed to give the sandbox %d nodes: %w", "无法把沙箱的节点数改为 %d：%w", nodes, err)
	}
	return ctx.Err()
}

// run runs the sandbox program. If ctx ends first, it interrupts the program and
// returns no error.
func run(ctx context.Context, program string, env []string, progress io.Writer, args ...string) error {
	cmd := exec.CommandContext(ctx, program, args...)
	cmd.Env, cmd.Stderr = env, progress
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	if err := cmd.Run(); ctx.Err() == nil {
		return err
	}
	return nil
}
