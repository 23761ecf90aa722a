package nodehost

import (
	"os"
	"testing"
)

// TestMain lets this program be the processes that tests start.
func TestMain(m *testing.M) {
	if dir := os.Getenv(confinedDir); dir != "" {
		os.Exit(tryAll(dir))
	}
	if how := os.Getenv(crashEnv); how != "" {
		crashNow(how)
	}
	os.Exit(m.Run())
}

// confinedDir names the folder of a process that tries what a confined one can.
const confinedDir = "NODEHOST_TEST_CONFINED"
