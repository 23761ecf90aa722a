package steps

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestParseFence(t *testing.T) {
	for _, tt := range []struct {
		info    string
		want    fence
		wantErr string
	}{
		{info: "", want: fence{}},
		{info: "yaml", want: fence{}},
		{info: "go title=x", want: fence{}},
		{info: "yaml apply=redis.yaml", want: fence{fenceApply, map[string]string{"apply": "redis.yaml"}}},
		{info: "yaml apply=app.yaml from=later/app-2.yaml", want: fence{fenceApply, map[string]string{"apply": "app.yaml", "from": "later/app-2.yaml"}}},
		{info: "bash run", want: fence{fenceRun, map[string]string{}}},
		{info: "bash run setup", want: fence{fenceRun, map[string]string{"setup": "setup"}}},
		{info: "bash run setup=yes", wantErr: `"setup" doesn't take a value`},
		{info: `bash run edit="replicas: 1 => replicas: 3"`, want: fence{fenceRun, map[string]string{"edit": "replicas: 1 => replicas: 3"}}},
		{info: "text output", want: fence{fenceOutput, map[string]string{}}},
		{info: "yaml check", want: fence{fenceCheck, map[string]string{}}},
		{info: "yaml quiz", want: fence{fenceQuiz, map[string]string{}}},
		{info: "yaml chek", wantErr: `unknown word "chek" in a fence (did you mean "check"?)`},
		{info: "yaml aply=redis.yaml", wantErr: `unknown word "aply" in a fence (did you mean "apply"?)`},
		{info: "yaml apply=a.yaml form=b.yaml", wantErr: `unknown word "form" in a fence (did you mean "from"?)`},
		{info: "yaml check edit=x", wantErr: `unknown word "edit"`},
		{info: "yaml apply=a.yaml from", wantErr: `"from" needs one value`},
		{info: "yaml apply=a.yaml apply=b.yaml", wantErr: `"apply" needs one value`},
		{info: "bash run=x", wantErr: `"run" doesn't take a value`},
		{info: "sh run", wantErr: `a fence with "run" must use the language "bash", not "sh"`},
		{info: "bash check", wantErr: `a fence with "check" must use the language "yaml"`},
		{info: `bash run edit="a => b`, wantErr: "unclosed quote"},
	} {
		t.Run(tt.info, func(t *testing.T) {
			got, err := parseFence(tt.info)
			if wantError(t, err, tt.wantErr) {
				return
			}
			if diff := cmp.Diff(tt.want, got, cmp.AllowUnexported(fence{})); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// wantError reports whether an error was wanted, and complains when err is not
// what was wanted. An empty want means no error.
func wantError(t *testing.T, err error, want string) bool {
	t.Helper()
	switch {
	case want == "" && err != nil:
		t.Fatalf("unexpected error: %v", err)
	case want != "" && err == nil:
		t.Fatalf("no error, want %q", want)
	case want != "" && !strings.Contains(err.Error(), want):
		t.Fatalf("error %q, want it to contain %q", err, want)
	}
	return want != ""
}
