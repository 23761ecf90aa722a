package steps

import (
	"strings"
	"testing"
)

func TestLintClean(t *testing.T) {
	for _, p := range mustOpen(t, smallFiles()).Lint() {
		t.Error(p)
	}
}

// TestLint replaces one text in files of the clean catalog and wants a problem
// that says so. An empty file means all lesson files.
func TestLint(t *testing.T) {
	const en, zh, later = "small/en.md", "small/zh.md", "manifests/small/later/map.yaml"
	const first = "manifests/small/map.yaml"
	for _, tt := range []struct{ name, file, old, new, want string }{
		{"fault of a file", zh, "yaml check", "yaml chek", `small/zh.md:43: unknown word "chek"`},
		{"too short", "", "minutes: 10", "minutes: 4", "a lesson must take 5 to 60 minutes, not 4"},
		{"too long", "", "minutes: 10", "minutes: 61", "a lesson must take 5 to 60 minutes, not 61"},
		{"no goal", "", "> [!IMPORTANT]\n> Nothing is left to do.\n", "", `step "end" has no goal`},
		{"level differs", zh, "level: beginner", "level: advanced", "small/zh.md:1: level: beginner in small/en.md, advanced here"},
		{"minutes differ", zh, "minutes: 10", "minutes: 20", "small/zh.md:1: minutes: 10 in small/en.md, 20 here"},
		{"requires differ", zh, "nginx:1.28-alpine", "nginx:1.15", "small/zh.md:1: requires: "},
		{"variables differ", zh, `PORT: "80"`, `PORT: "81"`, "small/zh.md:1: variables: "},
		{"variable's name", en, `PORT: "80"`, `port: "80"`, `small/en.md:1: variable "port" needs a name of capitals`},
		{"variable's value", en, `PORT: "80"`, `PORT: "8 0"`, `small/en.md:1: variable PORT can't be "8 0"`},
		{"variable's default", first, `"80" # $PORT`, `81 # $PORT`, `manifests/small/map.yaml:7: the variable PORT is "80" in small/en.md, but "81" here`},
		{"unknown variable", first, `# $PORT`, `# $PART`, `manifests/small/map.yaml:7: small/en.md has no variable "PART" (did you mean "PORT"?)`},
		{"reserved variable", en, `PORT: "80"`, `NAMESPACE: "80"`, `small/en.md:1: every lesson has the variable NAMESPACE: remove it`},
		{"unused variable", first, `# $PORT`, ``, `small/en.md:1: no manifest and no command uses the variable PORT`},
		{"article differs", zh, "2020-11-12", "2020-11-13", "small/zh.md:1: article's date: "},
		{"step differs", zh, `<a id="end">`, `<a id="fin">`, `small/zh.md:78: step "fin" isn't here in small/en.md; its steps are [ask end]`},
		{"order differs", zh, "Done.", "'''bash run\nls\n'''", "small/zh.md:78: order of actions, checks and questions of step end: "},
		{"command differs", zh, "kubectl edit configmap web", "kubectl edit configmap/web", "small/zh.md:39: command: "},
		{"shown part differs", zh, "data:\n  key: new", "  key: new", `small/zh.md:28: the fence of "kubectl apply -f map.yaml" doesn't show`},
		{"source differs", zh, " from=later/map.yaml", "", "small/zh.md:28: source of the manifest: later/map.yaml in small/en.md, map.yaml here"},
		{"edit differs", zh, "key: other", "key: another", `small/zh.md:39: the edit of "kubectl edit configmap web"`},
		{"check's id differs", zh, "id: map-there", "id: map-here", "small/zh.md:44: check's id: "},
		{"check's points differ", zh, "points: 2", "points: 3", "small/zh.md:44: points of check map-there: 2"},
		{"check's probe differs", zh, "{kind: ConfigMap, name: web}", "{kind: Secret, name: web}", `small/zh.md:44: the probe of check "map-there"`},
		{"check's match differs", zh, "name: web}\n", "name: web}\n  match: {data: {key: other}}\n", `small/zh.md:44: the match of check "map-there"`},
		{"check's cel differs", zh, "name: web}\n", "name: web}\n  cel: object.data.size() == 1\n", "small/zh.md:44: cel of check map-there: "},
		{"answer differs", zh, "answer: 3", "answer: 4", "small/zh.md:67: question's id, kind, choices and answer: "},
		{"fence is not the manifest", "", "  key: new\n'''", "  key: newer\n'''", `en.md:28: the fence isn't a contiguous part of manifests/small/later/map.yaml: it differs at "  key: newer"`},
		{"no manifest", "", "apply=map.yaml", "apply=mop.yaml", `en.md:28: there is no manifest "mop.yaml" (did you mean "map.yaml"?)`},
		{"manifest without kind", later, "kind: ConfigMap\n", "", "manifests/small/later/map.yaml: object 1 needs apiVersion, kind and metadata.name"},
		{"manifest is no YAML", later, "kind: ConfigMap", "kind: [", "manifests/small/later/map.yaml:1: not YAML: object 1"},
		{"object of nobody", "", "object: {kind: ConfigMap, name: web}", "object: {kind: ConfigMap, name: weeb}", `check "map-there" looks at "weeb", which no manifest or command in the lesson creates (did you mean "web"?)`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			files := smallFiles()
			for _, name := range []string{"course.yaml", en, zh, first, later} {
				if tt.file == name || tt.file == "" && strings.HasSuffix(name, ".md") {
					files[name] = replaced(t, files[name], tt.old, tt.new)
				}
			}
			wantProblem(t, mustOpen(t, files).Lint(), tt.want)
		})
	}
}

func replaced(t *testing.T, text, before, after string) string {
	t.Helper()
	if !strings.Contains(text, ticks(before)) {
		t.Fatalf("the file does not contain %q", before)
	}
	return strings.ReplaceAll(text, ticks(before), ticks(after))
}

func wantProblem(t *testing.T, got []Problem, want string) {
	t.Helper()
	for _, p := range got {
		if strings.Contains(p.String(), want) {
			return
		}
	}
	t.Errorf("problems %v, want one with %q", got, want)
}

// TestLintFiles adds, changes or removes whole files of the clean catalog; an
// empty text removes.
func TestLintFiles(t *testing.T) {
	const hint = "<details><summary>Hint: it is old</summary>\n\nEdit it.\n\n</details>\n"
	const check = "'''yaml check\n- id: map-there\n  name: The map is there\n  points: 2\n  object: {kind: ConfigMap, name: web}\n'''\n"
	oneHint := ticks(strings.ReplaceAll(small, hint, ""))
	noCheck := ticks(strings.ReplaceAll(small, check, ""))
	shorter := ticks(small[:strings.Index(small, "## The end")])
	for _, tt := range []struct{ name, file, text, want string }{
		{"language missing", "small/zh.md", "", "small/zh.md: failed to read lesson: open small/zh.md"},
		{"lesson of no course", "large/en.md", "x", `course.yaml: no course lists the lesson "large"`},
		{"one hint", "small/en.md", oneHint, `small/en.md:16: step "ask" has checks and needs at least 2 hints, not 1`},
		{"no check", "small/en.md", noCheck, `small/en.md:16: step "ask" changes the cluster but has no check`},
		{"step missing", "small/zh.md", shorter, `small/zh.md:1: step "end" of small/en.md is missing`},
		{"manifest of no step", "manifests/small/more.yaml", configMap + "more\n", "manifests/small/more.yaml: no step of small/en.md applies the manifest"},
		{"manifest missing", "manifests/small/later/map.yaml", "", `small/en.md:28: there is no manifest "later/map.yaml"`},
		{"manifest is empty", "manifests/small/map.yaml", "\n", "manifests/small/map.yaml:1: not YAML: object 1: EOF"},
		{"two objects", "manifests/small/map.yaml", configMap + "old\n---\nkind: Pod\n", "manifests/small/map.yaml: object 2 needs apiVersion"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			files := smallFiles()
			files[tt.file] = tt.text
			if tt.text == "" {
				delete(files, tt.file)
			}
			wantProblem(t, mustOpen(t, files).Lint(), tt.want)
		})
	}
}
