package compare

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// masks hides what differs from run to run. What is the same within a scenario
// gets the same mask, so that a reader still sees that a Service's endpoint is
// the pod's address.
type masks struct {
	exact *strings.Replacer
	rules []rule
	seen  map[string]string
	count map[string]int
}

// newMasks makes the masks of a scenario in a namespace of a cluster.
func newMasks(namespace string, nodes []string) *masks {
	pairs := []string{namespace, "<namespace>"}
	// The longer first, because node-1 is a prefix of node-10.
	sorted := slices.Clone(nodes)
	slices.SortFunc(sorted, func(a, b string) int { return len(b) - len(a) })
	for _, n := range sorted {
		pairs = append(pairs, n, "<node>")
	}
	return &masks{exact: strings.NewReplacer(pairs...), rules: rules(), seen: map[string]string{}, count: map[string]int{}}
}

// rule replaces what its pattern finds. With a kind, the mask is numbered by
// the value, else it is the text.
type rule struct {
	pattern *regexp.Regexp
	text    string
	kind    string
}

// The letters of Kubernetes' random names: k8s.io/apimachinery's package rand.
const random = `[bcdfghjklmnpqrstvwxz2456789]`

// rules returns the masks in the order in which they apply.
func rules() []rule {
	return []rule{
		{regexp.MustCompile(`\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b`), "", "uid"},
		{regexp.MustCompile(`(?m)^(\s*)(Container ID|Image ID):(\s+)\S.*$`), "$1$2:  <id>", ""},
		{regexp.MustCompile(`(?:[a-z]+://)?(?:[\w./-]+@)?(?:sha256:)?\b[0-9a-f]{64}\b`), "<digest>", ""},
		{regexp.MustCompile(`(?m)(resourceVersion|uid|generation): .*$`), "$1: <value>", ""},
		{regexp.MustCompile(`\b(Mon|Tue|Wed|Thu|Fri|Sat|Sun),? \d\d [A-Z][a-z][a-z] \d{4} \d\d:\d\d:\d\d (\+0000|GMT|UTC)`), "<time>", ""},
		{regexp.MustCompile(`\b(Mon|Tue|Wed|Thu|Fri|Sat|Sun) [A-Z][a-z][a-z] [ \d]\d \d\d:\d\d:\d\d UTC \d{4}`), "<time>", ""},
		{regexp.MustCompile(`\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)`), "<time>", ""},
		{regexp.MustCompile(`\b\d\d/[A-Z][a-z][a-z]/\d{4}:\d\d:\d\d:\d\d \+0000`), "<time>", ""},
		{regexp.MustCompile(`\b\d{4}/\d\d/\d\d \d\d:\d\d:\d\d`), "<time>", ""},
		{regexp.MustCompile(`\b\d{4}(_\d\d){5}\.\d+`), "<time>", ""},
		{regexp.MustCompile(`[EWI]\d{4} \d\d:\d\d:\d\d\.\d+ +\d+ `), "<log> ", ""},
		{regexp.MustCompile(` in [\dhmsµ.]+ \([\dhmsµ.]+ including waiting\)\. Image size: \d+ bytes`), " in <duration> (<duration> including waiting). Image size: <size> bytes", ""},
		{regexp.MustCompile(`\b\d+ \(\S+ ago\)`), "<count> (<age> ago)", ""},
		{regexp.MustCompile(`\(x\d+ over \S+\)`), "(<count> over <age>)", ""},
		{regexp.MustCompile(`(Handling connection for|forwarding) \d+`), "$1 <port>", ""},
		{regexp.MustCompile(`(?m)^(Duration:\s+)\S+$`), "$1<age>", ""},
		{regexp.MustCompile(` after \d+ ms\b`), " after <duration>", ""},
		{regexp.MustCompile(`([=/])(LIVE|MERGED)-\d+`), "$1$2-<number>", ""},
		{regexp.MustCompile(`\S*/(LIVE|MERGED)-<number>`), "$1", ""},
		{regexp.MustCompile(`\b(127\.0\.0\.1|\[::1\]):\d{5}\b`), "$1:<port>", ""},
		{regexp.MustCompile(`\b(\d{1,3}\.){3}\d{1,3}:\d{5}\b`), "", "client"},
		{regexp.MustCompile(`\b(\d{1,3}\.){3}\d{1,3}\b`), "", "ip"},
		{regexp.MustCompile(`\b3[0-2]\d{3}\b`), "", "node-port"},
		{regexp.MustCompile(`-` + random + `{5}(?:_|\b)`), "", "id"},
		{regexp.MustCompile(`-` + random + `{7,10}\b`), "", "hash"},
		{regexp.MustCompile(`pod-template-hash=` + random + `+`), "pod-template-hash=<hash>", ""},
		{regexp.MustCompile(`(controller-revision-hash=)(\S*-)?[0-9a-z]+`), "$1$2<hash>", ""},
	}
}

// everywhere reports whether an address means the same on every machine.
func everywhere(address string) bool {
	return slices.Contains([]string{"127.0.0.1", "0.0.0.0", "255.255.255.255"}, address)
}

// mask hides what differs in the text that a command printed.
func (m *masks) mask(text string) string {
	lines := strings.Split(text, "\n")
	var out []string
	for len(lines) > 0 {
		if rows, rest, ok := cutTable(lines); ok {
			out = append(out, m.table(rows)...)
			lines = rest
			continue
		}
		out = append(out, m.line(squeeze(lines[0])))
		lines = lines[1:]
	}
	return strings.Join(out, "\n")
}

// line applies the rules to text outside tables.
func (m *masks) line(text string) string {
	text = m.exact.Replace(text)
	if options, ok := strings.CutPrefix(text, "options "); ok { // the kubelet takes those of resolv.conf from a map
		words := strings.Fields(options)
		slices.Sort(words)
		text = "options " + strings.Join(words, " ")
	}
	for _, r := range m.rules {
		if r.kind == "" {
			text = r.pattern.ReplaceAllString(text, r.text)
			continue
		}
		text = r.pattern.ReplaceAllStringFunc(text, func(found string) string { return m.number(r.kind, found) })
	}
	return text
}

// number gives a value its mask: its index among values of its kind.
func (m *masks) number(kind, value string) string {
	if everywhere(value) {
		return value
	}
	lead, tail := "", ""
	if after, ok := strings.CutPrefix(value, "-"); ok {
		lead, value = "-", after
	}
	if before, ok := strings.CutSuffix(value, "_"); ok {
		tail, value = "_", before
	}
	key := kind + " " + value
	if _, ok := m.seen[key]; !ok {
		m.count[kind]++
		m.seen[key] = fmt.Sprintf("<%s-%d>", kind, m.count[kind])
	}
	return lead + m.seen[key] + tail
}

// runs of blanks that align columns differ with the width of what is masked.
var blanks = regexp.MustCompile(`(\S)\s{2,}(\S)`)

// squeeze shortens longer runs of blanks within a line to two.
func squeeze(line string) string {
	line = strings.ReplaceAll(strings.TrimRight(line, " \t\r"), "\t", "  ")
	for {
		next := blanks.ReplaceAllString(line, "$1  $2")
		if next == line {
			return line
		}
		line = next
	}
}
