package checks

import (
	"context"
	"errors"
	"net"
	"net/url"

	apierrors "k8s.io/apimachinery/pkg/api/errors"

	"github.com/kubectl-learn/kubectl-learn/pkg/lang"
)

// errSlow says that the API gave no answer in time.
var errSlow = errors.New("no answer in time")

// troubleOf says why it was not possible to look.
func troubleOf(err error) lang.Message {
	var unserved *unservedError
	var network *url.Error
	var timeout net.Error
	switch {
	case err == nil:
		return lang.Message{}
	case errors.As(err, &unserved):
		return unserved.why()
	case apierrors.IsForbidden(err), apierrors.IsUnauthorized(err):
		return lang.Messagef("not allowed to look: %s", "没有查看的权限：%s", shorten(oneLine(err.Error()), 200))
	case errors.Is(err, errSlow), errors.Is(err, context.DeadlineExceeded), apierrors.IsTimeout(err),
		errors.As(err, &timeout) && timeout.Timeout():
		return lang.Messagef("the API server does not answer in time", "API 服务器没有及时响应")
	case errors.As(err, &network):
		return lang.Messagef("the API server cannot be reached: %s", "无法连接 API 服务器：%s", network.Err)
	default:
		return lang.Messagef("the API server cannot tell: %s", "API 服务器无法回答：%s", shorten(oneLine(err.Error()), 200))
	}
}

func (e *unservedError) why() lang.Message {
	kind := e.kind
	if e.apiVersion != "" {
		kind = e.apiVersion + " " + kind
	}
	if e.near != "" {
		return lang.Messagef("the cluster has no kind %q, but it has %q", "集群没有 %q 这种类型，但有 %q", kind, e.near)
	}
	return lang.Messagef("the cluster has no kind %q", "集群没有 %q 这种类型", kind)
}
