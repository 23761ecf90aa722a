package cli

import (
	"context"

	"github.com/kubectl-learn/kubectl-learn/internal/brand"
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
	c, err := s.app.upSandbox(ctx)
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
