package checks

import (
	"context"
	"time"

	"github.com/google/cel-go/cel"
)

func (h *HTTPProbe) subject() subject {
	if h.Service != "" {
		return subject{kind: "Service", apiVersion: "v1", name: h.Service, namespace: h.Namespace}
	}
	return subject{kind: "Pod", apiVersion: "v1", name: h.Pod, namespace: h.Namespace}
}

func (h *HTTPProbe) explaining() []explainingKind {
	list := []explainingKind{
		{kind: "Pod", apiVersion: "v1", stirs: true},
		{kind: "Event", apiVersion: "v1"},
		{kind: "EndpointSlice", apiVersion: "discovery.k8s.io/v1", stirs: true},
		{kind: "ConfigMap", apiVersion: "v1", stirs: true},
	}
	if h.Service == "" {
		return []explainingKind{list[1], list[3]}
	}
	return list
}

func (h *HTTPProbe) environment() environment {
	response := cel.ObjectType(responseType)
	return environment{name: "http", variables: map[string]*cel.Type{
		"response": response, "responses": cel.ListType(response),
	}}
}

func (h *HTTPProbe) vars(s sight) map[string]any { return responseVars(s.answers) }

func (h *HTTPProbe) ready(s sight) bool { return s.object != nil }

func (h *HTTPProbe) ask(ctx context.Context, e *Engine, s sight) (reply, error) {
	answers, err := e.visits(ctx, *h, s.namespace, s.object)
	return reply{answers: answers}, err
}

func (h *HTTPProbe) judge(c Check, s sight, e expectation, now time.Time) finding {
	return judgeHTTP(c, s, e, now)
}
