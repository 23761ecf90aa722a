package cluster

import (
	"context"
	"regexp"
	"strings"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/metadata"

	"github.com/kubectl-learn/kubectl-learn/pkg/lang"
)

// A cluster with more than these is not a practice cluster.
const (
	practiceNodes = 10
	practicePods  = 100
)

const (
	// guardTimeout is how long the whole guard may take.
	guardTimeout = 10 * time.Second
	// guardPage is the maximum number of objects per request of the guard.
	guardPage = 500
)

var productionWord = regexp.MustCompile(`(?i)(^|[^a-z])(prod|prd|production|live)([^a-z]|$)`)

// Guard fails with *ProductionError if the cluster looks like production: by its name,
// its number of nodes, or its number of pods. It skips what the learner isn't allowed
// to list, because limited permissions are common. If counting fails for any other
// reason, the error is a *GuardError.
func (c *Cluster) Guard(ctx context.Context) error {
	if c.IsSandbox() {
		return nil
	}
	return c.guard(ctx, guardTimeout)
}

func (c *Cluster) guard(ctx context.Context, limit time.Duration) error {
	if name := c.productionName(); name != "" {
		return c.production(lang.Messagef("its name is %q", "它的名称是 %q", name))
	}
	timed, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	sign, err := c.productionSize(timed)
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case timed.Err() != nil:
		return &GuardError{Context: c.Context, Err: lang.Errorf("no response within %s", "%s 内没有响应", limit)}
	case err != nil && apierrors.ReasonForError(err) == metav1.StatusReasonUnknown:
		return c.unreached(err)
	case err != nil:
		return &GuardError{Context: c.Context, Err: err}
	case !sign.IsZero():
		return c.production(sign)
	}
	return nil
}

func (c *Cluster) production(sign lang.Message) error {
	return &ProductionError{Context: c.Context, Sign: sign}
}

// productionName returns the name that looks like production, the context's or the
// server's; "" if neither does.
func (c *Cluster) productionName() string {
	for _, name := range []string{c.Context, c.Server} {
		if productionWord.MatchString(name) {
			return name
		}
	}
	return ""
}

// productionSize says what the cluster has too much of; zero if it is small.
func (c *Cluster) productionSize(ctx context.Context) (lang.Message, error) {
	client, err := metadata.NewForConfig(c.Config)
	if err != nil {
		return lang.Message{}, lang.Errorf("failed to create a client for %s: %w", "无法创建 %s 的客户端，原文：%w", c.Server, err)
	}
	all := func(string) bool { return true }
	nodes, err := count(ctx, client, "nodes", practiceNodes, all)
	if err != nil {
		return lang.Message{}, err
	}
	if nodes > practiceNodes {
		return lang.Messagef("it has more than %d nodes", "它有超过 %d 个节点", practiceNodes), nil
	}
	foreign := func(namespace string) bool { return !strings.HasPrefix(namespace, "kube-") }
	pods, err := count(ctx, client, "pods", practicePods, foreign)
	if err != nil {
		return lang.Message{}, err
	}
	if pods > practicePods {
		return lang.Messagef("it runs more than %d pods outside kube-system", "kube-system 之外运行着超过 %d 个 Pod", practicePods), nil
	}
	return lang.Message{}, nil
}

// count counts objects of the core group page by page, by their metadata only, and
// stops when there are more than enough. It returns 0 if listing them is forbidden.
func count(ctx context.Context, client metadata.Interface, resource string, enough int, counts func(namespace string) bool) (int, error) {
	of := client.Resource(schema.GroupVersionResource{Version: "v1", Resource: resource})
	n, options := 0, metav1.ListOptions{Limit: guardPage}
	for {
		page, err := of.List(ctx, options)
		if apierrors.IsForbidden(err) {
			return 0, nil
		}
		if err != nil {
			return 0, lang.Errorf("failed to count %s: %w", "无法统计 %s：%w", resource, err)
		}
		for i := range page.Items {
			if counts(page.Items[i].GetNamespace()) {
				n++
			}
		}
		if options.Continue = page.GetContinue(); options.Continue == "" || n > enough {
			return n, nil
		}
	}
}
