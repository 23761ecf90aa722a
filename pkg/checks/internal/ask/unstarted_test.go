package ask

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// What runc says of a program that it cannot start is told in a learner's words.
func TestWhyNotStarted(t *testing.T) {
	const before = "Internal error occurred: Internal error occurred: error executing command in container: failed to exec in container: " +
		`failed to start exec "6fdb51101625dc2b66171b62a147841594c22f71a6ce6121ddbbdd71bde1f9f4": OCI runtime exec failed: exec failed: `
	tests := map[string]struct{ text, program, want string }{
		"not there":  {before + `unable to start container process: exec: "rediscli": executable file not found in $PATH: unknown`, "rediscli", "the container of Pod p has no program rediscli"},
		"not a path": {before + `unable to start container process: exec: "/no/such": stat /no/such: no such file or directory: unknown`, "/no/such", "the container of Pod p has no program /no/such"},
		"crun":       {"executable file `rediscli` not found in $PATH: No such file or directory", "rediscli", "the container of Pod p has no program rediscli"},
		"no program": {before + `unable to start container process: exec: "/etc/passwd": permission denied: unknown`, "/etc/passwd", "/etc/passwd in Pod p can't be executed: permission denied"},
		"another's":  {before + "unable to start container process: exec /bin/x: exec format error: unknown", "/bin/x", "/bin/x can't be started in Pod p: exec /bin/x: exec format error"},
		"its folder": {before + `unable to start container process: chdir to cwd ("/x") set in config.json failed: no such file or directory: unknown`, "ls", `ls can't be started in Pod p: chdir to cwd ("/x") set in config.json failed: no such file or directory`},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			if !notStarted(tt.text) {
				t.Error("it is not known as a program that was not started")
			}
			got := whyNotStarted(tt.text, tt.program, "Pod p")
			if diff := cmp.Diff(tt.want, got.EN); diff != "" {
				t.Errorf("whyNotStarted (-want +got):\n%s", diff)
			}
			if got.ZH == got.EN {
				t.Errorf("no Chinese: %s", got.ZH)
			}
		})
	}
	for _, text := range []string{
		"Internal error occurred: error dialing backend: dial tcp: connection refused",
		before + "cannot exec in a stopped container: unknown",
	} {
		if notStarted(text) {
			t.Errorf("a program is said to be missing for %s", text)
		}
	}
}
