package nodehost

import (
	"runtime/debug"
	"testing"
)

func TestReleaser(t *testing.T) {
	const mib = 1 << 20
	held, released := int64(100*mib), 0
	r := releaser{held: func() int64 { return held }, release: func() { released++; held = 110 * mib }}
	for _, step := range []struct {
		held int64
		want int
	}{
		{100 * mib, 0}, {140 * mib, 0}, {150 * mib, 1}, {150 * mib, 1}, {160 * mib, 2}, {60 * mib, 2}, {110 * mib, 3},
	} {
		held = step.held
		if r.look(); released != step.want {
			t.Errorf("at %d MiB released %d times, want %d", step.held/mib, released, step.want)
		}
	}
}

// What is not needed any more goes back to the machine.
func TestReleaseMemory(t *testing.T) {
	r := releaser{held: heldBytes}
	r.look()
	text := make([]byte, 4*releaseMore)
	for i := range text {
		text[i] = 1
	}
	full := heldBytes()
	text = nil
	_ = text
	r.release = debug.FreeOSMemory
	if r.look(); heldBytes() > full-2*releaseMore {
		t.Errorf("%d bytes held, %d before", heldBytes(), full)
	}
}
