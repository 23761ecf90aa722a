package checks

import (
	"bytes"
	"strings"
	"sync"

	"github.com/kubectl-learn/kubectl-learn/pkg/lang"
)

// maxOutput bounds what is kept of what a command or a log says, in bytes.
const maxOutput = 64 << 10

// output is what a command or a log said.
type output struct {
	// where names who said it, for a sentence.
	where          lang.Message
	stdout, stderr string
	exitCode       int64
	// cut says that there was more than is kept.
	cut bool
	// late says that it did not end in time.
	late bool
	// unstarted says why a program was not even started, zero when it was.
	unstarted lang.Message
}

// sink keeps the first bytes of two streams, maxOutput in all. Both may be
// written at the same time.
type sink struct {
	mu          sync.Mutex
	left        int
	out, errOut bytes.Buffer
	cut         bool
}

func newSink() *sink { return &sink{left: maxOutput} }

// sinkEnd is one of the two streams.
type sinkEnd struct {
	sink *sink
	into *bytes.Buffer
}

func (s *sink) ends() (out, errOut sinkEnd) {
	return sinkEnd{s, &s.out}, sinkEnd{s, &s.errOut}
}

// Write takes everything, so that the writer does not fail.
func (e sinkEnd) Write(p []byte) (int, error) {
	e.sink.mu.Lock()
	defer e.sink.mu.Unlock()
	take := min(len(p), e.sink.left)
	e.sink.cut = e.sink.cut || take < len(p)
	e.sink.left -= take
	e.into.Write(p[:take])
	return len(p), nil
}

// output reads what has come so far.
func (s *sink) output(where lang.Message) *output {
	s.mu.Lock()
	defer s.mu.Unlock()
	return &output{where: where, stdout: text(s.out.Bytes()), stderr: text(s.errOut.Bytes()), cut: s.cut}
}

// text is what an expression can read: a string of CEL is valid UTF-8.
func text(b []byte) string { return strings.ToValidUTF8(string(b), "\uFFFD") }
