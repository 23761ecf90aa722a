package ask

import (
	"bytes"
	"context"
	"io"
	"strconv"
	"time"

	"github.com/kubectl-learn/kubectl-learn/pkg/checks/internal/kube"
	"github.com/kubectl-learn/kubectl-learn/pkg/checks/internal/timing"
	"github.com/kubectl-learn/kubectl-learn/pkg/checks/internal/words"
	"github.com/kubectl-learn/kubectl-learn/pkg/lang"
)

// Nobody but the node knows where the last bytes of a log begin, and the API's
// limitBytes keeps the first ones. So the last lines are asked for, few at first
// and more as long as they are short: whatever the log's size, little more is read
// than is kept.
const (
	// firstLines are asked for first. A node splits what is longer than maxEntry
	// bytes, so that they are 2 MiB at most.
	firstLines = 128
	// mostLines are at least maxOutput bytes, even if all of them are empty.
	mostLines = MaxOutput + 1
	// maxEntry is the longest piece of a line that a node writes as one (CRI).
	maxEntry = 16 << 10
	// moreLines is how many times as many are asked for at least, the next time.
	moreLines = 4
)

// LogRequest says what is read of a container's log.
type LogRequest struct {
	Namespace, Pod, Container string
	// Previous reads the run before the last start.
	Previous bool
	// Tail is how many lines are read from the end, 0 for all.
	Tail int
	// Since is how far back lines are read, 0 for all.
	Since time.Duration
}

// tail reads the newest maxOutput bytes of a log, from a line's beginning; cut says
// that there was more.
func (c *Client) tail(ctx context.Context, r LogRequest) (kept []byte, cut bool, err error) {
	most := mostLines
	if r.Tail > 0 {
		most = min(r.Tail, mostLines)
	}
	for lines := min(firstLines, most); ; {
		end, err := c.lastLines(ctx, r, lines)
		if err != nil {
			return nil, false, err
		}
		if end.cut || lines == most || end.whole(lines) {
			return end.bytes(), end.cut, nil
		}
		lines = min(end.enough(lines), most)
	}
}

func (c *Client) lastLines(ctx context.Context, r LogRequest, lines int) (*logEnd, error) {
	request := c.core.Get().Namespace(r.Namespace).Resource("pods").Name(r.Pod).SubResource("log").
		Param("container", r.Container).Param("tailLines", strconv.Itoa(lines))
	if r.Previous {
		request.Param("previous", "true")
	}
	if r.Since > 0 {
		request.Param("sinceSeconds", strconv.Itoa(max(1, int(r.Since.Seconds()))))
	}
	stream, err := request.Stream(ctx)
	if err != nil {
		return nil, err
	}
	defer stream.Close()
	end := &logEnd{}
	if _, err := io.Copy(end, stream); err != nil {
		return nil, err
	}
	return end, nil
}

// logEnd keeps the last bytes of what is written to it.
type logEnd struct {
	kept []byte
	// read counts all bytes, lines the ends of lines.
	read, lines int
	cut         bool
}

// Write takes everything.
func (e *logEnd) Write(p []byte) (int, error) {
	e.read += len(p)
	e.lines += bytes.Count(p, []byte{'\n'})
	e.cut = e.read > MaxOutput
	e.kept = append(e.kept, p...)
	// Moving what is kept is worth it only now and then.
	if over := len(e.kept) - MaxOutput; over > MaxOutput {
		e.kept = append(e.kept[:0], e.kept[over:]...)
	}
	return len(p), nil
}

// whole reports that this many lines were all that there is: the pieces of a split
// line count too, though they have no end.
func (e *logEnd) whole(asked int) bool { return e.lines+1+e.read/maxEntry < asked }

// enough is how many lines are likely to be more than is kept.
func (e *logEnd) enough(asked int) int {
	return max(moreLines*asked, 2*asked*MaxOutput/max(e.read, 1))
}

// bytes is the end, without the rest of a line whose beginning is lost.
func (e *logEnd) bytes() []byte {
	if !e.cut {
		return e.kept
	}
	end := e.kept[len(e.kept)-MaxOutput:]
	before := e.kept[:len(e.kept)-MaxOutput]
	if len(before) > 0 && before[len(before)-1] == '\n' {
		return end
	}
	if i := bytes.IndexByte(end, '\n'); i >= 0 && i+1 < len(end) {
		return end[i+1:]
	}
	return end
}

// Log reads the end of a container's log.
func (c *Client) Log(ctx context.Context, r LogRequest) (*Output, error) {
	timed, cancel := context.WithTimeout(ctx, timing.Visit)
	defer cancel()
	kept, cut, err := c.tail(timed, r)
	if err != nil {
		return nil, err
	}
	where := lang.Messagef("the log of %s", "%s 的日志", kube.Named("Pod", r.Pod))
	if kube.LogLost(string(kept)) {
		return nil, &lang.Error{What: lang.Messagef("%s is no longer on its node", "%s已不在节点上", where)}
	}
	return &Output{Where: where, Stdout: text(kept), Cut: cut}, nil
}

// LastLine reads the last line that the last run of a container printed, else the
// current one; "" when there is none.
func (c *Client) LastLine(ctx context.Context, namespace, pod, container string) string {
	for _, previous := range []bool{true, false} {
		r := LogRequest{Namespace: namespace, Pod: pod, Container: container, Previous: previous, Tail: 5}
		if line := c.lineOf(ctx, r); line != "" && !kube.LogLost(line) {
			return line
		}
	}
	return ""
}

func (c *Client) lineOf(ctx context.Context, r LogRequest) string {
	timed, cancel := context.WithTimeout(ctx, timing.Brief)
	defer cancel()
	kept, _, err := c.tail(timed, r)
	if err != nil {
		return ""
	}
	return words.LastLine(string(kept))
}
