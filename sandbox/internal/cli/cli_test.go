package cli

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/kubectl-learn/kubectl-learn/internal/usage"
	"github.com/kubectl-learn/kubectl-learn/pkg/lang"
	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/daemon"
	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/fleet"
)

func TestReport(t *testing.T) {
	interrupted, cancel := context.WithCancel(t.Context())
	cancel()
	hinted := &daemon.HintError{
		What:  lang.Messagef("inside", "里面"),
		Hints: []lang.Message{lang.Messagef("do this", "这样做"), lang.Same("or that")},
	}
	tests := []struct {
		name     string
		ctx      context.Context
		lang     lang.Lang
		err      error
		want     string
		wantCode int
	}{
		{"done", t.Context(), lang.English, nil, "", 0},
		{"error", t.Context(), lang.English, errors.New("no luck"), "error: no luck\n", 1},
		{"two errors", t.Context(), lang.English, errors.Join(errors.New("a"), errors.New("b")), "error: a; b\n", 1},
		{
			"hints", t.Context(), lang.English, fmt.Errorf("outside: %w", hinted),
			"error: outside: inside\nhint: do this\nhint: or that\n", 1,
		},
		{
			"hints in Chinese", t.Context(), lang.Chinese, fmt.Errorf("outside: %w", hinted),
			"错误：outside: 里面\n提示：这样做\n提示：or that\n", 1,
		},
		{"usage in Chinese", t.Context(), lang.Chinese, usagef("bad", "不对"), "错误：不对\n", 2},
		{"interrupted in Chinese", interrupted, lang.Chinese, context.Canceled, "错误：已中断\n", 130},
		{
			"usage", t.Context(), lang.English, &usage.Error{What: lang.Same("bad flag"), Hints: []lang.Message{lang.Same("try --help")}},
			"error: bad flag\nhint: try --help\n", 2,
		},
		{"hostile words", t.Context(), lang.English, errors.New("a\x1b]52;c;x\a\u202eb"), "error: a\\x1b]52;c;x\\a\\u202eb\n", 1},
		{"not so", t.Context(), lang.English, codeError(exitNotSo), "", 3},
		{"interrupted", interrupted, lang.English, fmt.Errorf("waiting: %w", context.Canceled), "error: interrupted\n", 130},
		{"failed, then interrupted", interrupted, lang.English, errors.New("no luck"), "error: no luck\n", 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var out bytes.Buffer
			if code := report(tt.ctx, &out, tt.lang, tt.err); code != tt.wantCode {
				t.Errorf("code %d, want %d", code, tt.wantCode)
			}
			if diff := cmp.Diff(tt.want, out.String()); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestDescribe(t *testing.T) {
	ready := daemon.Status{
		Running: true, Ready: true, PID: 12, Server: "https://127.0.0.1:16443", Kubeconfig: "/h/kubeconfig", Version: "v1.36.3",
		Started: time.Date(2026, 1, 2, 3, 4, 5, 0, time.Local), ResidentBytes: 300 << 20, IdleTimeoutSeconds: 5400, LastUse: time.Date(2026, 1, 2, 4, 0, 0, 0, time.Local),
		Nodes: []fleet.Node{{Name: "sandbox-1", State: fleet.Running}, {Name: "sandbox-2", State: fleet.Stopped}},
	}
	const readyText = `sandbox:    ready
kubernetes: v1.36.3
server:     https://127.0.0.1:16443
kubeconfig: /h/kubeconfig
nodes:      sandbox-1, sandbox-2 (stopped)
pods:       simulated, in a separate process
limits:     memory limits count only the data that programs keep; CPU limits and NetworkPolicies are not enforced
idle stop:  after 1 h 30 min without use, no earlier than 2026-01-02 05:30:00
process:    12, since 2026-01-02 03:04:05, 300 MiB
`
	never := ready
	never.IdleTimeoutSeconds = 0
	tests := []struct {
		name   string
		lang   lang.Lang
		status daemon.Status
		want   string
	}{
		{"not running", lang.English, daemon.Status{Kubeconfig: "/h/kubeconfig"}, "sandbox:    not running\n"},
		{"young", lang.English, daemon.Status{Running: true}, "sandbox:    starting\npods:       simulated, in a separate process\nlimits:     memory limits count only the data that programs keep; CPU limits and NetworkPolicies are not enforced\n"},
		{"stopped itself", lang.English, daemon.Status{IdleStopped: ready.Started, IdleTimeoutSeconds: 10}, "sandbox:    not running; stopped itself at 2026-01-02 03:04:05 after 10 s without use\n"},
		{"never stops itself", lang.English, never, strings.Replace(readyText, "after 1 h 30 min without use, no earlier than 2026-01-02 05:30:00", "never", 1)},
		{"ready", lang.English, ready, readyText},
		{"not running, in Chinese", lang.Chinese, daemon.Status{}, "沙箱：       没有运行\n"},
		{"young, in Chinese", lang.Chinese, daemon.Status{Running: true}, "沙箱：       正在启动\nPod：        在一个独立的进程里模拟运行\n限制：       内存限制只计程序保存的数据；CPU 限制和 NetworkPolicy 不生效\n"},
		{"ready, in Chinese", lang.Chinese, ready, `沙箱：       已就绪
Kubernetes： v1.36.3
服务器：     https://127.0.0.1:16443
kubeconfig： /h/kubeconfig
节点：       sandbox-1、sandbox-2（已停止）
Pod：        在一个独立的进程里模拟运行
限制：       内存限制只计程序保存的数据；CPU 限制和 NetworkPolicy 不生效
闲置停止：   1 小时 30 分钟无人使用后停止，最早在 2026-01-02 05:30:00
进程：       12，启动于 2026-01-02 03:04:05，占用内存 300 MiB
`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, describe(tt.status, tt.lang)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestTail(t *testing.T) {
	const log = "a\nb\nc\n"
	tests := []struct {
		lines int
		data  string
		want  string
	}{
		{-1, log, log}, {0, log, ""}, {1, log, "c\n"}, {2, log, "b\nc\n"}, {9, log, log}, {1, "a\nhalf", "half"}, {1, "", ""},
	}
	for _, tt := range tests {
		if got := string(tail([]byte(tt.data), tt.lines)); got != tt.want {
			t.Errorf("last %d of %q: %q, want %q", tt.lines, tt.data, got, tt.want)
		}
	}
}

func TestProgressOffTerminal(t *testing.T) {
	var out bytes.Buffer
	p := newProgress(Environment{IOStreams: IOStreams{Err: &out}, Getenv: func(string) string { return "" }})
	p.stage("etcd")
	p.stage("node")
	p.end(false)
	want := "starting the sandbox: etcd\nstarting the sandbox: node\n"
	if diff := cmp.Diff(want, out.String()); diff != "" {
		t.Error(diff)
	}
}

func TestProgressInChinese(t *testing.T) {
	var out bytes.Buffer
	p := &progress{w: &out, lang: lang.Chinese, live: true, started: time.Now(), stop: make(chan struct{}), done: make(chan struct{})}
	close(p.done) // nothing redraws while the test looks
	p.stage("controllers")
	p.stage("node")
	p.end(false)
	// A Chinese character takes two columns.
	want := "\r正在启动沙箱：控制器，0.0 秒\r正在启动沙箱：节点，0.0 秒  \r" + "                          " + "\r"
	if diff := cmp.Diff(want, out.String()); diff != "" {
		t.Error(diff)
	}
}

func TestProgressOnTerminal(t *testing.T) {
	var out bytes.Buffer
	p := &progress{w: &out, live: true, started: time.Now(), stop: make(chan struct{}), done: make(chan struct{})}
	close(p.done) // nothing redraws while the test looks
	p.stage("API server")
	p.stage("node")
	p.end(false)
	want := "\rstarting the sandbox: API server, 0.0 s\rstarting the sandbox: node, 0.0 s      \r" + "                                 " + "\r"
	if diff := cmp.Diff(want, out.String()); diff != "" {
		t.Error(diff)
	}
}
