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
			what = lang.Messagef("this machine can't reach port %d on any node of the cluster", "从本机访问不到集群节点的 %d 端口", e.NodePort)
		}
		forward := lang.Messagef("forward a port yourself: kubectl port-forward service/%s 8080:%d", "自己转发一个端口：kubectl port-forward service/%s 8080:%d", e.Service, e.Port)
		return &Error{What: what, Hints: []lang.Message{forward}}
	}
	if e, ok := errors.AsType[*reach.NoControllerError](err); ok {
		what := lang.Messagef("Ingress %q has no class, so no controller serves it", "Ingress %q 没有指定 IngressClass，所以没有控制器处理它", e.Ingress)
		switch {
		case e.Controller != "":
			what = lang.Messagef("can't find the Service of controller %s, which serves Ingress %q", "找不到控制器 %s 的 Service，而 Ingress %q 由它处理", e.Controller, e.Ingress)
		case e.Class != "":
			what = lang.Messagef("IngressClass %q, which Ingress %q uses, doesn't exist", "IngressClass %q 不存在，而 Ingress %q 使用它", e.Class, e.Ingress)
		}
		return &Error{What: what, Hints: []lang.Message{lang.Messagef("name the controller's Service: %s url service/NAME -n NAMESPACE", "写出控制器的 Service：%s url service/名字 -n 命名空间", brand.Command)}}
	}
	if e, ok := errors.AsType[*reach.NoPortError](err); ok {
		return &Error{
			What:  lang.Messagef("no container in Pod %q declares a port", "Pod %q 的容器没有声明端口", e.Pod),
			Hints: []lang.Message{lang.Messagef("forward a port that you know: kubectl port-forward pod/%s :PORT", "转发你知道的端口：kubectl port-forward pod/%s :PORT", e.Pod)},
		}
	}
	if e, ok := errors.AsType[*reach.NoEndpointError](err); ok {
		return &Error{
			What:  lang.Messagef("Service %q has no ready pods", "Service %q 没有就绪的 Pod", e.Service),
			Hints: []lang.Message{lang.Messagef("check its endpoints: kubectl describe service %s", "查看它的端点：kubectl describe service %s", e.Service)},
		}
	}
	return nil
}
