// Package timing holds every duration of the checks, with its reason.
package checks

import "time"

// How long questions may take.
const (
	// requestTimeout is for one question to the API. What a cluster that is well takes
	// seconds for, as a long list, fits in; who waits longer should be told.
	requestTimeout = 10 * time.Second
	// kindsTimeout is for a group of the API to say which kinds it serves. client-go
	// asks a group that failed once more, so that two fit into a request's time.
	kindsTimeout = 4 * time.Second
	// shapePatience is for what the API says of its types. Without it most verdicts are
	// the same.
	shapePatience = 4 * time.Second
	// beatTimeout is for questions whose answer only explains, or only says that the API
	// is there.
	beatTimeout = 3 * time.Second
	// visitTimeout is for one request of an http probe, one log, and one command in a
	// container, unless the check says otherwise: a learner's browser would wait as long.
	visitTimeout = 5 * time.Second
	// runTimeout is for a command on the learner's machine, unless the check says
	// otherwise. It often is a kubectl, which itself asks the API.
	runTimeout = 10 * time.Second
	// runGrace is for a command that was ended to end.
	runGrace = 3 * time.Second
	// costTime is for one expression, or all hints of a check together. A budget ends an
	// expression that works; this ends one that the budget has misjudged.
	costTime = 2 * time.Second
)

// What a check may ask for. Longer than this is a mistake in writing, more likely than
// a wish.
const (
	maxTimeout  = time.Minute
	maxInterval = 30 * time.Second
	maxSince    = 24 * time.Hour
	maxFor      = 10 * time.Minute
	// maxGrace is as long as the slowest restart by probes that a lesson waits for.
	maxGrace = 2 * time.Minute
)

// How long what is known counts as true.
const (
	// grace is how long the cluster may take to notice a change: what depends on an
	// object's status is not called settled sooner. The slowest of the usual controllers
	// needs about two seconds for it.
	grace = 3 * time.Second
	// clockSkew is how far the clock of the API server may be ahead of this machine's.
	clockSkew = time.Second
	// staleAfter is how long a source counts as true without an open watch. The server
	// ends a watch now and then, and the next one opens at once; a server that hangs or
	// holds requests back says nothing for long.
	staleAfter = 3 * time.Second
	// refreshAfter is how old what is known of the API's kinds must be before an unknown
	// kind is worth another question. Many checks ask at once, and an API that does not
	// answer one of them will not answer the others.
	refreshAfter = time.Second
	// glanceFor is how long a list of names serves all checks that ask for it. It only
	// explains, so that it may be a moment old.
	glanceFor = 1500 * time.Millisecond
)

// How long the engine rests.
const (
	// beatEvery is between two questions whether the API is there, when nothing has come
	// from it: with beatTimeout, a server that hangs is noticed in 5 s.
	beatEvery = 2 * time.Second
	// firstPause and longestPause are between two tries to open a list or a watch that
	// failed; client-go would wait up to half a minute after a long loss.
	firstPause, longestPause = 200 * time.Millisecond, time.Second
	// forbiddenPause is after a refusal: it lasts until somebody grants a right.
	forbiddenPause = 5 * time.Second
	// firstPoll and longestPoll are between two questions where there is no watch. The
	// rest grows while nothing changes, to spare the API.
	firstPoll, longestPoll = time.Second, 5 * time.Second
	// resolvePause is between two questions for a kind that is not served: a learner may
	// be about to define it.
	resolvePause = 2 * time.Second
	// debounce is after a change, before what changed is judged: what is written
	// together comes in together.
	debounce = 5 * time.Millisecond
	// firstImpression is how long a watcher looks before its first report says that
	// something failed: what was written a moment ago may not have come in yet.
	firstImpression = 300 * time.Millisecond
	// proofPause is between two fresh looks that do not yet agree with what is watched.
	proofPause = 50 * time.Millisecond
	// firstVisitPause and longestVisitPause are before a check that asks a program, and
	// does not pass, asks again though nothing changed.
	firstVisitPause, longestVisitPause = 500 * time.Millisecond, 5 * time.Second
	// retriggerPause is before it asks again because something changed: what changed
	// together changes together first.
	retriggerPause = 30 * time.Millisecond
	// firstDetailPause and longestDetailPause are between two questions for where a
	// missing object is instead; only its explanation depends on them.
	firstDetailPause, longestDetailPause = 2 * time.Second, 15 * time.Second
	// longestSleep is when nothing is to come; a change wakes the watcher sooner.
	longestSleep = time.Hour
	// shortestSleep keeps a watcher whose next moment is now from going round and round.
	shortestSleep = time.Millisecond
)

// How long a row of good looks must last, so that it is no luck.
const (
	// slowTime is how long what is too slow for many visits is asked, before fewer are
	// enough.
	slowTime = 5 * time.Second
	// luckTime is how long a row lasts that need not count in backends that nobody knows.
	luckTime = time.Second
	// longestSpread is how long a row must last after it was broken many times.
	longestSpread = 8 * time.Second
	// lookPause is between two looks of a row that is counted in looks. It grows with
	// how long a check must hold, to longestLookPause.
	lookPause, longestLookPause = 200 * time.Millisecond, time.Second
)

// How Kubernetes takes its time.
const (
	// killWindow is how long before its end a container may have been sentenced: the
	// kubelet's default grace, and some.
	killWindow = 40 * time.Second
	// startWindow is how long after the back-off the kubelet may take to start a
	// container.
	startWindow = time.Minute
	// firstBackOff is the kubelet's own after the first crash, longestBackOff more than
	// its longest.
	firstBackOff, longestBackOff = 10 * time.Second, 10 * time.Minute
	// countdownStep is the step in which the time to the next try is told.
	countdownStep = 10 * time.Second
	// leastProbeWindow is how long a probe may fail at least before that counts.
	leastProbeWindow = 10 * time.Second
	// restartWindow is how long a restart by a probe counts as the trouble of now.
	restartWindow = 30 * time.Second
	// scheduleWindow is how long a pod may look for a node before that is called
	// settled; it is kstatus' own.
	scheduleWindow = 15 * time.Second
)
