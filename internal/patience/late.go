package patience

import "time"

// calm is how long the work of stretch takes on an idle machine of 2026.
const calm = 60 * time.Millisecond

// Late reports whether something took longer than limit, for tests about time. It
// allows more on a busy machine: a known piece of work shows how much longer everything
// takes at the moment, and Late allows twice that.
func Late(took, limit time.Duration) bool {
	return took > limit && took > time.Duration(2*stretch()*float64(limit))
}

// stretch is how many times longer work takes than on an idle machine.
func stretch() float64 {
	begun := time.Now()
	x := uint64(88172645463325252)
	for range 50_000_000 {
		x ^= x << 13 // xorshift64, after Marsaglia (2003)
		x ^= x >> 7
		x ^= x << 17
	}
	if x == 0 { // never true, but the compiler must not remove the loop
		return 0
	}
	return max(1, float64(time.Since(begun))/float64(calm))
}
