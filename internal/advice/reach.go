package advice

import (
	"errors"

	"github.com/kubectl-learn/kubectl-learn/internal/brand"
	"github.com/kubectl-learn/kubectl-learn/internal/reach"
	"github.com/kubectl-learn/kubectl-learn/pkg/lang"
)

func explainReach(err error) *Error {
	if e, ok := errors.AsType[*reach.NotReachedError](err); ok {
		what := lang.Messagef("Service %q has no node port", "Service %q 没有节点端口", e.Service)
		if e.NodePort != 0 {
			what = lang.Messagef("no node of this cluster answers on port %d from here", "从本机访问不到集群节点的 %d 端口", e.NodePort)
		}
		forward := lang.Messagef("forward a port of your own: kubectl port-forward service/%s 8080:%d", "用端口转发访问：kubectl port-forward service/%s 8080:%d", e.Service, e.Port)
		return &Error{What: what, Hints: []lang.Message{forward}}
	}
	if e, ok := errors.AsType[*reach.NoControllerError](err); ok {
		what := lang.Messagef("Ingress %q has no class, so no controller serves it", "Ingress %q 没有指定 IngressClass，所以没有控制器处理它", e.Ingress)
		switch {
		case e.Controller != "":
			what = lang.Messagef("no Service is known for the controller %s, which serves Ingress %q", "找不到控制器 %s 的 Service，而 Ingress %q 由它处理", e.Controller, e.Ingress)
		case e.Class != "":
			what = lang.Messagef("there is no IngressClass %q, which Ingress %q asks for", "没有 IngressClass %q，而 Ingress %q 要求使用它", e.Class, e.Ingress)
		}
		return &Error{What: what, Hints: []lang.Message{lang.Messagef("name the controller's Service: %s url service/NAME -n NAMESPACE", "写出控制器的 Service：%s url service/名字 -n 命名空间", brand.Command)}}
	}
	if e, ok := errors.AsType[*reach.NoPortError](err); ok {
		return &Error{
			What:  lang.Messagef("no container of Pod %q names a port", "Pod %q 的容器没有写明端口", e.Pod),
			Hints: []lang.Message{lang.Messagef("forward the port that you know: kubectl port-forward pod/%s :PORT", "转发你知道的端口：kubectl port-forward pod/%s :PORT", e.Pod)},
		}
	}
	if e, ok := errors.AsType[*reach.NoEndpointError](err); ok {
		return &Error{
			What:  lang.Messagef("no ready pod stands behind Service %q", "Service %q 后面没有就绪的 Pod", e.Service),
			Hints: []lang.Message{lang.Messagef("look at its endpoints: kubectl describe service %s", "查看它的端点：kubectl describe service %s", e.Service)},
		}
	}
	return nil
}
