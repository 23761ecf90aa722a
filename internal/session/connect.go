package session

import (
	"context"
	"errors"

	"github.com/kubectl-learn/kubectl-learn/internal/advice"
	"github.com/kubectl-learn/kubectl-learn/internal/brand"
	"github.com/kubectl-learn/kubectl-learn/internal/cluster"
	"github.com/kubectl-learn/kubectl-learn/internal/progress"
	"github.com/kubectl-learn/kubectl-learn/pkg/lang"
)

// connect connects to the cluster: the one that the learner named, or else the one
// where the lesson was started, or else the sandbox. A lesson stays on the cluster
// where it was started, whatever its context points to now.
func (s *Session) connect(ctx context.Context) error {
	begun := s.Store.Namespace.Name != ""
	if begun {
		remember(&s.options.Choice, s.Store.Cluster)
	}
	choice := s.options.Choice
	name := choice.Context
	if begun && (name == "") != (s.Store.Cluster.Context == "") {
		return begunElsewhere(s.Store.Record)
	}
	if name == "" {
		return s.connectSandbox(ctx)
	}
	c, err := choice.Open(ctx)
	sameness := cluster.Unsure
	if err == nil && begun {
		sameness, err = s.recognize(ctx, c)
	}
	if err != nil && begun {
		return OrForget(err, s.Store.Lesson)
	}
	if err != nil {
		return err
	}
	if sameness == cluster.Unsure {
		if err := s.choose(ctx, c); err != nil {
			return err
		}
	}
	s.Cluster = c
	s.Store.Cluster.Context, s.Store.Cluster.Kubeconfig = name, choice.File(s.program.Getenv)
	return nil
}

// connectSandbox connects to the sandbox, and notices if it was emptied.
func (s *Session) connectSandbox(ctx context.Context) error {
	c, err := upSandbox(ctx, s.program)
	if err != nil {
		return err
	}
	s.Cluster = c
	sameness, now, err := c.Recognize(ctx, identity(s.Store.Cluster), cluster.Namespace(s.Store.Namespace))
	if err != nil {
		return err
	}
	s.emptied = sameness == cluster.Other && s.Store.Cluster.UID != ""
	s.Store.Cluster = progress.Cluster{Server: now.Server, CA: now.CA, UID: now.UID}
	return nil
}

// choose guards a cluster that is new to the lesson, and asks for confirmation.
func (s *Session) choose(ctx context.Context, c *cluster.Cluster) error {
	if s.options.Choice.Allow != c.Context {
		if err := c.Guard(ctx); err != nil {
			return err
		}
	}
	now, err := c.Identify(ctx)
	if err != nil {
		return err
	}
	if err := s.options.Confirm(ctx, c); err != nil {
		return err
	}
	s.Store.Cluster.Server, s.Store.Cluster.CA, s.Store.Cluster.UID = now.Server, now.CA, now.UID
	return nil
}

// OrForget adds hints for a lesson whose cluster may be gone for good.
func OrForget(err error, lesson string) error {
	_, away := errors.AsType[*cluster.UnreachableError](err)
	missing, gone := errors.AsType[*cluster.NoContextError](err)
	if !away && !gone {
		return err
	}
	e := advice.Of(err)
	if gone {
		e.Hints = nil
		if len(missing.Known) > 0 {
			e.Hints = advice.ContextHints(missing.Known)[:1]
		}
		e.Hints = append(e.Hints, lang.Messagef("choose a context that points to the same cluster: %s start %s --context NAME", "指定一个指向同一集群的上下文：%s start %s --context 名称", brand.Command, lesson))
	}
	e.Hints = append(e.Hints, lang.Messagef("if the cluster no longer exists, forget your progress there: %s reset %s --forget", "如果那个集群已经不存在，清除在那里的进度：%s reset %s --forget", brand.Command, lesson))
	return e
}
