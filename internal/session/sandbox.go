package session

import (
	"context"
	"time"

	"github.com/kubectl-learn/kubectl-learn/internal/advice"
	"github.com/kubectl-learn/kubectl-learn/internal/brand"
	"github.com/kubectl-learn/kubectl-learn/internal/cluster"
	"github.com/kubectl-learn/kubectl-learn/internal/program"
	"github.com/kubectl-learn/kubectl-learn/pkg/lang"
)

// RunningSandbox connects to the sandbox; nil if it is not running.
func RunningSandbox(ctx context.Context, p *program.Program) *cluster.Cluster {
	dir, err := p.Home()
	if err != nil {
		return nil
	}
	c, err := cluster.FromFile(ctx, dir.SandboxKubeconfig())
	if err != nil || c.Reach(ctx) != nil {
		return nil
	}
	return c
}

// upSandbox connects to the sandbox, and starts it if it is not running.
func upSandbox(ctx context.Context, p *program.Program) (*cluster.Cluster, error) {
	file, err := cluster.FindSandbox(p.Executable, p.Getenv)
	if err != nil {
		return nil, err
	}
	if err := cluster.Up(ctx, file, p.ChildEnv(), p.ErrOut); err != nil {
		return nil, err
	}
	dir, err := p.Home()
	if err != nil {
		return nil, err
	}
	return cluster.FromFile(ctx, dir.SandboxKubeconfig())
}

// reviver returns a function that starts the lesson's cluster again after it stopped.
// It is nil unless that is the sandbox: a lesson starts no other cluster.
func (s *Session) reviver() func(context.Context) error {
	if s.Cluster.Context != "" {
		return nil
	}
	return s.revive
}

func (s *Session) revive(ctx context.Context) error {
	c, err := s.upAnswering(ctx)
	if err != nil {
		return err
	}
	if c.Server != s.Cluster.Server {
		return &advice.Error{What: lang.Messagef(
			"it's at %s now; type quit, then continue with: %s start %s", "它现在的地址是 %s；请输入 quit 退出，再用这条命令继续：%s start %s", c.Server, brand.Command, s.Store.Lesson)}
	}
	_, err = s.recognize(ctx, c)
	return err
}

// stopping is how long a sandbox may take to stop. Meanwhile it counts as running, but
// no longer responds.
const stopping = time.Minute

// upAnswering starts the sandbox, and retries until it responds: one that is stopping
// has to end first.
func (s *Session) upAnswering(ctx context.Context) (*cluster.Cluster, error) {
	timed, cancel := context.WithTimeout(ctx, stopping)
	defer cancel()
	again := time.NewTicker(time.Second)
	defer again.Stop()
	for {
		c, err := upSandbox(ctx, s.program)
		if err != nil {
			return nil, err
		}
		if err = c.Reach(ctx); err == nil {
			return c, nil
		}
		select {
		case <-again.C:
		case <-timed.Done():
			return nil, err
		}
	}
}
