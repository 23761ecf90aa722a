package strict

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// collect returns what was reported as "line: text".
func collect(list *[]string) Report {
	return func(line int, format string, args ...any) {
		*list = append(*list, fmt.Sprintf("%d: ", line)+fmt.Sprintf(format, args...))
	}
}

func TestDocument(t *testing.T) {
	const manyAliases = `a: &a [x, x, x, x, x, x, x, x, x, x]
b: &b [*a, *a, *a, *a, *a, *a, *a, *a, *a, *a]
c: &c [*b, *b, *b, *b, *b, *b, *b, *b, *b, *b]
d: &d [*c, *c, *c, *c, *c, *c, *c, *c, *c, *c]
e: [*d, *d, *d, *d, *d, *d, *d, *d, *d, *d]
`
	tests := map[string]struct {
		src  string
		want []string
	}{
		"one":                {"- a", nil},
		"a marker before":    {"# why\n---\n- a", nil},
		"a marker behind":    {"- a\n---\n", nil},
		"an end":             {"- a\n...\n", nil},
		"empty ones before":  {"---\n---\n- a", nil},
		"a second":           {"- a\n---\n# more\n- b", []string{"4: a second YAML document starts here, but only one is read: put everything into the first and remove the ---"}},
		"a broken second":    {"- a\n---\n- [", []string{"3: not YAML: did not find expected node content"}},
		"behind the end":     {"- a\n...\n]", []string{"2: not YAML: did not find expected <document start>"}},
		"a tab":              {"a:\n\tb: 1", []string{"2: not YAML: a tab indents this line; use spaces"}},
		"a key twice":        {"a: 1\nb: 2\na: 3", []string{`3: key "a" appears twice; keep only one`}},
		"deep down":          {"- x: {y: {a: 1, a: 2}}", []string{`1: key "a" appears twice; keep only one`}},
		"a key that is none": {"? [a]\n: 1", []string{"1: a key must be a plain word, not a list"}},
		"itself":             {"a: &x [*x]", []string{`1: anchor "x" contains an alias to itself; write the value out`}},
		"too many":           {manyAliases, []string{"4: aliases expand this to more than 10000 values; write the values out"}},
		"merging a word":     {"a: {<<: b}", []string{`1: << takes a mapping or a list of mappings, not "b"`}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			var got []string
			root := Document([]byte(tt.src), collect(&got))
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("faults (-want +got):\n%s", diff)
			}
			if (root == nil) != (len(tt.want) > 0) {
				t.Errorf("the document is %v, with the faults %q", root, got)
			}
		})
	}
}

func TestAliasesAreWrittenOut(t *testing.T) {
	const src = `
base: &base {image: nginx, pull: always, tags: &tags [a, b]}
web: {<<: *base, image: httpd, also: *tags}
both: {<<: [{image: first}, *base]}
`
	var faults []string
	root := Document([]byte(src), collect(&faults))
	if root == nil {
		t.Fatal(faults)
	}
	var got map[string]map[string]any
	if err := root.Decode(&got); err != nil {
		t.Fatal(err)
	}
	want := map[string]map[string]any{
		"base": {"image": "nginx", "pull": "always", "tags": []any{"a", "b"}},
		"web":  {"image": "httpd", "pull": "always", "tags": []any{"a", "b"}, "also": []any{"a", "b"}},
		"both": {"image": "first", "pull": "always", "tags": []any{"a", "b"}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("the document (-want +got):\n%s", diff)
	}
}

func TestDecode(t *testing.T) {
	var out []struct {
		Name  string
		Count int `yaml:"n"`
	}
	var faults []string
	Decode([]byte("- name: a\n  n: 1\n- namme: b\n- n: many"), 7, &out, collect(&faults))
	want := []string{`9: unknown key "namme" (did you mean "name"?)`, "10: not YAML: cannot unmarshal !!str `many` into int"}
	if diff := cmp.Diff(want, faults); diff != "" {
		t.Errorf("faults (-want +got):\n%s", diff)
	}
	if len(out) != 3 || out[0].Name != "a" || out[0].Count != 1 {
		t.Errorf("read %+v", out)
	}
}

func FuzzDocument(f *testing.F) {
	f.Add("a: &a [*a]\n<<: *a")
	f.Add("- &x {id: a}\n- *x\n---\n- b")
	f.Add(strings.Repeat("[", 100))
	f.Fuzz(func(t *testing.T, src string) {
		faulty := false
		root := Document([]byte(src), func(line int, _ string, _ ...any) {
			faulty = true
			if line < 1 || line > len(src)+2 {
				t.Errorf("a fault on line %d", line)
			}
		})
		if root != nil && faulty {
			t.Error("a document with faults was handed out")
		}
	})
}
