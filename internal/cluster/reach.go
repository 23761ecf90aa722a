package cluster

import (
	"cmp"
	"context"
	"net/http"
	"time"

	"k8s.io/client-go/rest"

	"github.com/kubectl-learn/kubectl-learn/pkg/lang"
)

// reachTimeout is how long the API server may take to return its version.
const reachTimeout = 8 * time.Second

// Reach fails with *UnreachableError if the API server doesn't respond at all. A
// refusal is a response.
func (c *Cluster) Reach(ctx context.Context) error {
	web, err := rest.HTTPClientFor(c.Config)
	if err != nil {
		return lang.Errorf("failed to create a client for %s: %w", "无法创建 %s 的客户端，原文：%w", c.Server, err)
	}
	base, _, err := rest.DefaultServerUrlFor(c.Config)
	if err != nil {
		return lang.Errorf("failed to parse the address %s: %w", "无法识别地址 %s：%w", c.Server, err)
	}
	timed, cancel := context.WithTimeout(ctx, reachTimeout)
	defer cancel()
	request, err := http.NewRequestWithContext(timed, http.MethodGet, base.JoinPath("version").String(), nil)
	if err != nil {
		return lang.Errorf("failed to parse the address %s: %w", "无法识别地址 %s：%w", c.Server, err)
	}
	response, err := web.Do(request)
	if err != nil {
		return cmp.Or(ctx.Err(), error(&UnreachableError{Context: c.Context, Server: c.Server, Err: err}))
	}
	return response.Body.Close()
}
