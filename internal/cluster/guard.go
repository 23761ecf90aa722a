package cluster

import (
	"context"
	"fmt"
	"regexp"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// More than these is not a cluster for practising.
const (
	practiceNodes = 10
	practicePods  = 100
)

var productionWord = regexp.MustCompile(`(?i)(^|[^a-z])(prod|prd|production|live)([^a-z]|$)`)

// Guard fails with *ProductionError when the cluster looks like one that people
// rely on: by its name, by its size, or by the work of others on it. What may
// not be looked at is passed over: a learner with few rights is an ordinary one.
func (c *Cluster) Guard(ctx context.Context) error {
	if c.IsSandbox() {
		return nil
	}
	if name := c.productionName(); name != "" {
		return &ProductionError{Context: c.Context, Sign: fmt.Sprintf("its name is %q", name)}
	}
	if n := c.count(ctx, "nodes", nil); n > practiceNodes {
		return &ProductionError{Context: c.Context, Sign: fmt.Sprintf("it has %d nodes", n)}
	}
	foreign := func(namespace string) bool { return !strings.HasPrefix(namespace, "kube-") }
	if n := c.count(ctx, "pods", foreign); n > practicePods {
		return &ProductionError{Context: c.Context, Sign: fmt.Sprintf("%d pods run on it outside kube-system", n)}
	}
	return nil
}

// productionName returns the name, of the context or the server, that says
// production, and "" when none does.
func (c *Cluster) productionName() string {
	for _, name := range []string{c.Context, c.Server} {
		if productionWord.MatchString(name) {
			return name
		}
	}
	return ""
}

func (c *Cluster) count(ctx context.Context, resource string, counts func(namespace string) bool) int {
	list, err := c.core(resource).List(ctx, metav1.ListOptions{Limit: 5 * practicePods})
	if err != nil {
		return 0
	}
	n := 0
	for _, item := range list.Items {
		if counts == nil || counts(item.GetNamespace()) {
			n++
		}
	}
	return n
}
