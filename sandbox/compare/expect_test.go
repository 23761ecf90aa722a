package compare

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestRecord records as a real node and as a sandbox that first differs and
// then does not.
func TestRecord(t *testing.T) {
	dir := t.TempDir()
	if err := RecordReal(dir, "a", "real\n"); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, differenceDir, "a.txt")
	if err := write(path, "# It is so,\n# knowingly.\nold\n"); err != nil {
		t.Fatal(err)
	}
	if err := RecordSandbox(dir, "a", "other\n"); err != nil {
		t.Fatal(err)
	}
	got, err := Expect(dir, "a")
	if err != nil {
		t.Fatal(err)
	}
	want := Expectation{Real: "real\n", Sandbox: "other\n", Why: "It is so, knowingly."}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if err := RecordSandbox(dir, "a", "real\n"); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(path); !os.IsNotExist(err) {
		t.Errorf("the difference is still there: %v", err)
	}
}

func TestWithTable(t *testing.T) {
	got, err := WithTable("a\n"+tableBegin+"\nold\n"+tableEnd+"\nb\n", "new\n")
	if want := "a\n" + tableBegin + "\nnew\n" + tableEnd + "\nb\n"; err != nil || got != want {
		t.Errorf("%q, %v", got, err)
	}
	if _, err := WithTable("a\n", "new\n"); err == nil {
		t.Error("no error without the marks")
	}
}
