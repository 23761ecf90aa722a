package checks

import (
	"testing"
	"time"

	"github.com/kubectl-learn/kubectl-learn/pkg/checks/internal/ask"
	"github.com/kubectl-learn/kubectl-learn/pkg/checks/internal/kube"
)

// What is said of all is not so where there is none, unless the author says that
// none is fine.
func TestNothingToLookAt(t *testing.T) {
	tests := map[string]struct {
		src  string
		want Verdict
		en   string
		zh   string
	}{
		"all objects":     {"objects: {kind: Pod, selector: app=web}\n  cel: objects.all(o, o.status.phase == 'Running')", Failed, "there is no Pod with labels app=web to check", "没有可查看的 Pod（标签 app=web）"},
		"no object":       {"objects: {kind: Pod}\n  cel: '!objects.exists(o, o.status.phase == ''Failed'')'", Failed, "there is no Pod to check", "没有可查看的 Pod"},
		"filtered":        {"objects: {kind: Pod}\n  cel: objects.filter(o, o.spec.x == 1).size() == 0", Failed, "there is no Pod to check", "没有可查看的 Pod"},
		"true":            {"objects: {kind: Pod}\n  cel: 'true'", Failed, "there is no Pod to check", "没有可查看的 Pod"},
		"match and cel":   {"objects: {kind: Pod}\n  match: {spec: {nodeName: a}}\n  cel: objects.all(o, true)", Failed, "there is no Pod to check", "没有可查看的 Pod"},
		"match, at most":  {"objects: {kind: Pod, max: 3}\n  match: {spec: {nodeName: a}}", Failed, "there is no Pod to check", "没有可查看的 Pod"},
		"cel, at most":    {"objects: {kind: Pod, max: 3}\n  cel: objects.all(o, true)", Failed, "there is no Pod to check", "没有可查看的 Pod"},
		"too few":         {"objects: {kind: Pod, min: 1}\n  cel: objects.all(o, true)", Failed, "the number of objects of kind Pod is 0, wanted at least 1", "Pod 有 0 个，应至少为 1"},
		"count 0":         {"objects: {kind: Pod, count: 0}\n  cel: objects.all(o, true)", Passed, "", ""},
		"min 0":           {"objects: {kind: Pod, min: 0}\n  cel: objects.all(o, o.spec.x == 1)", Passed, "", ""},
		"match, min 0":    {"objects: {kind: Pod, min: 0}\n  match: {spec: {nodeName: a}}", Passed, "", ""},
		"size":            {"objects: {kind: Pod}\n  cel: objects.size() == 0 || objects.all(o, o.spec.x == 1)", Passed, "", ""},
		"size of":         {"objects: {kind: Pod}\n  cel: size(objects) < 3", Passed, "", ""},
		"empty list":      {"objects: {kind: Pod}\n  cel: objects == [] || objects.all(o, o.spec.x == 1)", Passed, "", ""},
		"size and more":   {"objects: {kind: Pod}\n  cel: objects.size() > 0 && objects.all(o, true)", Failed, "objects.size() is 0, wanted more than 0", "objects.size() 是 0，应大于 0"},
		"all events":      {"events: {reason: BackOff, type: Warning}\n  cel: events.all(e, e.count < 3)", Failed, "there is no event (Warning BackOff) to check", "没有可查看的事件 (Warning BackOff)"},
		"no events, fine": {"events: {reason: BackOff, min: 0}\n  cel: events.all(e, e.count < 3)", Passed, "", ""},
		"all lines":       {"logs: {pod: p}\n  cel: lines.all(l, !l.contains('ERROR'))", Failed, "the log is empty", "日志是空的"},
		"empty log":       {"logs: {pod: p}\n  cel: '!log.contains(''ERROR'')'", Failed, "the log is empty", "日志是空的"},
		"log, fine":       {"logs: {pod: p}\n  cel: log == '' || !log.contains('ERROR')", Passed, "", ""},
		"lines, fine":     {"logs: {pod: p}\n  cel: lines.size() == 0 || lines.all(l, l == 'a')", Passed, "", ""},

		"items of a text":     {"run: {command: x}\n  cel: json(stdout).items.all(i, i.ready)", Failed, "there is nothing in json(stdout).items to check", "json(stdout).items 中没有可查看的内容"},
		"none of the items":   {"run: {command: x}\n  cel: '!json(stdout).items.exists(i, i.bad)'", Failed, "there is nothing in json(stdout).items to check", "json(stdout).items 中没有可查看的内容"},
		"of none, filtered":   {"run: {command: x}\n  cel: '[1, 2].filter(i, i > 2).all(i, i == 3)'", Failed, "there is nothing in [1, 2].filter(i, i > 2) to check", "[1, 2].filter(i, i > 2) 中没有可查看的内容"},
		"one of two sides":    {"run: {command: x}\n  cel: exitCode == 0 && json(stdout).items.all(i, i.ready)", Failed, "there is nothing in json(stdout).items to check", "json(stdout).items 中没有可查看的内容"},
		"the other side":      {"run: {command: x}\n  cel: json(stdout).items.all(i, i.ready) || exitCode == 0", Passed, "", ""},
		"not the other side":  {"run: {command: x}\n  cel: json(stdout).items.all(i, i.ready) || exitCode == 1", Failed, "there is nothing in json(stdout).items to check", "json(stdout).items 中没有可查看的内容"},
		"their size":          {"run: {command: x}\n  cel: json(stdout).items.size() == 0 || json(stdout).items.all(i, i.ready)", Passed, "", ""},
		"an optional's value": {"run: {command: x}\n  cel: json(stdout).?nix.orValue([]).all(i, i.ready)", Passed, "", ""},
		"in a branch":         {"run: {command: x}\n  cel: 'exitCode == 0 ? json(stdout).items.all(i, i.ready) : true'", Failed, "there is nothing in json(stdout).items to check", "json(stdout).items 中没有可查看的内容"},
		"all of some":         {"run: {command: x}\n  cel: '[1, 2].all(i, i > 0)'", Passed, "", ""},
	}
	out := &ask.Output{Stdout: `{"items": []}`}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			c := parsed(t, "- id: a\n  name: A\n  "+tt.src)[0]
			s := observation{reply: reply{output: out}}
			if c.Logs != nil {
				s.output = &ask.Output{}
				s.output.Where.EN, s.output.Where.ZH = "the log", "日志"
				s.object = &kube.Object{Object: document(t, "{kind: Pod, apiVersion: v1, metadata: {name: p}}")}
			}
			r := evaluate(t.Context(), c, s, time.Now())
			if r.Verdict != tt.want || r.Reason.EN != tt.en {
				t.Errorf("evaluate gave %s, %q; want %s, %q", r.Verdict, r.Reason.EN, tt.want, tt.en)
			}
			if r.Reason.ZH != tt.zh && name != "too few" {
				t.Errorf("in Chinese %q, want %q", r.Reason.ZH, tt.zh)
			}
		})
	}
}
