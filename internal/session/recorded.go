package session

import (
	"context"
	"os"
	"strings"

	"github.com/kubectl-learn/kubectl-learn/internal/cluster"
	"github.com/kubectl-learn/kubectl-learn/internal/program"
	"github.com/kubectl-learn/kubectl-learn/internal/progress"
)

// Recorded reaches the cluster that a record names, and fails when it has become
// another one, or when another one was chosen.
func Recorded(ctx context.Context, p *program.Program, r progress.Record, choice cluster.Choice) (*cluster.Cluster, error) {
	c, err := named(ctx, p, r, choice)
	if err != nil {
		return nil, err
	}
	_, _, err = recognize(ctx, r, c)
	return c, err
}

// named reaches what a record calls its cluster.
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

// remember makes a choice name the cluster of a record, where it names none.
func remember(choice *cluster.Choice, c progress.Cluster) {
	if choice.Context == "" {
		choice.Context = c.Context
	}
	if choice.Context == c.Context && choice.Kubeconfig == "" && !strings.ContainsRune(c.Kubeconfig, os.PathListSeparator) {
		choice.Kubeconfig = c.Kubeconfig
	}
}
