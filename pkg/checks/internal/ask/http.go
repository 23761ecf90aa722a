package ask

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/kubectl-learn/kubectl-learn/pkg/checks/internal/kube"
	"github.com/kubectl-learn/kubectl-learn/pkg/checks/internal/timing"
	"github.com/kubectl-learn/kubectl-learn/pkg/checks/internal/words"
)

// MaxBody bounds what is read of one answer, in bytes.
const MaxBody = 64 << 10

// Request is what is sent, and how often.
type Request struct {
	// Service or Pod is who is asked.
	Service, Pod string
	// Port is a number or a port's name.
	Port string
	// Path starts with a slash and may include a query.
	Path, Method string
	Headers      map[string]string
	Body         string
	// HTTPS says that the backend uses TLS. Its certificate is not verified.
	HTTPS bool
	// Times is the number of requests, Interval the pause between two of them.
	Times    int
	Interval time.Duration
	// Redirects is how many redirects to the same backend are followed.
	Redirects int
	// Timeout is how long one request may take; timing.Visit when it is 0.
	Timeout time.Duration
}

// Backend is who is asked.
type Backend struct {
	Namespace string
	// Service or pod is the one that is named; nil when it is not known.
	Service, Pod *kube.Object
}

// Visits sends the requests of an http probe, one after the other. The error says
// that the API server could not be asked; what the backend does wrong is in the
// answers.
func (c *Client) Visits(ctx context.Context, h Request, to Backend) ([]Answer, error) {
	address, err := c.address(h, to)
	if err != nil {
		return []Answer{{Err: err.Error()}}, nil //nolint:nilerr // a wrong port is an answer to the learner, not trouble of the API
	}
	answers := make([]Answer, 0, h.Times)
	for i := range h.Times {
		if i > 0 && h.Interval > 0 && !timing.Pause(ctx, h.Interval) {
			return nil, ctx.Err()
		}
		a, err := c.follow(ctx, h, to, address)
		if err != nil {
			return nil, err
		}
		answers = append(answers, a)
		if a.Err != "" {
			break
		}
	}
	return answers, nil
}

// address is the backend's place in the API server's proxy.
func (c *Client) address(h Request, to Backend) (string, error) {
	resource, name, port := "services", h.Service, h.Port
	if h.Pod != "" {
		resource, name = "pods", h.Pod
		port = kube.PortNumber(to.Pod, port)
		if _, err := strconv.Atoi(port); err != nil {
			return "", fmt.Errorf("no container in pod %q has a port named %q", h.Pod, port)
		}
	}
	name += ":" + port
	if h.HTTPS {
		name = "https:" + name
	}
	base := c.base.JoinPath("api", "v1", "namespaces", to.Namespace, resource, name, "proxy")
	path, err := url.Parse(h.Path)
	if err != nil {
		return "", fmt.Errorf("path %q isn't valid: %w", h.Path, err)
	}
	return base.String() + path.RequestURI(), nil
}

// visit sends one request. Where the connection breaks, the API server is asked
// whether it is well: then it is the backend that cut the response short, twice.
func (c *Client) visit(ctx context.Context, h Request, address string) (Answer, error) {
	a, err := c.send(ctx, h, address)
	if err == nil || ctx.Err() != nil || c.Ping(ctx) != nil {
		return a, err
	}
	a, err = c.send(ctx, h, address)
	if err == nil || ctx.Err() != nil || c.Ping(ctx) != nil {
		return a, err
	}
	if request, ok := errors.AsType[*url.Error](err); ok { // It names the address in the API server.
		err = request.Err
	}
	return Answer{Err: BrokeOff + words.OneLine(err.Error())}, nil
}

// BrokeOff begins what is said of an answer that did not come to its end.
const BrokeOff = "the response was cut short: "

func (c *Client) send(ctx context.Context, h Request, address string) (Answer, error) {
	timeout := h.Timeout
	if timeout <= 0 {
		timeout = timing.Visit
	}
	timed, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	request, err := http.NewRequestWithContext(timed, h.Method, address, strings.NewReader(h.Body))
	if err != nil {
		return Answer{Err: err.Error()}, nil
	}
	request.Header.Set("Accept", accepts)
	for k, v := range h.Headers {
		request.Header.Set(k, v)
		if http.CanonicalHeaderKey(k) == "Host" {
			request.Host = v
		}
	}
	started := time.Now()
	response, err := c.web.Do(request)
	if err != nil {
		return lateAnswer(ctx, err, timeout, time.Since(started))
	}
	defer response.Body.Close()
	body, err := io.ReadAll(io.LimitReader(response.Body, MaxBody+1))
	if err != nil {
		return lateAnswer(ctx, err, timeout, time.Since(started))
	}
	return read(response, body, time.Since(started)), nil
}

// lateAnswer tells a backend that is slow from an API server that is not there.
func lateAnswer(ctx context.Context, err error, timeout, took time.Duration) (Answer, error) {
	if ctx.Err() != nil || !errors.Is(err, context.DeadlineExceeded) {
		return Answer{}, err
	}
	return Answer{Err: "timeout: no response within " + timeout.String(), Seconds: took.Seconds()}, nil
}

// read tells the backend's answer from the API server's own.
func read(response *http.Response, body []byte, took time.Duration) Answer {
	if r := refusalIn(response, body); r != nil {
		return Answer{Err: r.Message, Seconds: took.Seconds(), Refusal: r}
	}
	headers := make(map[string]string, len(response.Header))
	for k, values := range response.Header {
		headers[k] = text([]byte(strings.Join(values, ", ")))
	}
	if to := headers["Location"]; to != "" && response.Request != nil {
		headers["Location"] = backendLocation(to, response.Request.URL)
	}
	cut := len(body) > MaxBody
	body = body[:min(len(body), MaxBody)]
	return Answer{Status: response.StatusCode, Body: text(body), Cut: cut, Headers: headers, Seconds: took.Seconds()}
}

// Answer is what one request of an http probe got.
type Answer struct {
	Status int
	Body   string
	// Cut says that the body is longer than what was read of it.
	Cut     bool
	Headers map[string]string
	// Err says why there is no answer.
	Err     string
	Seconds float64
	// Refusal is set when the API server answered instead of the backend.
	Refusal *Refusal
	// Strayed is set when a redirect was not followed, as it leads elsewhere.
	Strayed bool
}
