package checks

import (
	"errors"
	"fmt"
	"runtime"
	"runtime/debug"
	"strings"
	"testing"
	"time"

	"github.com/kubectl-learn/kubectl-learn/internal/patience"
	"github.com/kubectl-learn/kubectl-learn/pkg/checks/internal/ask"
	"github.com/kubectl-learn/kubectl-learn/pkg/checks/internal/expr"
	"github.com/kubectl-learn/kubectl-learn/pkg/checks/internal/kube"
	"github.com/kubectl-learn/kubectl-learn/pkg/checks/internal/timing"
)

const (
	// mostTime is how long one evaluation may take on a machine that does other
	// things too, most of them bytes that it may make.
	mostTime, mostBytes = 3 * timing.Expression, 400 << 20
)

// doubled writes an expression in which something is put together with itself n
// times over.
func doubled(start, step string, n int) string {
	return "[" + start + "]" + strings.Repeat(".map(x, "+step+")", n)
}

// Each of these goes beyond every limit from inside one library call or one way to
// grow. None may take much time or memory before it stops.
func TestHostileExpressions(t *testing.T) {
	page := strings.Repeat("ab\n", ask.MaxBody/3)
	vars := responseVars([]ask.Answer{{Status: 200, Body: page}, {Status: 200, Body: strings.Repeat("a", ask.MaxBody)}})
	const other = "responses[1].body"
	tests := map[string]string{
		"range":              `lists.range(100000000).map(x, x * x).size() > 0`,
		"range alone":        `lists.range(1000000000).size() > 0`,
		"ranges in ranges":   `lists.range(100000).map(x, lists.range(100000)).size() > 0`,
		"replace":            `response.body.replace("a", response.body).replace("a", response.body).replace("a", response.body).replace("b", response.body).size() > 0`,
		"replace nothing":    doubled("response.body", `x.replace("", "xxxxxxxx")`, 12) + `[0].size() > 0`,
		"text doubled":       doubled(`"abcdefgh"`, "x + x", 30) + `[0].size() > 0`,
		"bytes doubled":      doubled(`b"abcdefgh"`, "x + x", 30) + `[0].size() > 0`,
		"list doubled":       doubled("[1, 2]", "x + x", 40) + `[0].size() > 0`,
		"list in lists":      doubled("[1, 2]", "[x, x]", 40) + `[0] == ` + doubled("[1, 2]", "[x, x]", 40) + `[0]`,
		"in lists in lists":  `dyn([1]) in dyn(` + doubled("[1, 2]", "[x, x]", 40) + `)`,
		"flatten":            doubled("[1, 2]", "[x, x]", 40) + `.flatten(50).size() > 0`,
		"map in maps":        doubled(`{"a": 1}`, `{"a": x, "b": x}`, 40) + `[0] == ` + doubled(`{"a": 1}`, `{"a": x, "b": x}`, 40) + `[0]`,
		"distinct, deep":     `[` + doubled("[1, 2]", "[x, x]", 40) + `, ` + doubled("[1, 2]", "[x, x]", 40) + `].distinct().size() > 0`,
		"distinct":           `lists.range(50000).distinct().size() > 0`,
		"split and distinct": `response.body.split("").distinct().size() > 9`,
		"sets":               `sets.contains(lists.range(20000), lists.range(20000).map(x, x + 1))`,
		"equivalent":         `sets.equivalent(lists.range(20000), lists.range(20000).reverse())`,
		"intersects":         `sets.intersects(lists.range(20000), lists.range(20000).map(x, x + 20000))`,
		"join":               doubled("lists.range(1000).map(i, response.body)", `[x.join(response.body)]`, 4) + `.size() > 0`,
		"join one":           `lists.range(20000).map(i, "a").join(response.body).size() > 0`,
		"split":              `lists.range(1000).map(i, response.body.split("")).size() > 0`,
		"format precision":   `"%.900000000f".format([1.0]).size() > 0`,
		"format exponent":    `"%.900000000e".format([1.0]).size() > 0`,
		"format of lists":    `"%s".format([` + doubled("[1, 2]", "[x, x]", 40) + `]).size() > 0`,
		"format doubled":     doubled("response.body", `"%s%s".format([x, x])`, 25) + `[0].size() > 0`,
		"format of bytes":    doubled("response.body", `"%x".format([x])`, 25) + `[0].size() > 0`,
		"quote":              doubled("response.body", `strings.quote(strings.quote(x))`, 30) + `[0].size() > 0`,
		"index of":           `lists.range(100).exists(i, ` + other + `.indexOf(` + other + `.substring(0, 30000) + "b") > 0)`,
		"last index of":      `lists.range(100).exists(i, ` + other + `.lastIndexOf("b" + ` + other + `.substring(0, 30000)) > 0)`,
		"sort":               `lists.range(1000).exists(i, lists.range(100000).reverse().sort()[0] > i)`,
		"sortBy":             `lists.range(400000).sortBy(x, -x)[0] > 0`,
		"char at":            `lists.range(100000).exists(i, response.body.charAt(i) == "c")`,
		"lower":              `lists.range(100000).exists(i, response.body.lowerAscii() == "c")`,
		"reverse":            `lists.range(100000).exists(i, lists.range(1000).reverse()[0] == 5)`,
		"slice":              `lists.range(100000).exists(i, lists.range(1000).slice(0, 900)[0] == 5)`,
		"substring":          `lists.range(100000).exists(i, response.body.substring(1) == "c")`,
		"find":               `response.body.findAll("a").exists(i, response.body.find("(a|b|c)*d") != "")`,
		"find all":           `lists.range(100).exists(i, ` + other + `.findAll("a[^b]*b|a").size() == 3)`,
		"find all of none":   `lists.range(100).exists(i, ` + other + `.findAll("").size() == 3)`,
		"made pattern":       `lists.range(1000).exists(i, "a".matches(response.body.substring(0, 3).replace("\n", "") + "(.{900})"))`,
		"json":               `lists.range(1000).exists(i, json("[" + response.body.replace("ab\n", "[],") + "1]").size() == 3)`,
		"validate":           `lists.range(1000).exists(i, !format.dns1123Subdomain().validate(` + other + `).hasValue())`,
		"quantity":           `quantity("1e999999999").isGreaterThan(quantity("1"))`,
		"is quantity":        `isQuantity("1E-999999999")`,
		"long quantity":      `quantity(` + other + `).isGreaterThan(quantity("1"))`,
		"zones":              `lists.range(1000000).exists(i, timestamp("2026-01-01T00:00:00Z").getHours("Asia/Shanghai") == 99)`,
		"loops in loops":     `lists.range(1000).all(a, lists.range(1000).all(b, lists.range(1000).all(c, a + b + c >= 0)))`,
		"empty loops":        `lists.range(1000).all(a, lists.range(1000).all(b, lists.range(1000).all(c, true)))`,
		"lists in loops":     `lists.range(2000).map(a, lists.range(2000).map(b, [a, b, a, b])).size() > 0`,
		"maps in loops":      `lists.range(2000).map(a, lists.range(2000).map(b, {"a": a, "b": b})).size() > 0`,
		"transformed":        `lists.range(2000000).transformMap(i, v, v + 1).size() > 0`,
		"behind an or":       `lists.range(1000).all(a, lists.range(1000).all(b, lists.range(1000).all(c, true))) || true`,
		"optional":           `optional.ofNonZeroValue(` + doubled("[1, 2]", "[x, x]", 40) + `).hasValue() && dyn(` + doubled("[1, 2]", "[x, x]", 40) + `) != dyn(` + doubled("[1, 2]", "[x, x]", 40) + `)`,
	}
	for name, expression := range tests {
		t.Run(name, func(t *testing.T) {
			c := conditionFor(t, onHTTP, expression)
			made, took := bytesMade(func() {
				_, err := c.Holds(t.Context(), vars)
				if !errors.Is(err, expr.ErrTooCostly) {
					t.Errorf("holds gave %v, want that it was given up", err)
				}
			})
			t.Logf("%s, %d KiB", took.Round(time.Millisecond), made>>10)
			if patience.Late(took, mostTime) || made > mostBytes {
				t.Errorf("that took %s and %d MiB, want at most %s and %d MiB", took, made>>20, mostTime, mostBytes>>20)
			}
		})
	}
}

// bytesMade is how much memory something asks for in all, given back or not, and
// how long it takes. It must not run beside other tests.
func bytesMade(do func()) (uint64, time.Duration) {
	var before, after runtime.MemStats
	defer debug.FreeOSMemory()
	runtime.ReadMemStats(&before)
	begun := time.Now()
	do()
	took := time.Since(begun)
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc, took
}

// What would take much time or memory to compile is refused when it is read.
func TestHostileSources(t *testing.T) {
	tests := map[string]struct{ expression, want string }{
		"long":              {strings.Repeat("true && ", 2000) + "true", "the limit is 5000"},
		"optMap of optMap":  {"optional.of(1)" + strings.Repeat(".optMap(x, x)", 40) + ".hasValue()", "more than 6 times"},
		"optFlatMap":        {"optional.of(1)" + strings.Repeat(".optFlatMap(x, optional.of(x))", 40) + ".hasValue()", "more than 6 times"},
		"pattern repeats":   {`"a".matches("((a{100}){100}){100}")`, "invalid matches argument"},
		"pattern's parts":   {`"a".matches("` + strings.Repeat("(.{900})", 50) + `")`, "the limit is 2000"},
		"pattern in find":   {`"a".find("` + strings.Repeat("(.{900})", 50) + `") == ""`, "the limit is 2000"},
		"pattern's length":  {`"a".matches("` + strings.Repeat("a", 2000) + `")`, "the limit is 1000"},
		"brackets":          {strings.Repeat("(", 2400) + "true" + strings.Repeat(")", 2400), "recursion"},
		"lists in lists":    {strings.Repeat("[", 2400) + strings.Repeat("]", 2400) + " == []", "recursion"},
		"not not not":       {strings.Repeat("!", 4500) + "true", ""},
		"loops in loops":    {strings.Repeat("[1].all(x, ", 300) + "true" + strings.Repeat(")", 300), "recursion"},
		"many small things": {strings.Repeat("[1,[2,{3:[4]}]].size()>0&&", 180) + "true", ""},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			made, took := bytesMade(func() {
				_, faults := expr.Compile(tt.expression, (&HTTPProbe{}).environment())
				found := ""
				for _, f := range faults {
					found += f.Text + "; "
				}
				if !strings.Contains(found, tt.want) || found != "" && tt.want == "" {
					t.Errorf("faults %.300q, want %q", found, tt.want)
				}
			})
			t.Logf("%s, %d KiB", took.Round(time.Millisecond), made>>10)
			if patience.Late(took, mostTime) || made > mostBytes {
				t.Errorf("that took %s and %d MiB", took, made>>20)
			}
		})
	}
}

// The conditions of hints are bounded as those of checks are, all of them together.
func TestHostileHints(t *testing.T) {
	hint := "  - when: " + costly + "\n    say: no\n"
	src := "- id: a\n  name: A\n  object: {kind: Pod, name: p}\n  cel: 'false'\n  hints:\n" + strings.Repeat(hint, 50) + "  - say: yes, this\n"
	c := parsed(t, src)[0]
	_, took := bytesMade(func() {
		r := evaluate(t.Context(), c, observation{object: &kube.Object{Object: costlyVars()["object"].(map[string]any)}}, time.Now())
		if r.Verdict != Failed || r.Hint != "yes, this" {
			t.Errorf("evaluate gave %s, hint %q", r.Verdict, r.Hint)
		}
	})
	if took > mostTime {
		t.Errorf("that took %s, want at most %s", took, mostTime)
	}
}

// What expressions have in common is made once, so that one more takes little.
func TestExpressionsAreCheapToRead(t *testing.T) {
	const n, most = 500, 100 << 10
	var src strings.Builder
	for i := range n {
		fmt.Fprintf(&src, "- {id: c%d, name: C, object: {kind: Pod, name: p}, cel: 'object.status.conditions.exists(c, c.type == \"Ready\" && c.number > %d)'}\n", i, i)
	}
	parsed(t, onKind+"\n"+src.String()[:strings.Index(src.String(), "\n")])
	made, took := bytesMade(func() { parsed(t, src.String()) })
	t.Logf("%s, %d KiB each", took.Round(time.Millisecond), made>>10/n)
	if made/n > most {
		t.Errorf("a check takes %d KiB to read, want at most %d", made>>10/n, most>>10)
	}
}
