package nodehost

import (
	"cmp"
	"path"
	"slices"
	"strings"
	"time"

	"k8s.io/apimachinery/pkg/types"

	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/node"
)

// How long a pod that crashed the nodes' process is held back: the first time, and
// at most. The time doubles with each crash, like a kubelet's back-off for a
// crashing container.
const (
	firstHold   = 10 * time.Second
	longestHold = 5 * time.Minute
	// forgetHold is how long after its end a hold still counts towards the
	// next.
	forgetHold = 10 * time.Minute
)

// holds are the pods that crashed the nodes' process.
type holds map[types.UID]*held

type held struct {
	node.Hold
	lasted time.Duration
	name   string
}

// HeldPod is a pod that is held back because it crashed the nodes' process.
type HeldPod struct {
	// Container is the container whose program caused it, as
	// "namespace/pod/container".
	Container string    `json:"container"`
	Until     time.Time `json:"until"`
	// Why is what it did.
	Why string `json:"why"`
}

// add records a crash and returns how long its pod is held back, 0 if the pod
// is unknown.
func (h holds) add(c Crash, now time.Time) time.Duration {
	if c.UID == "" {
		return 0
	}
	one := h[types.UID(c.UID)]
	if one == nil {
		one = &held{}
		h[types.UID(c.UID)] = one
	}
	one.name = c.Culprit
	one.lasted = min(max(2*one.lasted, firstHold), longestHold)
	one.Hold = node.Hold{Until: now.Add(one.lasted), Container: path.Base(c.Culprit), Why: c.Why, Memory: c.Memory}
	return one.lasted
}

// now returns the holds for a starting process, and forgets old ones.
func (h holds) now(now time.Time) map[types.UID]node.Hold {
	out := map[types.UID]node.Hold{}
	for uid, one := range h {
		if now.Sub(one.Until) > forgetHold {
			delete(h, uid)
			continue
		}
		out[uid] = one.Hold
	}
	return out
}

// list returns the holds, ordered by time.
func (h holds) list() []HeldPod {
	out := make([]HeldPod, 0, len(h))
	for _, one := range h {
		out = append(out, HeldPod{Container: one.name, Until: one.Until.UTC().Truncate(time.Second), Why: one.Why})
	}
	slices.SortFunc(out, func(a, b HeldPod) int {
		return cmp.Or(a.Until.Compare(b.Until), strings.Compare(a.Container, b.Container))
	})
	return out
}
