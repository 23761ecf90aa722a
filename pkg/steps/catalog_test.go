package steps

import (
	"errors"
	"io/fs"
	"maps"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/kubectl-learn/kubectl-learn/pkg/lang"
)

const (
	smallCourse = `courses:
- id: basics
  title: {en: Basics, zh: 基础}
  summary: {en: All of it., zh: 全部。}
  lessons: [small]
`
	configMap = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: web\ndata:\n  key: "
)

// smallFiles are the files of a catalog that has nothing to complain about:
// the lessons, and under manifests/ what they apply.
func smallFiles() map[string]string {
	zh := strings.NewReplacer("title: Small", "title: 小", "Hint:", "提示：", "name: The map is there", "name: 在", "The end", "结束").Replace(small)
	return map[string]string{
		"course.yaml":                        smallCourse,
		"small/en.md":                        ticks(small),
		"small/zh.md":                        ticks(zh),
		"manifests/small/map.yaml":           configMap + "old\n  port: \"80\" # $PORT\n",
		"manifests/small/later/map.yaml":     configMap + "new\n",
		"manifests/small/README.md":          "Not a manifest.",
		"manifests/other/of-nobody-else.yml": "",
	}
}

func openFiles(t *testing.T, files map[string]string) (*Catalog, error) {
	t.Helper()
	lessons, manifests := fstest.MapFS{}, fstest.MapFS{}
	for name, data := range files {
		if rest, ok := strings.CutPrefix(name, "manifests/"); ok {
			manifests[rest] = &fstest.MapFile{Data: []byte(data)}
		} else {
			lessons[name] = &fstest.MapFile{Data: []byte(data)}
		}
	}
	return Open(lessons, manifests)
}

func mustOpen(t *testing.T, files map[string]string) *Catalog {
	t.Helper()
	c, err := openFiles(t, files)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestCourses(t *testing.T) {
	want := []Course{{
		ID: "basics", Title: lang.Message{EN: "Basics", ZH: "基础"}, Summary: lang.Message{EN: "All of it.", ZH: "全部。"},
		Lessons: []Summary{{
			ID: "small", Title: lang.Message{EN: "Small", ZH: "小"}, Summary: lang.Same("A small lesson."),
			Level: "beginner", Minutes: 10,
		}},
	}}
	if diff := cmp.Diff(want, mustOpen(t, smallFiles()).Courses()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestOpenFaults(t *testing.T) {
	for _, tt := range []struct{ name, old, new, want string }{
		{"unknown key", "  summary:", "  summarx:", `course.yaml:4: unknown key "summarx" (did you mean "summary"?)`},
		{"one language", "zh: 基础", "", `course "basics" needs an ID, and a title and summary in en and zh`},
		{"no course", smallCourse, "courses: []", "course.yaml:1: no courses found"},
		{"lesson twice", "[small]", "[small, small]", `lesson "small" is listed twice`},
		{"lesson elsewhere", "[small]", "[../small]", `lesson "../small" is listed twice, or its ID`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			files := smallFiles()
			files["course.yaml"] = strings.ReplaceAll(smallCourse, tt.old, tt.new)
			_, err := openFiles(t, files)
			wantError(t, err, tt.want)
		})
	}
	_, err := openFiles(t, nil)
	wantError(t, err, "failed to read the courses: open course.yaml")
}

func TestLesson(t *testing.T) {
	c := mustOpen(t, smallFiles())
	for l, want := range map[lang.Lang]string{lang.English: "Small", lang.Chinese: "小"} {
		if got, err := c.Lesson("small", l); err != nil || got.Title != want {
			t.Errorf("lesson in %s: %v, error %v", l, got, err)
		}
	}
	for id, want := range map[string]string{"smal": "small", "somewhere-else": ""} {
		_, err := c.Lesson(id, lang.English)
		notFound, ok := errors.AsType[*NotFoundError](err)
		if !ok || notFound.ID != id || notFound.Nearest != want {
			t.Errorf("lesson %q: error %v, want nearest %q", id, err, want)
		}
	}
	_, err := c.Lesson("smal", lang.English)
	wantError(t, err, `there is no lesson "smal" (did you mean "small"?)`)
}

func TestManifests(t *testing.T) {
	c := mustOpen(t, smallFiles())
	names, err := c.Manifests("small")
	if diff := cmp.Diff([]string{"map.yaml"}, names); err != nil || diff != "" {
		t.Errorf("error %v, names (-want +got):\n%s", err, diff)
	}
	if data, err := c.Manifest("small", "later/map.yaml"); err != nil || !strings.HasSuffix(string(data), "key: new\n") {
		t.Errorf("later/map.yaml = %q, error %v", data, err)
	}
	for _, file := range []string{"../other/of-nobody-else.yml", "missing.yaml"} {
		_, err := c.Manifest("small", file)
		wantError(t, err, "failed to read manifest")
	}
	if _, err := c.Manifests("none"); !errors.As(err, new(*NotFoundError)) {
		t.Errorf("manifests of no lesson: %v", err)
	}
	if _, err := c.Manifest("other", "of-nobody-else.yml"); !errors.As(err, new(*NotFoundError)) {
		t.Errorf("manifest of no lesson: %v", err)
	}
	if _, err := c.Manifest("small", "missing.yaml"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("missing manifest: %v", err)
	}
}

func TestLessonWithoutManifests(t *testing.T) {
	files := smallFiles()
	maps.DeleteFunc(files, func(name, _ string) bool { return strings.HasPrefix(name, "manifests/") })
	names, err := mustOpen(t, files).Manifests("small")
	if len(names) != 0 || err != nil {
		t.Errorf("manifests %v, error %v", names, err)
	}
}
