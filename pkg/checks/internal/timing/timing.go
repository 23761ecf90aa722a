// Package timing holds every duration of the checks, with its reason.
package timing

import "time"

// How long questions may take.
const (
	// Request is for one question to the API. What a cluster that is well takes
	// seconds for, as a long list, fits in; who waits longer should be told.
	Request = 10 * time.Second
	// Kinds is for a group of the API to say which kinds it serves. client-go
	// asks a group that failed once more, so that two fit into a request's time.
	Kinds = 4 * time.Second
	// Shapes is for what the API says of its types. Without it most verdicts are
	// the same.
	Shapes = 4 * time.Second
	// Brief is for questions whose answer only explains, or only says that the API
	// is there.
	Brief = 3 * time.Second
	// Visit is for one request of an http probe, one log, and one command in a
	// container, unless the check says otherwise: a learner's browser would wait as long.
	Visit = 5 * time.Second
	// Run is for a command on the learner's machine, unless the check says
	// otherwise. It often is a kubectl, which itself asks the API.
	Run = 10 * time.Second
	// RunEnd is for a command that was ended to end.
	RunEnd = 3 * time.Second
	// Expression is for one expression, or all hints of a check together. A budget ends an
	// expression that works; this ends one that the budget has misjudged.
	Expression = 2 * time.Second
)

// What a check may ask for. Longer than this is a mistake in writing, more likely than
// a wish.
const (
	MaxTimeout  = time.Minute
	MaxInterval = 30 * time.Second
	MaxSince    = 24 * time.Hour
	MaxFor      = 10 * time.Minute
	// MaxGrace is as long as the slowest restart by probes that a lesson waits for.
	MaxGrace = 2 * time.Minute
)

// How long what is known counts as true.
const (
	// Grace is how long the cluster may take to notice a change: what depends on an
	// object's status is not called settled sooner. The slowest of the usual controllers
	// needs about two seconds for it.
	Grace = 3 * time.Second
	// ClockSkew is how far the clock of the API server may be ahead of this machine's.
	ClockSkew = time.Second
	// Stale is how long a source counts as true without an open watch. The server
	// ends a watch now and then, and the next one opens at once; a server that hangs or
	// holds requests back says nothing for long.
	Stale = 3 * time.Second
	// Refresh is how old what is known of the API's kinds must be before an unknown
	// kind is worth another question. Many checks ask at once, and an API that does not
	// answer one of them will not answer the others.
	Refresh = time.Second
	// Names is how long a list of names serves all checks that ask for it. It only
	// explains, so that it may be a moment old.
	Names = 1500 * time.Millisecond
)

// How long the engine rests.
const (
	// Beat is between two questions whether the API is there, when nothing has come
	// from it: with Brief, a server that hangs is noticed in 5 s.
	Beat = 2 * time.Second
	// FirstRetry is between two tries to open a list or a watch that
	// failed; client-go would wait up to half a minute after a long loss.
	FirstRetry = 200 * time.Millisecond
	// LongestRetry is the longest that this grows to.
	LongestRetry = time.Second
	// Refused is after a refusal: it lasts until somebody grants a right.
	Refused = 5 * time.Second
	// FirstPoll is between two questions where there is no watch. The
	// rest grows while nothing changes, to spare the API.
	FirstPoll = time.Second
	// LongestPoll is the longest that this grows to.
	LongestPoll = 5 * time.Second
	// Resolve is between two questions for a kind that is not served: a learner may
	// be about to define it.
	Resolve = 2 * time.Second
	// Debounce is after a change, before what changed is judged: what is written
	// together comes in together.
	Debounce = 5 * time.Millisecond
	// FirstReport is how long a watcher looks before its first report says that
	// something failed: what was written a moment ago may not have come in yet.
	FirstReport = 300 * time.Millisecond
	// Proof is between two fresh looks that do not yet agree with what is watched.
	Proof = 50 * time.Millisecond
	// FirstVisitPause is before a check that asks a program, and
	// does not pass, asks again though nothing changed.
	FirstVisitPause = 500 * time.Millisecond
	// LongestVisitPause is the longest that this grows to.
	LongestVisitPause = 5 * time.Second
	// Retrigger is before it asks again because something changed: what changed
	// together changes together first.
	Retrigger = 30 * time.Millisecond
	// FirstDetailPause is between two questions for where a
	// missing object is instead; only its explanation depends on them.
	FirstDetailPause = 2 * time.Second
	// LongestDetailPause is the longest that this grows to.
	LongestDetailPause = 15 * time.Second
	// LongestSleep is when nothing is to come; a change wakes the watcher sooner.
	LongestSleep = time.Hour
	// ShortestSleep keeps a watcher whose next moment is now from going round and round.
	ShortestSleep = time.Millisecond
)

// How long a row of good looks must last, so that it is no luck.
const (
	// Slow is how long what is too slow for many visits is asked, before fewer are
	// enough.
	Slow = 5 * time.Second
	// Luck is how long a row lasts that need not count in backends that nobody knows.
	Luck = time.Second
	// LongestSpread is how long a row must last after it was broken many times.
	LongestSpread = 8 * time.Second
	// LookPause is between two looks of a row that is counted in looks. It grows with
	// how long a check must hold, to LongestLookPause.
	LookPause = 200 * time.Millisecond
	// LongestLookPause is the longest that this grows to.
	LongestLookPause = time.Second
)

// How Kubernetes takes its time.
const (
	// KillWindow is how long before its end a container may have been sentenced: the
	// kubelet's default grace, and some.
	KillWindow = 40 * time.Second
	// StartWindow is how long after the back-off the kubelet may take to start a
	// container.
	StartWindow = time.Minute
	// FirstBackOff is the kubelet's own rest after the first crash.
	FirstBackOff = 10 * time.Second
	// LongestBackOff is more than the kubelet ever waits.
	LongestBackOff = 10 * time.Minute
	// Countdown is the step in which the time to the next try is told.
	Countdown = 10 * time.Second
	// ProbeWindow is how long a probe may fail at least before that counts.
	ProbeWindow = 10 * time.Second
	// RestartWindow is how long a restart by a probe counts as the trouble of now.
	RestartWindow = 30 * time.Second
	// ScheduleWindow is how long a pod may look for a node before that is called
	// settled; it is kstatus' own.
	ScheduleWindow = 15 * time.Second
)
