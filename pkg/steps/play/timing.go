package play

import "time"

// How long the player waits, and for what.
const (
	// settleTime is how long a check must stay failed before the learner is asked:
	// what was typed a moment ago may still be on its way.
	settleTime = 2 * time.Second
	// unseenTime is how long the cluster may be out of sight before the learner is
	// asked: a watch that broke comes back by itself.
	unseenTime = 6 * time.Second
	// lookTime is how long one look after a command of the learner's own may take.
	lookTime = 10 * time.Second
	// longTime is how long a command of the lesson may run before the learner is
	// told how to end it.
	longTime = 15 * time.Second
	// resumeTime is how long a command that was running is given to show.
	resumeTime = 30 * time.Second
	// retryTime is how long to wait before a cluster that did not answer is asked
	// again.
	retryTime = time.Second
)
