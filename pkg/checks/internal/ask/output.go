package ask

import (
	"bytes"
	"strings"
	"sync"

	"github.com/kubectl-learn/kubectl-learn/pkg/lang"
)

// MaxOutput bounds what is kept of what a command or a log says, in bytes.
const MaxOutput = 64 << 10

// Output is what a command or a log said.
type Output struct {
	// Where names who said it, for a sentence.
	Where          lang.Message
	Stdout, Stderr string
	ExitCode       int64
	// Cut says that there was more than is kept.
	Cut bool
	// Late says that it did not end in time.
	Late bool
	// Unstarted says why a program was not even started, zero when it was.
	Unstarted lang.Message
}

// sink keeps the first bytes of two streams, maxOutput in all. Both may be
// written at the same time.
type sink struct {
	mu          sync.Mutex
	left        int
	out, errOut bytes.Buffer
	cut         bool
}

// NewSink makes an empty sink.
func NewSink() *sink { return &sink{left: MaxOutput} }

// sinkEnd is one of the two streams.
type sinkEnd struct {
	sink *sink
	into *bytes.Buffer
}

func (s *sink) Ends() (out, errOut sinkEnd) {
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

// Output reads what has come so far.
func (s *sink) Output(where lang.Message) *Output {
	s.mu.Lock()
	defer s.mu.Unlock()
	return &Output{Where: where, Stdout: text(s.out.Bytes()), Stderr: text(s.errOut.Bytes()), Cut: s.cut}
}

// text is what an expression can read: a string of CEL is valid UTF-8.
func text(b []byte) string { return strings.ToValidUTF8(string(b), "\uFFFD") }
