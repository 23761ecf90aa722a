package session

import (
	"context"
	"os"
	"strings"

	"github.com/kubectl-learn/kubectl-learn/internal/cluster"
	"github.com/kubectl-learn/kubectl-learn/internal/program"
	"github.com/kubectl-learn/kubectl-learn/internal/progress"
)

// Recorded connects to the cluster that a record names. It fails if that is another
// cluster by now, or if the learner chose another one.
func Recorded(ctx context.Context, p *program.Program, r progress.Record, choice cluster.Choice) (*cluster.Cluster, error) {
	c, err := named(ctx, p, r, choice)
	if err != nil {
		return nil, err
	}
	_, _, err = recognize(ctx, r, c)
	return c, err
}

// named connects to the cluster that a record names, without checking its identity.
func named(ctx context.Context, p *program.Program, r progress.Record, choice cluster.Choice) (*cluster.Cluster, error) {
	remember(&choice, r.Cluster)
	switch {
	case (choice.Context == "") != (r.Cluster.Context == ""):
		return nil, begunElsewhere(r)
	case choice.Context != "":
		return choice.Open(ctx)
	}
	return upSandbox(ctx, p)
}

// remember fills in the cluster of a record if a choice names none.
func remember(choice *cluster.Choice, c progress.Cluster) {
	if choice.Context == "" {
		choice.Context = c.Context
	}
	if choice.Context == c.Context && choice.Kubeconfig == "" && !strings.ContainsRune(c.Kubeconfig, os.PathListSeparator) {
		choice.Kubeconfig = c.Kubeconfig
	}
}
