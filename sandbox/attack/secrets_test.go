package attack

import (
	"bytes"
	"crypto/rand"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
)

// secrets are words of the machine that no pod may ever see.
type secrets struct {
	// word is what each is, for a report.
	word map[string]string
	// dir is a folder of the machine that attacks know by name. The file in it is
	// all that it ever holds.
	dir, file string
	longest   int
}

// plant puts secrets where a program that gets out would find them: a file that
// anyone may read, the environment, the names of the sandbox's folder and program.
func plant(t *testing.T) *secrets {
	t.Helper()
	s := &secrets{word: map[string]string{}, dir: t.TempDir()}
	s.file = filepath.Join(s.dir, "secret")
	if err := os.WriteFile(s.file, []byte(s.new("a file of the machine")+"\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	t.Setenv("KUBECTL_LEARN_ATTACK", s.new("the environment"))
	if accounts, err := os.ReadFile("/etc/passwd"); err == nil {
		ours, err := os.ReadFile("../internal/programs/roots/busybox/etc/passwd")
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(string(accounts)) {
			if line = strings.TrimSpace(line); len(line) > 20 && !bytes.Contains(ours, []byte(line)) {
				s.add(line, "/etc/passwd of the machine")
			}
		}
	}
	const telling = 8 // A shorter name may be part of any text.
	if name, err := os.Hostname(); err == nil && len(name) >= telling {
		s.add(name, "the machine's name")
	}
	return s
}

// new makes up a word.
func (s *secrets) new(what string) string {
	word := "secret" + strings.ToLower(rand.Text())
	s.add(word, what)
	return word
}

func (s *secrets) add(word, what string) {
	s.word[word] = what
	s.longest = max(s.longest, len(word))
}

// in returns the secrets that a text contains.
func (s *secrets) in(text []byte) []string {
	var told []string
	for word, what := range s.word {
		if i := bytes.Index(text, []byte(word)); i >= 0 {
			told = append(told, fmt.Sprintf("%s, in %q", what, text[max(0, i-80):min(len(text), i+len(word)+80)]))
		}
	}
	slices.Sort(told)
	return told
}

// changed says what a pod did to the folder of the machine.
func (s *secrets) changed() error {
	entries, err := os.ReadDir(s.dir)
	if err != nil {
		return err
	}
	if len(entries) != 1 {
		return fmt.Errorf("the folder of the machine holds %d files, want 1: %v", len(entries), entries)
	}
	text, err := os.ReadFile(s.file)
	if err == nil && len(s.in(text)) == 0 {
		err = fmt.Errorf("the file of the machine says %q now", text)
	}
	return err
}

// reader takes what an attack prints, of which it keeps the first part, and looks
// for secrets in all of it.
type reader struct {
	secrets *secrets
	mu      sync.Mutex
	first   []byte
	last    []byte
	told    []string
}

// keeps is how much of an output is kept for a report.
const keeps = 4 << 10

func (r *reader) Write(p []byte) (int, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.first = append(r.first, p[:min(len(p), keeps-min(keeps, len(r.first)))]...)
	r.last = append(r.last, p...)
	if len(r.told) == 0 {
		r.told = r.secrets.in(r.last)
	}
	r.last = bytes.Clone(r.last[max(0, len(r.last)-r.secrets.longest):])
	return len(p), nil
}

// said is the beginning of what was printed, and the secrets in all of it.
func (r *reader) said() (first string, told []string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return string(r.first), slices.Clone(r.told)
}

// The reader sees a secret that is written in two pieces.
func TestReader(t *testing.T) {
	s := &secrets{word: map[string]string{}}
	word := s.new("a test")
	r := &reader{secrets: s}
	for _, piece := range []string{strings.Repeat("x", 2*keeps) + word[:5], word[5:] + "x"} {
		if _, err := r.Write([]byte(piece)); err != nil {
			t.Fatal(err)
		}
	}
	if first, told := r.said(); len(told) != 1 || len(first) != keeps {
		t.Errorf("told %q, kept %d bytes", told, len(first))
	}
	r = &reader{secrets: s}
	if _, err := r.Write([]byte("nothing")); err != nil {
		t.Fatal(err)
	}
	if _, told := r.said(); told != nil {
		t.Errorf("told %q, want nothing", told)
	}
}
