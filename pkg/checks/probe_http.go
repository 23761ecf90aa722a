package checks

import (
	"cmp"
	"context"
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"time"

	"github.com/google/cel-go/cel"
	"go.yaml.in/yaml/v3"
	"golang.org/x/net/http/httpguts"

	"github.com/kubectl-learn/kubectl-learn/pkg/checks/internal/ask"
	"github.com/kubectl-learn/kubectl-learn/pkg/checks/internal/expr"
	"github.com/kubectl-learn/kubectl-learn/pkg/checks/internal/kube"
	"github.com/kubectl-learn/kubectl-learn/pkg/checks/internal/timing"
	"github.com/kubectl-learn/kubectl-learn/pkg/checks/internal/why"
	"github.com/kubectl-learn/kubectl-learn/pkg/lang"
)

func (h *HTTPProbe) subject() subject {
	if h.Service != "" {
		return subject{kind: "Service", apiVersion: "v1", name: h.Service, namespace: h.Namespace}
	}
	return h.pods().subject()
}

// pods are those that are asked when it is no Service.
func (h *HTTPProbe) pods() PodChoice {
	return PodChoice{Pod: h.Pod, Deployment: h.Deployment, Selector: h.Selector, Namespace: h.Namespace, selector: h.selector}
}

// pod is the one that is asked, nil for a Service or when there is none.
func (h *HTTPProbe) pod(s observation) *kube.Object {
	if h.Service != "" {
		return nil
	}
	if h.Pod != "" {
		return s.object
	}
	return h.pods().choose(s, kube.Runs)
}

func (h *HTTPProbe) explaining() []why.Need {
	return why.RequestNeeds()
}

func (h *HTTPProbe) environment() expr.Environment {
	response := cel.ObjectType(responseType)
	return expr.Environment{
		Name:      "http",
		Variables: map[string]*cel.Type{"response": response, "responses": cel.ListType(response)},
		Types: map[string]map[string]*cel.Type{responseType: {
			"status": cel.IntType, "body": cel.StringType, "json": cel.DynType,
			"headers": cel.MapType(cel.StringType, cel.StringType),
			"error":   cel.StringType, "seconds": cel.DoubleType,
		}},
		Open:      []string{"response.status", "response.seconds", "responses.*.status", "responses.*.seconds"},
		OpenSizes: []string{"responses"},
		Items:     map[string]lang.Message{"responses": lang.Messagef("one of the responses", "其中一次回应")},
	}
}

func (h *HTTPProbe) vars(s observation) map[string]any { return responseVars(s.answers) }

func (h *HTTPProbe) ready(s observation) bool {
	if h.Service != "" {
		return s.object != nil
	}
	return h.pod(s) != nil
}

func (h *HTTPProbe) consult(ctx context.Context, of outside, s observation) (reply, error) {
	one, pod := h.request(), h.pod(s)
	if pod != nil {
		one.Pod = pod.GetName()
	}
	to := ask.Backend{Namespace: s.namespace, Pod: pod}
	if h.Service != "" {
		to.Service = s.object
	}
	answers, err := of.Visits(ctx, one, to)
	return reply{answers: answers}, err
}

func (h *HTTPProbe) judge(c Check, s observation, e expectation, now time.Time) judgment {
	if h.Service == "" && len(s.answers) == 0 {
		return judgeNobody(h.pods(), s, now,
			lang.Messagef("no container is running in %s", "%s 中没有正在运行的容器", h.pods().place()))
	}
	return judgeHTTP(c, s, e, now)
}

// request is what is sent to a Service, or to the pod that is named.
func (h *HTTPProbe) request() ask.Request {
	return ask.Request{
		Service: h.Service, Pod: h.Pod, Port: h.Port, Path: h.Path, Method: h.Method, Headers: h.Headers, Body: h.Body, HTTPS: h.HTTPS,
		Times: h.Times, Interval: h.Interval, Redirects: h.Redirects, Timeout: h.Timeout,
	}
}

// responseType is the type of an answer in expressions.
const responseType = "response"

func responseVars(answers []ask.Answer) map[string]any {
	list := make([]any, len(answers))
	for i, a := range answers {
		headers := a.Headers
		if headers == nil {
			headers = map[string]string{}
		}
		list[i] = map[string]any{
			"status": int64(a.Status), "body": a.Body, "headers": headers,
			"error": a.Err, "seconds": a.Seconds, "json": jsonOf(a.Body),
		}
	}
	vars := map[string]any{"responses": list}
	if len(list) > 0 {
		vars["response"] = list[0]
	} else {
		vars["response"] = map[string]any{}
	}
	return vars
}

// jsonOf is a body read as JSON, nil when it is none.
func jsonOf(body string) any {
	var value any
	if len(body) == 0 || json.Unmarshal([]byte(body), &value) != nil {
		return nil
	}
	return value
}

func (h *HTTPProbe) parse(p *parser, n *yaml.Node) {
	h.Headers = map[string]string{}
	h.defaults()
	p.mapping(n, "http", []field{
		p.text("service", &h.Service), p.text("pod", &h.Pod), p.text("deployment", &h.Deployment), p.text("selector", &h.Selector),
		p.text("namespace", &h.Namespace), p.text("port", &h.Port), p.text("path", &h.Path),
		p.number("times", 1, maxTimes, func(v int) { h.Times = v }),
		p.duration("interval", timing.MaxInterval, &h.Interval),
		p.method(&h.Method),
		p.texts("headers", h.Headers), p.text("body", &h.Body), p.truth("https", &h.HTTPS),
		p.number("redirects", 0, maxRedirects, func(v int) { h.Redirects = v }),
		p.duration("timeout", timing.MaxTimeout, &h.Timeout),
	})
	choice := h.pods()
	p.selects(n, &choice)
	h.selector = choice.selector
}

func (h *HTTPProbe) complete() (err error) {
	h.defaults()
	h.selector, err = parseSelector(h.Selector)
	return err
}

// defaults are what is asked where nothing else is said.
func (h *HTTPProbe) defaults() {
	h.Times, h.Path, h.Method = cmp.Or(h.Times, 1), cmp.Or(h.Path, "/"), cmp.Or(h.Method, "GET")
}

func (h *HTTPProbe) flaws(f *flaws, _ Check) {
	f.oneOf("http", []string{h.Service, h.Pod, h.Deployment, h.Selector}, "service, pod, deployment, selector")
	f.pods(h.pods())
	f.name("service", "Service", h.Service)
	f.need("http", "port", h.Port)
	f.from("times", h.Times, 1, maxTimes)
	f.from("redirects", h.Redirects, 0, maxRedirects)
	f.port(h)
	f.path(h.Path)
	for _, name := range slices.Sorted(maps.Keys(h.Headers)) {
		switch {
		case http.CanonicalHeaderKey(name) == "Authorization":
			f.add("headers", "header %q never reaches the backend: the API server keeps it for itself", name)
		case !httpguts.ValidHeaderFieldName(name):
			f.add("headers", "header %q can't be a header's name: use letters, digits and dashes", name)
		case !httpguts.ValidHeaderFieldValue(h.Headers[name]):
			f.add("headers", "the value of header %q contains a line break or another control character", name)
		}
	}
}

func (h *HTTPProbe) identity() string {
	return identityOf("http", h.Namespace, h.Service+"|"+h.pods().key(), h.Port+h.Path)
}

func (h *HTTPProbe) judgeable(reply) bool { return true }
func (h *HTTPProbe) changes() bool        { return true }

func (h *HTTPProbe) enough(r *row, lasted time.Duration) bool { return r.enoughVisits(lasted) }

func (h *HTTPProbe) nothing(_ Check, s observation) lang.Message {
	if len(s.answers) > 0 {
		return lang.Message{}
	}
	return lang.Messagef("nothing has answered yet", "还没有收到回应")
}

func (h *HTTPProbe) deciding(Check) []string { return h.pods().decisive() }
