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

// How long a pod is held back that ended the process of the nodes: the first time,
// and at most; the time doubles at each. They are a kubelet's for a container that
// crashes.
const (
	firstHold   = 10 * time.Second
	longestHold = 5 * time.Minute
	// forgetHold is how long after its end a hold counts for the next.
	forgetHold = 10 * time.Minute
)

// holds are the pods that ended the process of the nodes.
type holds map[types.UID]*held

type held struct {
	node.Hold
	lasted time.Duration
	name   string
}

// HeldPod is a pod that is held back after it ended the process of the nodes.
type HeldPod struct {
	// Container is the one whose program it was, as "namespace/pod/container".
	Container string    `json:"container"`
	Until     time.Time `json:"until"`
	// Why is what it did.
	Why string `json:"why"`
}

// add notes a crash and returns how long its pod is held back, 0 when nobody
// knows whose program it was.
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

// now are the holds that a process needs that starts, and forgets old ones.
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

// list are the holds by time.
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
