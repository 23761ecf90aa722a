package checks

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/google/cel-go/cel"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kubectl-learn/kubectl-learn/pkg/lang"
)

// LogsProbe reads what a container printed, of a pod that is ready when there is
// one.
type LogsProbe struct {
	PodChoice
	// Previous reads the run before the last start.
	Previous bool
	// Tail is how many lines are read from the end; 0 for all that fits.
	Tail int
	// Since is how far back lines are read; 0 for all.
	Since time.Duration
}

// maxLogRead bounds what is read to keep the end of a log, in bytes.
const maxLogRead = 4 << 20

func (p *LogsProbe) environment() environment {
	return environment{name: "logs", variables: map[string]*cel.Type{
		"log": cel.StringType, "lines": cel.ListType(cel.StringType),
	}}
}

func (p *LogsProbe) vars(s sight) map[string]any {
	log := ""
	if s.output != nil {
		log = s.output.stdout
	}
	lines := []string{}
	if log != "" {
		lines = strings.Split(strings.TrimSuffix(log, "\n"), "\n")
	}
	return map[string]any{"log": log, "lines": lines}
}

func (p *LogsProbe) askable() func(*object, string) bool {
	if p.Previous {
		return ranBefore
	}
	return ran
}

func (p *LogsProbe) ready(s sight) bool { return p.choose(s, p.askable()) != nil }

func (p *LogsProbe) ask(ctx context.Context, e *Engine, s sight) (reply, error) {
	out, err := e.log(ctx, p, p.choose(s, p.askable()))
	return reply{output: out}, err
}

func (p *LogsProbe) judge(c Check, s sight, e expectation, now time.Time) finding {
	if s.output == nil {
		why := lang.Messagef("no container has run in %s yet", "%s 中还没有运行过容器", p.place())
		if p.Previous {
			why = lang.Messagef("no container of %s was started again", "%s 中没有重新启动过的容器", p.place())
		}
		return judgeNobody(p.PodChoice, s, now, why)
	}
	if e.held() {
		return finding{verdict: Passed}
	}
	why := lang.Messagef("%s: %s", "%s：%s", s.output.where, e.reason())
	if s.output.stdout == "" {
		why = lang.Messagef("%s is empty", "%s 是空的", s.output.where)
	}
	return soonAfter(failed(bounded(why, s.output.cut)), c, s, now)
}

// log reads the end of a container's log.
func (e *Engine) log(ctx context.Context, p *LogsProbe, pod *object) (*output, error) {
	timed, cancel := context.WithTimeout(ctx, visitTimeout)
	defer cancel()
	address := e.base.JoinPath("api", "v1", "namespaces", pod.GetNamespace(), "pods", pod.GetName(), "log")
	address.RawQuery = p.query(p.container(pod)).Encode()
	request, err := http.NewRequestWithContext(timed, http.MethodGet, address.String(), nil)
	if err != nil {
		return nil, err
	}
	response, err := e.web.Do(request)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	kept, cut, err := readEnd(response.Body)
	if err != nil {
		return nil, err
	}
	if response.StatusCode != http.StatusOK {
		return nil, statusError(response.StatusCode, kept)
	}
	return &output{where: lang.Messagef("the log of %s", "%s 的日志", namedObject(pod)), stdout: text(kept), cut: cut}, nil
}

func (p *LogsProbe) query(container string) url.Values {
	q := url.Values{"container": {container}}
	if p.Previous {
		q.Set("previous", "true")
	}
	if p.Tail > 0 {
		q.Set("tailLines", strconv.Itoa(p.Tail))
	}
	if p.Since > 0 {
		q.Set("sinceSeconds", strconv.Itoa(max(1, int(p.Since.Seconds()))))
	}
	return q
}

// readEnd keeps the last maxOutput bytes of what is there to read.
func readEnd(r io.Reader) (kept []byte, cut bool, err error) {
	all, err := io.ReadAll(io.LimitReader(r, maxLogRead))
	if err != nil {
		return nil, false, err
	}
	if len(all) <= maxOutput {
		return all, false, nil
	}
	return all[len(all)-maxOutput:], true, nil
}

// statusError is the API server's own error, as client-go makes it.
func statusError(code int, body []byte) error {
	var status metav1.Status
	if json.Unmarshal(body, &status) == nil && status.Kind == "Status" {
		return &apierrors.StatusError{ErrStatus: status}
	}
	return errors.New(strconv.Itoa(code) + " " + oneLine(string(body)))
}
