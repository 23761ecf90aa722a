package checks

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"go.yaml.in/yaml/v3"
)

// A file of testdata/traps brings about states in which a naive checker lies, in
// one namespace, stage by stage. NS stands for the namespace in everything it says.
type trapFile struct {
	// About says what the states have in common.
	About string `yaml:"about"`
	// Clusters are those that can show it, "sandbox" or "real"; empty for both.
	Clusters []string    `yaml:"clusters"`
	Stages   []trapStage `yaml:"stages"`
}

// trapStage is a change and what must be said of it.
type trapStage struct {
	// Apply is one manifest or several.
	Apply string `yaml:"apply"`
	// Patch are merge patches, Delete objects as "Kind/name".
	Patch  []trapPatch `yaml:"patch"`
	Delete []string    `yaml:"delete"`
	// Until are checks that must pass before the traps are looked at: they say that
	// the state is reached.
	Until []string `yaml:"until"`
	Traps []*trap  `yaml:"traps"`
}

type trapPatch struct {
	// Of is "Kind/name", and its Subresource "" or "status".
	Of          string         `yaml:"of"`
	Subresource string         `yaml:"subresource"`
	With        map[string]any `yaml:"with"`
}

// trap is one state with the verdict that it must have.
type trap struct {
	// Why says what a naive checker would get wrong.
	Why   string `yaml:"why"`
	Check string `yaml:"check"`
	// As is the ServiceAccount of the namespace that looks, "" for the one of the kubeconfig.
	As       string   `yaml:"as"`
	Clusters []string `yaml:"clusters"`
	Want     Verdict  `yaml:"want"`
	// Never are verdicts that must not be seen on the way. Where it is empty, it is
	// passed, unless that is wanted, and failed, where waiting is wanted.
	Never []Verdict `yaml:"never"`
	// En and Zh are the sentences. A … stands for the part of a pod's name that
	// the cluster makes up.
	En string `yaml:"en"`
	Zh string `yaml:"zh"`

	node   *yaml.Node
	parsed Check
	// wrong is what was seen on the way and must not have been.
	wrong string
}

// UnmarshalYAML keeps the place of a trap, where UPDATE=1 writes its sentences.
func (t *trap) UnmarshalYAML(n *yaml.Node) error {
	type plainTrap trap
	t.node = n
	return n.Decode((*plainTrap)(t))
}

const (
	// trapStays is how long a verdict must stay as it is before it counts.
	trapStays = 700 * time.Millisecond
	// trapsAtOnce is how many files are at work.
	trapsAtOnce = 10
	// leastTraps is how many the suite must have.
	leastTraps = 150
)

// TestTraps plays testdata/traps on the cluster of KUBECTL_LEARN_TEST_KUBECONFIG.
// TRAPS names one file; UPDATE=1 writes the sentences, but never a verdict.
func TestTraps(t *testing.T) {
	config := clusterConfig(t)
	files, err := filepath.Glob("testdata/traps/*.yaml")
	if err != nil {
		t.Fatal(err)
	}
	ground := newTrapGround(t, config)
	slots := make(chan struct{}, trapsAtOnce)
	var all sync.WaitGroup
	for _, file := range files {
		if only := os.Getenv("TRAPS"); only != "" && !strings.Contains(file, only) {
			continue
		}
		all.Go(func() {
			slots <- struct{}{}
			defer func() { <-slots }()
			t.Run(strings.TrimSuffix(filepath.Base(file), ".yaml"), func(t *testing.T) { ground.play(t, file) })
		})
	}
	all.Wait()
}

// TestTrapsAreWhole needs no cluster: every trap is complete, and there are enough.
func TestTrapsAreWhole(t *testing.T) {
	files, err := filepath.Glob("testdata/traps/*.yaml")
	if err != nil {
		t.Fatal(err)
	}
	count, probes := 0, map[string]int{}
	for _, file := range files {
		f := readTraps(t, file)
		for _, stage := range f.Stages {
			for _, one := range stage.Traps {
				count++
				probes[one.read(t, file, "ns").Kind()]++
				if one.Why == "" || (one.Want == Passed) != (one.En == "") || (one.En == "") != (one.Zh == "") {
					t.Errorf("%s:%d: a trap has a why, a verdict and, unless it passes, both sentences", file, one.node.Line)
				}
			}
		}
	}
	if count < leastTraps {
		t.Errorf("there are %d traps, wanted %d", count, leastTraps)
	}
	for _, p := range (&Check{}).slots() {
		if probes[p.key] == 0 && p.key != "run" && p.key != "answer" {
			t.Errorf("no trap is about %s", p.key)
		}
	}
	t.Logf("%d traps: %v", count, probes)
}

func readTraps(t *testing.T, file string) trapFile {
	t.Helper()
	src, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var f trapFile
	d := yaml.NewDecoder(bytes.NewReader(src))
	d.KnownFields(true)
	if err := d.Decode(&f); err != nil {
		t.Fatalf("%s: %v", file, err)
	}
	return f
}

// read parses a trap's check for a namespace.
func (t *trap) read(tb testing.TB, file, namespace string) Check {
	tb.Helper()
	text := strings.TrimSpace(t.Check)
	if inner, flow := strings.CutPrefix(text, "{"); flow {
		text = "- {id: c, name: C, " + inner
	} else {
		text = "- id: c\n  name: C\n  " + strings.ReplaceAll(text, "\n", "\n  ")
	}
	list, err := Parse([]byte(strings.ReplaceAll(text+"\n", "NS", namespace)), Position{File: file, Line: t.node.Line})
	if err != nil {
		tb.Fatal(err)
	}
	t.parsed = list[0]
	return list[0]
}

// forbids reports that a verdict must not be seen on the way.
func (t *trap) forbids(v Verdict) bool {
	if len(t.Never) > 0 {
		return slices.Contains(t.Never, v)
	}
	return v == Passed && t.Want != Passed || v == Failed && t.Want == Waiting
}

// madeUp is the part of a name that the cluster makes up.
const madeUp = `(?:[a-z0-9]+(?:-[a-z0-9]+)*|…)`

// wordNS is the namespace in a wanted sentence, where DNS is another word.
var wordNS = regexp.MustCompile(`\bNS\b`)

// says reports that a sentence is the wanted one.
func says(wanted, got, namespace string) bool {
	pattern := strings.ReplaceAll(regexp.QuoteMeta(wordNS.ReplaceAllString(wanted, namespace)), "…", madeUp)
	return regexp.MustCompile("^(?s:" + pattern + ")$").MatchString(got)
}

// reached reports that a result is the wanted one; when sentences are being
// written, the verdict alone decides.
func (t *trap) reached(r Result, namespace string) bool {
	if r.Verdict != t.Want {
		return false
	}
	return updating() || says(t.En, r.Reason.EN, namespace) && says(t.Zh, r.Reason.ZH, namespace)
}

func updating() bool { return os.Getenv("UPDATE") != "" }

func (t *trap) tell(r Result) string {
	return fmt.Sprintf("%s\n     check: %s\n      want: %s\n            %s\n            %s\n       got: %s\n            %s\n            %s",
		t.Why, strings.TrimSpace(t.Check), t.Want, t.En, t.Zh, r.Verdict, r.Reason.EN, r.Reason.ZH)
}
