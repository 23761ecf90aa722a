package daemon

import (
	"bytes"
	"context"
	"errors"
	"os"
	"strings"
	"time"

	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/clientcmd"

	"github.com/kubectl-learn/kubectl-learn/pkg/lang"
	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/controlplane"
)

// errVanished says that a daemon that was ready is gone.
var errVanished = errors.New("the sandbox has just stopped")

// answerPatience is how long a daemon that claims to be ready may take to
// answer before follow tries again.
const answerPatience = 2 * time.Second

// answers reports whether the API server answers. The lock and the record of a
// killed daemon outlive it by a moment.
func answers(ctx context.Context, folder Folder) bool {
	config, err := clientcmd.BuildConfigFromFlags("", folder.Kubeconfig())
	if err != nil {
		return false
	}
	config.Timeout = answerPatience
	client, err := kubernetes.NewForConfig(config)
	return err == nil && client.Discovery().RESTClient().Get().AbsPath("/livez").Do(ctx).Error() == nil
}

// follow waits until the daemon is ready, whoever started it. It fails with
// errVanished if the daemon was ready and is gone.
func follow(ctx context.Context, folder Folder, c *child, progress Progress) error {
	var last record
	err := poll(ctx, func() (bool, error) {
		// The lock first: a daemon that is gone by then writes no more.
		held, err := folder.held()
		if err != nil {
			return true, err
		}
		r, err := folder.read()
		if err != nil {
			return true, err
		}
		if r.Stage != "" && r.Stage != last.Stage {
			progress(r.Stage)
		}
		if r.Stage != "" {
			last = r
		}
		if held && r.Ready && (c != nil || answers(ctx, folder)) {
			return true, nil
		}
		if !held && c == nil && r.Ready {
			return true, errVanished
		}
		if !held && c.gone() {
			return true, died(folder, c, last)
		}
		return false, nil
	})
	if err != nil && ctx.Err() != nil && last.Stage != "" {
		return errorf(err, "gave up waiting while the sandbox was starting (%s)", "沙箱启动途中放弃等待（%s）", StageName(last.Stage))
	}
	return err
}

// gone reports whether the daemon has ended. One that another process started
// is gone when its lock is free.
func (c *child) gone() bool {
	if c == nil {
		return true
	}
	select {
	case <-c.exited:
		return true
	default:
		return false
	}
}

// died explains why a daemon ended before it was ready.
func died(folder Folder, c *child, last record) error {
	var start int64
	if c != nil {
		start = c.logStart
	}
	said, hints, told := lastWords(folder, start)
	switch {
	case told:
		return retold(folder, said, hints)
	case strings.HasPrefix(said, "panic: ") && last.Stage == string(controlplane.StageEtcd):
		return damaged(folder.file("etcd"), errors.New(strings.TrimPrefix(said, "panic: ")))
	}
	words := lang.Same(said)
	if said == "" {
		words = lang.Messagef("it gave no reason", "它没有说明原因")
	}
	return &HintError{
		What:  lang.Messagef("%s: %s", "%s：%s", stoppedEarly(), words),
		Hints: []lang.Message{lang.Messagef("its log is %s", "日志在 %s", folder.Log())},
	}
}

func stoppedEarly() lang.Message {
	return lang.Messagef("the sandbox stopped while it was starting", "沙箱在启动途中停止了")
}

// retold repeats the daemon's error from its log, in every language if its
// record has the same sentence.
func retold(folder Folder, said string, hints []string) error {
	if r, err := folder.read(); err == nil && r.Failure != nil && r.Failure.What.EN == said {
		return &HintError{What: r.Failure.What, Hints: r.Failure.Hints}
	}
	e := &HintError{What: lang.Same(said)}
	for _, hint := range hints {
		e.Hints = append(e.Hints, lang.Same(hint))
	}
	return e
}

// lastWords finds the most useful line of the log from offset on: the error that
// the daemon ended with, if it logged one, and its hints; else the last line,
// which is empty when there is none.
func lastWords(folder Folder, offset int64) (said string, hints []string, told bool) {
	data, err := os.ReadFile(folder.Log())
	if err != nil || int64(len(data)) < offset {
		return "", nil, false
	}
	for line := range bytes.Lines(data[offset:]) {
		text := strings.TrimSpace(string(line))
		switch word, isError := strings.CutPrefix(text, "error: "); {
		case isError:
			said, told = word, true
		case strings.HasPrefix(text, "hint: "):
			hints = append(hints, strings.TrimPrefix(text, "hint: "))
		case strings.HasPrefix(text, "panic: "), strings.HasPrefix(text, "fatal error: "):
			return text, nil, false // what follows is a trace
		case text != "" && !told:
			said = text
		}
	}
	return said, hints, told
}
