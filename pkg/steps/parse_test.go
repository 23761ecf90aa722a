package steps

import (
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/kubectl-learn/kubectl-learn/pkg/checks"
	"github.com/kubectl-learn/kubectl-learn/pkg/lang"
)

// small is a lesson with everything in it. Single quotes stand for backquotes.
const small = `---
id: small
title: Small
summary: A small lesson.
level: beginner
minutes: 10
requires:
  kubernetes: ">=1.30"
  images: [nginx:1.28-alpine]
mirrors: {title: An article, date: 2020-11-12}
variables: {PORT: "80"}
---

Before it begins.

## Ask for it <a id="ask"></a>

> [!IMPORTANT]
> A config map is there,
> and you know it.

Look at this:

'''yaml
only: shown
'''

'''yaml apply=map.yaml from=later/map.yaml
data:
  key: new
'''

'''text output
configmap/web ...
'''

Between.

'''bash run edit="key: new => key: other"
kubectl edit configmap web
'''

'''yaml check
- id: map-there
  name: The map is there
  points: 2
  object: {kind: ConfigMap, name: web}
'''

<details><summary>Hint: it is not there</summary>

Apply it:

'''bash
kubectl apply -f map.yaml
'''

</details>

<details><summary>Hint: it is old</summary>

Edit it.

</details>

'''yaml quiz
- id: how-many
  ask: How many?
  answer: 3
  because: Count them.
- id: which
  ask: Which?
  choices: [this, that]
  answer: [2, 1]
  because: Both.
'''

## The end <a id="end"></a>

> [!IMPORTANT]
> Nothing is left to do.

Done.
`

func ticks(s string) string { return strings.ReplaceAll(s, "'''", "```") }

func parseString(src string) (*Lesson, error) {
	return Parse(fstest.MapFS{"small/en.md": {Data: []byte(ticks(src))}}, "small/en.md")
}

func TestParse(t *testing.T) {
	want := &Lesson{
		ID: "small", Title: "Small", Summary: "A small lesson.", Level: "beginner", Minutes: 10,
		Requires:  Requires{Kubernetes: ">=1.30", Images: []string{"nginx:1.28-alpine"}},
		Mirrors:   Mirrors{Title: "An article", Date: "2020-11-12"},
		Mode:      Guided,
		Variables: map[string]string{"PORT": "80"},
		Lang:      lang.English, File: "small/en.md",
		Intro: "Before it begins.",
		Steps: []Step{{
			ID: "ask", Title: "Ask for it", Line: 16,
			Goal: "A config map is there,\nand you know it.",
			Blocks: []Block{
				{Prose: ticks("Look at this:\n\n'''yaml\nonly: shown\n'''")},
				{Action: &Action{
					Kind: Apply, Command: "kubectl apply -f map.yaml", Manifest: "map.yaml", Source: "later/map.yaml",
					Body: "data:\n  key: new", Output: "configmap/web ...", Line: 28,
				}},
				{Prose: "Between."},
				{Action: &Action{
					Kind: Run, Command: "kubectl edit configmap web", Body: "kubectl edit configmap web",
					Edit: &Edit{From: "key: new", To: "key: other"}, Line: 39,
				}},
				{Checks: []checks.Check{{
					ID: "map-there", Name: "The map is there", Grace: 3 * time.Second, Points: 2,
					Object: &checks.ObjectProbe{Kind: "ConfigMap", Name: "web"},
					At:     checks.Position{File: "small/en.md", Line: 44},
				}}},
				{Quiz: []Question{
					{ID: "how-many", Ask: "How many?", Kind: QuizNumber, Answer: Answer{Number: 3}, Because: "Count them.", Line: 67},
					{ID: "which", Ask: "Which?", Kind: QuizSeveral, Choices: []string{"this", "that"}, Answer: Answer{Choices: []int{1, 2}}, Because: "Both.", Line: 71},
				}},
			},
			Hints: []Hint{
				{Title: "it is not there", Body: ticks("Apply it:\n\n'''bash\nkubectl apply -f map.yaml\n'''")},
				{Title: "it is old", Body: "Edit it."},
			},
		}, {
			ID: "end", Title: "The end", Line: 78, Goal: "Nothing is left to do.", Blocks: []Block{{Prose: "Done."}},
		}},
	}
	for name, src := range map[string]string{"unix": small, "windows": strings.ReplaceAll(small, "\n", "\r\n")} {
		t.Run(name, func(t *testing.T) {
			got, err := parseString(src)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, got, cmpopts.IgnoreUnexported(checks.Check{})); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestStepParts(t *testing.T) {
	l, err := parseString(small)
	if err != nil {
		t.Fatal(err)
	}
	s := l.Steps[0]
	got := []int{len(s.Actions()), len(s.Checks()), len(s.Questions()), len(l.Steps[1].Actions())}
	if diff := cmp.Diff([]int{2, 1, 2, 0}, got); diff != "" {
		t.Errorf("actions, checks, questions (-want +got):\n%s", diff)
	}
}

// TestParseFaults replaces one text of the small lesson and wants one fault.
func TestParseFaults(t *testing.T) {
	for _, tt := range []struct{ name, old, new, want string }{
		{"unknown key", "summary: A", "summarx: A", `small/en.md:4: unknown key "summarx" (did you mean "summary"?)`},
		{"unknown key below", "  kubernetes:", "  kubernets:", `small/en.md:8: unknown key "kubernets" (did you mean "kubernetes"?)`},
		{"wrong type", "minutes: 10", "minutes: ten", "small/en.md:6: not YAML: cannot unmarshal !!str `ten` into int"},
		{"bad YAML", "minutes: 10", "minutes: [", "not YAML"},
		{"no title", "title: Small\n", "", "small/en.md:1: the front matter needs a title"},
		{"unknown level", "level: beginner", "level: beginer", `unknown level "beginer" (did you mean "beginner"?)`},
		{"no minutes", "minutes: 10\n", "", "doesn't say how many minutes"},
		{"other folder", "id: small", "id: large", `the lesson's ID is "large", but its folder is "small"`},
		{"no front matter", "---\nid:", "id:", "small/en.md:1: the file needs front matter"},
		{"no anchor", ` <a id="ask"></a>`, "", `small/en.md:16: step "Ask for it" needs an ID`},
		{"bad id", `<a id="ask">`, `<a id="Ask me">`, `small/en.md:16: step "Ask for it" needs an ID`},
		{"step twice", `<a id="end">`, `<a id="ask">`, `small/en.md:78: the step ID "ask" is already used on line 16`},
		{"no step", "## ", "### ", "the lesson has no step"},
		{"goal is late", "> [!IMPORTANT]\n> Nothing", "Look.\n\n> [!IMPORTANT]\n> Nothing", "small/en.md:82: a step has one goal, right under"},
		{"goal is empty", "> Nothing is left to do.\n", "", "small/en.md:80: the goal is empty"},
		{"fence's word", "yaml check", "yaml chek", `small/en.md:43: unknown word "chek" in a fence (did you mean "check"?)`},
		{"fence is empty", "kubectl edit configmap web\n", "", "small/en.md:39: the fence is empty"},
		{"fence is not closed", "\nDone.\n", "\n'''bash\nls\n", "small/en.md:83: the fence isn't closed"},
		{"fence in a list", "Done.", "- do\n\n  '''bash run\n  ls\n  '''", "small/en.md:85: only a fence that is prose can be in a list"},
		{"fence before the first step", "Before it begins.", "'''bash run\nls\n'''", `small/en.md:14: a fence with "run" must be in a step`},
		{"fence in a hint", "'''bash\nkubectl apply", "'''bash run\nkubectl apply", `small/en.md:54: a fence with "run" must be in a step, outside its hints`},
		{"apply wants a file", "apply=map.yaml", "apply=../map.yaml", "small/en.md:28: apply needs a file name"},
		{"from needs one of the lesson's manifests", "from=later/map.yaml", "from=/map.yaml", "small/en.md:28: from needs one of the lesson's manifests"},
		{"edit without arrow", "key: new => key: other", "key: new", "small/en.md:39: write edit as"},
		{"output without action", "Done.", "'''text output\nx\n'''", "small/en.md:83: output must come right after the action"},
		{"output is late", "'''text output", "Wait.\n\n'''text output", "small/en.md:35: output must come right after the action"},
		{"output is empty", "configmap/web ...\n", "", "small/en.md:33: the fence is empty"},
		{"hint is misspelt", "<summary>Hint: it is old", "<summary>Hnt: it is old", "small/en.md:60: start a hint with the line"},
		{"hint is not closed", "Edit it.\n\n</details>", "Edit it.", `small/en.md:60: hint "it is old" isn't closed`},
		{"hint in a hint", "Apply it:", "<details><summary>Hint: more</summary>", `hint "more" starts before hint "it is not there" is closed`},
		{"hint says nothing", "Edit it.\n", "", `small/en.md:60: hint "it is old" is empty`},
		{"hint before the first step", "Before it begins.", "<details><summary>Hint: x</summary>\n\nx\n\n</details>", `hint "x" comes before the first step`},
		{"details are not open", "Done.", "</details>", "small/en.md:83: </details> doesn't close a hint"},
		{"check's key", "points: 2", "pionts: 2", `small/en.md:46: `},
		{"no check", "- id: map-there\n  name: The map is there\n  points: 2\n  object: {kind: ConfigMap, name: web}\n", "", "small/en.md:44: "},
		{"check twice", "Done.", "'''yaml check\n- id: map-there\n  name: Again\n  object: {kind: Pod, name: web}\n'''", `small/en.md:84: the check ID "map-there" is already used on line 44`},
		{"question twice", "id: which", "id: how-many", `small/en.md:71: the question ID "how-many" is already used on line 67`},
		{"question's key", "ask: How", "aks: How", `small/en.md:68: unknown key "aks" (did you mean "ask"?)`},
		{"question without because", "  because: Both.\n", "", `small/en.md:71: question "which": it has no "because"`},
		{"question without answer", "  answer: 3\n", "", `question "how-many": it has no "answer"`},
		{"answer out of range", "answer: [2, 1]", "answer: [2, 3]", `small/en.md:71: question "which": its answer 3 isn't one of its 2 choices`},
		{"answer is no choice", "answer: [2, 1]", "answer: that", "its answer must be the number of a choice"},
		{"one choice", "choices: [this, that]", "choices: [this]", "it needs at least two choices"},
		{"answer is empty", "answer: 3", `answer: ""`, "its answer is empty"},
		{"answer is a map", "answer: 3", "answer: {a: b}", "its answer must be {run: a command that prints it}"},
		{"answer is looked up twice", "answer: 3", "answer: {run: a, ran: b}", "its answer must be {run: "},
		{"version of Kubernetes", `kubernetes: ">=1.30"`, `kubernetes: "1.30+"`, `write the required Kubernetes version as ">=1.30", not "1.30+"`},
		{"unknown capability", `kubernetes: ">=1.30"`, `capabilities: [ingres]`, `small/en.md:1: unknown capability "ingres" (did you mean "ingress"?)`},
		{"less than no node", `kubernetes: ">=1.30"`, `nodes: -1`, "a lesson can't require -1 nodes"},
		{"unknown mode", "minutes: 10", "minutes: 10\nmode: guidet", `small/en.md:1: unknown mode "guidet" (did you mean "guided"?)`},
		{"question without id", "- id: which", "- id: Which One", "it needs an ID"},
		{"quiz is empty", "Done.", "'''yaml quiz\n'''", "small/en.md:84: the quiz has no questions"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if !strings.Contains(small, tt.old) {
				t.Fatalf("the small lesson does not contain %q", tt.old)
			}
			_, err := parseString(strings.ReplaceAll(small, tt.old, tt.new))
			wantError(t, err, tt.want)
		})
	}
}

func TestParseReportsAllFaults(t *testing.T) {
	src := strings.NewReplacer("level: beginner", "levl: beginner", "yaml check", "yaml chek", "answer: 3", "answer: []").Replace(small)
	_, err := parseString(src)
	for _, want := range []string{"small/en.md:5: ", "small/en.md:43: ", "small/en.md:67: "} {
		wantError(t, err, want)
	}
	if got := len(problems("", err)); got != 3 {
		t.Errorf("%d problems, want 3:\n%v", got, err)
	}
}

func TestParseOtherFiles(t *testing.T) {
	files := fstest.MapFS{"small/zh.md": {Data: []byte(ticks(small))}, "small/xx.md": {Data: []byte(ticks(small))}}
	l, err := Parse(files, "small/zh.md")
	if err != nil || l.Lang != lang.Chinese {
		t.Errorf("zh.md: lesson %v, error %v", l, err)
	}
	_, err = Parse(files, "small/xx.md")
	wantError(t, err, "name the file after its language")
	_, err = Parse(files, "small/en.md")
	wantError(t, err, "failed to read lesson: open small/en.md")
}

func FuzzParse(f *testing.F) {
	f.Add(ticks(small))
	f.Add("---\n---\n## x\n")
	f.Add("---\nid: small\n---\n## a <a id=\"a\"></a>\n```yaml quiz\n- id: a\n  ask: b\n  answer: *x\n```")
	f.Add("---\n---\n\n<details><summary>Hint: a</summary>\n</details>\n> [!IMPORTANT]\n")
	f.Add("##\n> ```bash run\n")
	f.Fuzz(func(t *testing.T, src string) {
		l, err := Parse(fstest.MapFS{"small/en.md": {Data: []byte(src)}}, "small/en.md")
		if (l == nil) == (err == nil) {
			t.Fatalf("lesson %v with error %v", l, err)
		}
		if l != nil && len(l.Steps) == 0 {
			t.Fatal("a lesson without steps and without a fault")
		}
	})
}
