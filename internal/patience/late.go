package patience

import "time"

// calm is how long the work of stretch takes on a calm machine of 2026.
const calm = 60 * time.Millisecond

// Late reports that something took longer than limit, for tests whose point is a
// time. What exceeds the limit is forgiven as far as the machine is busy: a known
// piece of work tells how much longer everything takes here and now, and twice as
// long as that is allowed.
func Late(took, limit time.Duration) bool {
	return took > limit && took > time.Duration(2*stretch()*float64(limit))
}

// stretch is how many times longer work takes than on a calm machine.
func stretch() float64 {
	begun := time.Now()
	x := uint64(88172645463325252)
	for range 50_000_000 {
		x ^= x << 13 // xorshift64, after Marsaglia (2003)
		x ^= x >> 7
		x ^= x << 17
	}
	if x == 0 { // it never is, but the loop must not be left out
		return 0
	}
	return max(1, float64(time.Since(begun))/float64(calm))
}
