package cli

import (
	"context"
	"time"

	"github.com/kubectl-learn/kubectl-learn/internal/brand"
	"github.com/kubectl-learn/kubectl-learn/internal/cluster"
	"github.com/kubectl-learn/kubectl-learn/pkg/lang"
)

// reviver returns what starts the lesson's cluster again when it has stopped: the
// sandbox is the lesson's to start, any other cluster is not.
func (s *session) reviver() func(context.Context) error {
	if s.cluster.Context != "" {
		return nil
	}
	return s.revive
}

func (s *session) revive(ctx context.Context) error {
	c, err := s.upAnswering(ctx)
	if err != nil {
		return err
	}
	if c.Server != s.cluster.Server {
		return &advice{what: lang.Messagef(
			"it is now at %s; leave with quit and go on with: %s start %s", "它现在的地址是 %s；请输入 quit 退出，再用这条命令继续：%s start %s", c.Server, brand.Command, s.store.Lesson)}
	}
	_, err = s.recognize(ctx, c)
	return err
}

// stopping is how long a sandbox may take to stop, in which it counts as running and
// does not answer any more.
const stopping = time.Minute

// upAnswering starts the sandbox until it answers: one that is being stopped has to
// be gone first.
func (s *session) upAnswering(ctx context.Context) (*cluster.Cluster, error) {
	timed, cancel := context.WithTimeout(ctx, stopping)
	defer cancel()
	again := time.NewTicker(time.Second)
	defer again.Stop()
	for {
		c, err := s.app.upSandbox(ctx)
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
