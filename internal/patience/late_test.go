package patience

import (
	"testing"
	"time"
)

func TestLate(t *testing.T) {
	for _, tt := range []struct {
		took, limit time.Duration
		want        bool
	}{
		{time.Second, time.Minute, false},
		{time.Hour, time.Second, true},
		{0, 0, false},
	} {
		if got := Late(tt.took, tt.limit); got != tt.want {
			t.Errorf("Late(%s, %s) = %v", tt.took, tt.limit, got)
		}
	}
	t.Logf("this machine stretches work %.1f times", stretch())
}
