package checks

import (
	"regexp"

	"go.yaml.in/yaml/v3"

	"github.com/kubectl-learn/kubectl-learn/pkg/checks/internal/timing"
	"github.com/kubectl-learn/kubectl-learn/pkg/strict"
)

// maxSource bounds a block of checks, in bytes.
const maxSource = 1 << 20

// Parse reads a YAML list of checks and compiles their expressions. at is the
// position of the first line of src. All faults are returned at once, joined, each as
// "file:line: …" (with the column too for expressions) and with the nearest known
// name where there is one.
func Parse(src []byte, at Position) ([]Check, error) {
	f := &faults{at: at}
	if len(src) > maxSource {
		f.addAt(1, "the checks are longer than %d bytes", maxSource)
		return nil, f.err()
	}
	root := strict.Document(src, f.addAt)
	if root == nil || len(root.Content) == 0 && root.Kind == yaml.SequenceNode {
		if len(f.errs) == 0 {
			f.addAt(1, "no checks found: write a list of checks, each as - id: …")
		}
		return nil, f.err()
	}
	p := &parser{faults: f, src: src}
	list := p.list(root)
	if err := f.err(); err != nil {
		return nil, err
	}
	return list, nil
}

// parser reads one block of checks.
type parser struct {
	*faults
	src []byte
	// lines are those of src, made when first needed.
	lines [][]byte
}

var checkID = regexp.MustCompile(`^[a-z0-9]([-a-z0-9]*[a-z0-9])?$`)

func (p *parser) list(root *yaml.Node) []Check {
	if root.Kind != yaml.SequenceNode {
		p.add(root, "checks must be a list, not %s: start each one with a dash, as in - id: …", strict.KindOf(root))
		return nil
	}
	ids := map[string]int{}
	checks := make([]Check, 0, len(root.Content))
	for _, n := range root.Content {
		c := p.check(n)
		if first, twice := ids[c.ID]; twice && c.ID != "" {
			p.add(n, "ID %q is already used on line %d", c.ID, first)
		}
		ids[c.ID] = c.At.Line
		checks = append(checks, c)
	}
	return checks
}

func (p *parser) check(n *yaml.Node) Check {
	c := Check{Points: 1, Grace: timing.Grace, At: Position{File: p.at.File, Line: p.line(n.Line)}}
	var cel *yaml.Node
	var hints []hintNode
	fields := []field{
		p.text("id", &c.ID),
		p.text("name", &c.Name),
		p.number("points", 0, 1000, func(v int) { c.Points = v }),
		p.duration("grace", timing.MaxGrace, &c.Grace),
		p.duration("for", timing.MaxFor, &c.For),
		p.number("looks", 1, maxLooks, func(v int) { c.Looks = v }),
		{"match", func(v *yaml.Node) { c.Match = p.match(v) }},
		{"cel", func(v *yaml.Node) { cel = v; p.text("cel", &c.CEL).read(v) }},
		{"hints", func(v *yaml.Node) { hints = p.hints(v) }},
		p.words("mask", &c.Mask),
	}
	for _, s := range c.slots() {
		fields = append(fields, field{s.key, func(v *yaml.Node) { s.fresh().parse(p, v) }})
	}
	if !p.mapping(n, "a check", fields) || !p.whole(n, c) {
		return c
	}
	c.condition = p.compile(cel, c)
	for _, h := range hints {
		c.Hints = append(c.Hints, Hint{When: h.when, Say: h.say, condition: p.compile(h.node, c)})
	}
	return c
}

// whole reports what a check lacks or has too much of.
func (p *parser) whole(n *yaml.Node, c Check) bool {
	if c.ID == "" {
		p.add(n, "a check needs an ID")
	} else if !checkID.MatchString(c.ID) {
		p.add(n, "ID %q must be lowercase letters, digits and hyphens", c.ID)
	}
	if c.Name == "" {
		p.add(n, "check %q needs a name, the sentence shown to the learner", c.ID)
	}
	judged := true
	for _, one := range c.flaws() {
		judged = judged && one.key != ""
		if at := placeOf(n, c.Kind(), one.key); at != nil {
			p.add(at, "%s", one.text)
		}
	}
	return judged
}

// placeOf finds what a flaw of a check is about: a key of its probe, one of its own,
// else the probe. It is nil when the probe is not even a mapping, which is reported
// as such.
func placeOf(check *yaml.Node, probe, key string) *yaml.Node {
	if key == "" {
		return check
	}
	_, value := keyIn(check, probe)
	if name, _ := keyIn(check, key); name != nil && key != "name" && key != probe {
		return name
	}
	if value == nil || value.Kind != yaml.MappingNode {
		return nil
	}
	if name, _ := keyIn(value, key); name != nil {
		return name
	}
	return value
}

// keyIn finds a key of a mapping and its value, nil when it has none.
func keyIn(n *yaml.Node, key string) (name, value *yaml.Node) {
	for i := 0; i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == key {
			return n.Content[i], n.Content[i+1]
		}
	}
	return nil, nil
}
