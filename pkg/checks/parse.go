package checks

import (
	"regexp"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/kubectl-learn/kubectl-learn/pkg/strict"
)

// maxSource bounds a block of checks, in bytes.
const maxSource = 1 << 20

// Parse reads a YAML list of checks and compiles their expressions. at is where
// the first line of src stands. All faults are returned at once, joined, each as
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
			f.addAt(1, "there is no check here: write a list of checks, each as - id: …")
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
		p.add(root, "checks must be a list, not %s: begin each one with a dash, as in - id: …", strict.KindOf(root))
		return nil
	}
	ids := map[string]int{}
	checks := make([]Check, 0, len(root.Content))
	for _, n := range root.Content {
		c := p.check(n)
		if first, twice := ids[c.ID]; twice && c.ID != "" {
			p.add(n, "id %q is already used on line %d", c.ID, first)
		}
		ids[c.ID] = c.At.Line
		checks = append(checks, c)
	}
	return checks
}

func (p *parser) check(n *yaml.Node) Check {
	c := Check{Points: 1, Grace: grace, At: Position{File: p.at.File, Line: p.line(n.Line)}}
	var cel, match *yaml.Node
	var hints []hintNode
	known := p.mapping(n, "a check", []field{
		p.text("id", &c.ID),
		p.text("name", &c.Name),
		p.number("points", 0, 1000, func(v int) { c.Points = v }),
		p.duration("grace", maxGrace, &c.Grace),
		{"object", func(v *yaml.Node) { c.Object = p.object(v) }},
		{"objects", func(v *yaml.Node) { c.Objects = p.objects(v) }},
		{"absent", func(v *yaml.Node) { c.Absent = p.absent(v) }},
		{"http", func(v *yaml.Node) { c.HTTP = p.http(v) }},
		{"logs", func(v *yaml.Node) { c.Logs = p.logs(v) }},
		{"exec", func(v *yaml.Node) { c.Exec = p.exec(v) }},
		{"events", func(v *yaml.Node) { c.Events = p.events(v) }},
		{"rollout", func(v *yaml.Node) { c.Rollout = p.rollout(v) }},
		{"run", func(v *yaml.Node) { c.Run = p.run(v) }},
		{"answer", func(v *yaml.Node) { c.Answer = p.answer(v) }},
		{"match", func(v *yaml.Node) { match = v; c.Match = p.match(v) }},
		{"cel", func(v *yaml.Node) { cel = v; p.text("cel", &c.CEL).read(v) }},
		{"hints", func(v *yaml.Node) { hints = p.hints(v) }},
		p.words("mask", &c.Mask),
	})
	if !known || !p.whole(n, c, match, cel) {
		return c
	}
	c.condition = p.compile(cel, c)
	for _, h := range hints {
		c.Hints = append(c.Hints, Hint{When: h.when, Say: h.say, condition: p.compile(h.node, c)})
	}
	return c
}

// whole reports what a check lacks or has too much of.
func (p *parser) whole(n *yaml.Node, c Check, match, cel *yaml.Node) bool {
	if c.ID == "" {
		p.add(n, "a check needs an id")
	} else if !checkID.MatchString(c.ID) {
		p.add(n, "id %q must be small letters, digits and dashes", c.ID)
	}
	if c.Name == "" {
		p.add(n, "check %q needs a name, the sentence that a learner reads", c.ID)
	}
	probes, keys := 0, []string{}
	for _, one := range c.probes() {
		keys = append(keys, one.key)
		if one.set {
			probes++
		}
	}
	if probes == 0 {
		p.add(n, "check %q looks at nothing: it needs one of %s", c.ID, strings.Join(keys, ", "))
	}
	if probes > 1 {
		p.add(n, "check %q has %d probes: make it %d checks", c.ID, probes, probes)
	}
	if match != nil && c.Object == nil && c.Objects == nil && c.Rollout == nil {
		p.add(match, "match needs an object: use cel with this probe")
	}
	if cel != nil && c.Absent != nil {
		p.add(cel, "absent takes no cel: it holds when the object is gone")
	}
	if c.Logs != nil && cel == nil {
		p.add(n, "check %q needs a cel that says what the log must hold", c.ID)
	}
	return probes == 1
}
