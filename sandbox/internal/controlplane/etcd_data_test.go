package controlplane

import (
	"os"
	"path/filepath"
	"testing"
)

// A first start that was killed leaves nothing that a later one would trip over; a
// start that came to its end loses nothing.
func TestPrepareData(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "etcd")
	left := filepath.Join(dir, "left")
	prepare := func() {
		t.Helper()
		if err := prepareData(dir); err != nil {
			t.Fatal(err)
		}
	}
	prepare()
	if err := os.WriteFile(left, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	prepare() // the start before was killed
	if _, err := os.Stat(left); err == nil {
		t.Error("what a killed first start left is still there")
	}
	if err := os.WriteFile(left, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(making(dir)); err != nil {
		t.Fatal(err)
	}
	prepare() // the start before came to its end
	if _, err := os.Stat(left); err != nil {
		t.Errorf("the data is gone: %v", err)
	}
}
