package render

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestMarkdown(t *testing.T) {
	for name, tt := range map[string]struct {
		style      Style
		give, want string
	}{
		"paragraphs are wrapped": {Style{Width: 24}, "A **pod** is the smallest thing that\nKubernetes runs.\n\nTwo.", "A pod is the smallest\nthing that Kubernetes\nruns.\n\nTwo.\n"},
		"punctuation clings":     {Style{Width: 12}, "seven seven `x`, then", "seven seven\n`x`, then\n"},
		"lists hang":             {Style{Width: 14}, "- one two three four\n- five\n\n3. six\n4. seven", "• one two\n  three four\n• five\n\n3. six\n4. seven\n"},
		"code keeps its lines":   {Style{}, "```yaml\na:\n  b: 1\n```", "  a:\n    b: 1\n"},
		"a quote":                {Style{Width: 20}, "> one two three four five", "│ one two three four\n│ five\n"},
		"a note":                 {Style{Width: 20}, "> [!NOTE]\n> one two three four five", "│ one two three four\n│ five\n"},
		"a table":                {Style{}, "| a | long |\n|---|---|\n| `xyz` | 1 |", "a      long\n`xyz`  1\n"},
		"a link":                 {Style{}, "see [the docs](https://kubernetes.io)", "see the docs (https://kubernetes.io)\n"},
		"HTML is left out":       {Style{}, "Hello <a id=\"x\"></a>there\n\n<div>gone</div>", "Hello there\n"},
		"Chinese has no spaces":  {Style{Width: 10}, "一个容器，\n或者几个。再来", "一个容器，\n或者几个。\n再来\n"},
		"colour":                 {Style{Color: true}, "a **b c** `d`", "a \x1b[1mb c\x1b[0m \x1b[36md\x1b[0m\n"},
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, tt.style.Markdown(tt.give)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestMarkdownNeverPassesItsWidth(t *testing.T) {
	source := strings.Repeat("你可以把它写下来，然后 Kubernetes 会（尽力）让 **集群** 变成 `kubectl get pods` 里的样子。", 5)
	for width := 12; width < 60; width++ {
		for line := range strings.SplitSeq(Style{Width: width}.Markdown(source), "\n") {
			// A closing mark may extend past the edge by its own width.
			if columns(line) > width+2 {
				t.Fatalf("width %d: %q has %d columns", width, line, columns(line))
			}
		}
	}
}

func TestCut(t *testing.T) {
	for _, tt := range []struct {
		give  string
		width int
		want  string
	}{{"short", 10, "short"}, {"longer than", 6, "longe…"}, {"中文字符", 5, "中文…"}} {
		if got := cut(tt.give, tt.width); got != tt.want {
			t.Errorf("cut(%q, %d) = %q, want %q", tt.give, tt.width, got, tt.want)
		}
	}
}
