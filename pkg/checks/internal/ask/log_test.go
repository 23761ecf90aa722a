package ask

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/kubectl-learn/kubectl-learn/pkg/lang"
)

// nodeLog answers like a kubelet: the last tailLines lines of a log, counted from
// its end, of those the ones of the last sinceSeconds. The log grows by a line a
// second.
type nodeLog struct {
	lines []string
	// asked are the queries, sent the bytes of all answers.
	asked []string
	sent  int
}

func (n *nodeLog) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	n.asked = append(n.asked, r.URL.RawQuery)
	lines := n.lines
	if tail, err := strconv.Atoi(q.Get("tailLines")); err == nil {
		lines = lines[max(0, len(lines)-tail):]
	}
	if since, err := strconv.Atoi(q.Get("sinceSeconds")); err == nil {
		lines = lines[max(0, len(lines)-since):]
	}
	for _, line := range lines {
		sent, err := io.WriteString(w, line+"\n")
		n.sent += sent
		if err != nil {
			return
		}
	}
}

func TestTailReadsTheNewest(t *testing.T) {
	numbered := func(n, length int) []string {
		lines := make([]string, n)
		for i := range lines {
			lines[i] = fmt.Sprintf("%d%s", i, strings.Repeat("x", length))
		}
		return lines
	}
	lasts := func(lines []string, n int) string { return strings.Join(lines[len(lines)-n:], "\n") + "\n" }
	long := numbered(300_000, 70) // 22 MB
	huge := numbered(20, 1<<20)   // 20 MiB
	few := numbered(3, 5)
	short := repeated(numbered(10, 0), 20_000)
	tests := map[string]struct {
		lines   []string
		request LogRequest
		// want is the text, "" for the newest bytes of the whole log.
		want string
		cut  bool
		// most bounds what may be sent to learn that.
		most int
	}{
		"a short one":          {lines: few, want: lasts(few, 3), most: 100},
		"an empty one":         {lines: nil, want: "", most: 0},
		"20 MiB":               {lines: long, cut: true, most: 1 << 20},
		"lines of 1 MiB":       {lines: huge, cut: true, most: 21 << 20},
		"200,000 short lines":  {lines: short, cut: true, most: 2 << 20},
		"tail":                 {lines: long, request: LogRequest{Tail: 3}, want: lasts(long, 3), most: 300},
		"tail, many":           {lines: long, request: LogRequest{Tail: 800}, want: lasts(long, 800), most: 1 << 20},
		"tail, too many":       {lines: long, request: LogRequest{Tail: 10_000}, cut: true, most: 1 << 20},
		"since":                {lines: long, request: LogRequest{Since: 7 * time.Second}, want: lasts(long, 7), most: 1000},
		"since, too long":      {lines: long, request: LogRequest{Since: time.Hour}, cut: true, most: 1 << 20},
		"since, tail":          {lines: long, request: LogRequest{Since: 7 * time.Second, Tail: 500}, want: lasts(long, 7), most: 1000},
		"as many as are asked": {lines: numbered(firstLines, 5), want: lasts(numbered(firstLines, 5), firstLines), most: 10_000},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			node := &nodeLog{lines: tt.lines}
			mux := http.NewServeMux()
			mux.Handle("/api/v1/namespaces/learn/pods/web/log", node)
			e := clientFor(t, mux)
			r := tt.request
			r.Namespace, r.Pod, r.Container, r.Previous = "learn", "web", "app", true
			got, cut, err := e.tail(t.Context(), r)
			if err != nil {
				t.Fatal(err)
			}
			if tt.cut {
				all := strings.Join(tt.lines, "\n") + "\n"
				if len(got) > MaxOutput || len(got) < MaxOutput/2 || !strings.HasSuffix(all, string(got)) {
					t.Errorf("got %d bytes, ending in %.20q; want the newest %d", len(got), got[max(0, len(got)-20):], MaxOutput)
				}
				if at := len(all) - len(got); all[at-1] != '\n' && len(got) < MaxOutput {
					t.Errorf("it begins within a line: %.30q", got)
				}
			} else if diff := cmp.Diff(tt.want, string(got)); diff != "" {
				t.Errorf("tail (-want +got):\n%.500s", diff)
			}
			if cut != tt.cut || node.sent > tt.most || len(node.asked) > 4 {
				t.Errorf("cut %v, %d bytes were sent for %v; want cut %v and at most %d bytes", cut, node.sent, node.asked, tt.cut, tt.most)
			}
			for _, query := range node.asked {
				if !strings.Contains(query, "container=app") || !strings.Contains(query, "previous=true") {
					t.Errorf("asked for %s", query)
				}
			}
		})
	}
}

// repeated repeats lines.
func repeated(lines []string, times int) []string {
	all := make([]string, 0, len(lines)*times)
	for range times {
		all = append(all, lines...)
	}
	return all
}

// A log of 1 GB in one line costs no more memory than a small one.
func TestTheEndOfALogIsKeptInLittleMemory(t *testing.T) {
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	end, chunk := &logEnd{}, bytes.Repeat([]byte("x"), 32<<10)
	for range 1 << 15 {
		if _, err := end.Write(chunk); err != nil {
			t.Fatal(err)
		}
	}
	runtime.ReadMemStats(&after)
	if grown := after.TotalAlloc - before.TotalAlloc; grown > 4<<20 || len(end.bytes()) != MaxOutput {
		t.Errorf("1 GiB took %d bytes of memory, and left %d", grown, len(end.bytes()))
	}
}

// What the node says of a log that it has put away is not the container's word.
func TestALogThatIsGone(t *testing.T) {
	mux := http.NewServeMux()
	mux.Handle("/api/v1/namespaces/learn/pods/web/log", &nodeLog{lines: []string{"unable to retrieve container logs for containerd://1234"}})
	e := clientFor(t, mux)
	if out, err := e.Log(t.Context(), LogRequest{Namespace: "learn", Pod: "web"}); err == nil || err.Error() != "the log of Pod web is no longer on its node" {
		t.Errorf("log gave %+v, %v", out, err)
	} else if zh := lang.Words(err).ZH; zh != "Pod web 的日志已不在节点上" {
		t.Errorf("in Chinese %q", zh)
	}
}
