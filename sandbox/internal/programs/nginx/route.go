package nginx

import (
	"errors"
	"net/http"
	"slices"
	"strings"
)

// maxCycles is how often nginx lets rules send a request round.
const maxCycles = 10

// next is what to do after a phase.
type next struct {
	// done says that the response is complete.
	done bool
	// status asks for the response of a status without its own body.
	status int
	// uri asks for another search for a location; named for that exact one.
	uri   string
	named *location
	// again asks for a search with the current path.
	again bool
}

// handle takes the request through the server's rules, then location by
// location until one of them answers.
func (x *exchange) handle() {
	x.loc = x.server.level
	if err := x.read(); err != nil {
		x.builtin(http.StatusBadRequest)
		return
	}
	step := x.rules(x.server.level.steps)
	if step == (next{}) || step.again {
		step = next{again: true}
	}
	for range maxCycles + 1 {
		switch {
		case step.done:
			return
		case step.status != 0:
			if step = x.statusPage(step.status); step.done {
				return
			}
			continue
		case step.named != nil:
			x.loc = step.named
		default:
			x.redirected(step)
			if step = x.enter(); step != (next{}) {
				continue
			}
		}
		if step = x.rules(x.loc.steps); step == (next{}) {
			step = x.content()
		}
	}
	x.nginx.errorf(x, "rewrite or internal redirection cycle while processing %q", x.uri)
	x.builtin(http.StatusInternalServerError)
}

// redirected switches to the path that a phase asks for.
func (x *exchange) redirected(step next) {
	if step.uri == "" {
		return
	}
	uri, args, found := strings.Cut(step.uri, "?")
	x.uri, x.rewritten = uri, true
	if found {
		x.args = args
	}
}

// enter finds the location for the path.
func (x *exchange) enter() next {
	if l := x.server.folder(x.uri); l != nil {
		x.loc = l
		return next{done: x.redirect(http.StatusMovedPermanently, escaped(x.uri)+"/"+x.query())}
	}
	l, captures := x.server.find(x.uri)
	if captures != nil {
		x.captures = captures
		x.remember(l.regexp, captures)
	}
	if l == nil {
		l = x.server.level
	}
	x.loc, x.located = l, true
	switch {
	case l.internal && !x.rewritten:
		return next{status: http.StatusNotFound}
	case l.settings.maxBody > 0 && x.r.ContentLength > l.settings.maxBody:
		x.nginx.errorf(x, "client intended to send too large body: %d bytes", x.r.ContentLength)
		return next{status: http.StatusRequestEntityTooLarge}
	}
	return next{}
}

// query is the arguments with their question mark.
func (x *exchange) query() string {
	if x.args == "" {
		return ""
	}
	return "?" + x.args
}

// rules runs set, rewrite and return in their order. A path that was changed
// without a flag is looked up again after all rules.
func (x *exchange) rules(steps []step) next {
	var after next
	for _, s := range steps {
		switch {
		case s.set != nil:
			x.set[s.set.name] = x.text(s.set.value)
		case s.answer != nil:
			return x.answer(s.answer)
		case s.rewrite != nil:
			step, stop := x.rewrite(s.rewrite)
			if stop {
				return step
			}
			if step.again {
				after = step
			}
		}
	}
	return after
}

// rewrite changes the path when the pattern matches. Stop ends the rules.
func (x *exchange) rewrite(r *rewrite) (step next, stop bool) {
	captures := r.regexp.FindStringSubmatch(x.uri)
	if captures == nil {
		return next{}, false
	}
	x.captures = captures
	uri, args, found := strings.Cut(x.text(r.replacement), "?")
	switch {
	case r.dropArgs:
	case found && x.args != "":
		args += "&" + x.args
	case !found:
		args = x.args
	}
	if r.flag == "redirect" || r.flag == "permanent" {
		status := map[string]int{"redirect": http.StatusFound, "permanent": http.StatusMovedPermanently}[r.flag]
		if !r.absolute {
			uri = escaped(uri)
		}
		x.args = args
		return next{done: x.redirect(status, uri+x.query())}, true
	}
	if !strings.HasPrefix(uri, "/") {
		x.nginx.errorf(x, "the rewritten URI has a zero length")
		return next{status: http.StatusInternalServerError}, true
	}
	x.uri, x.args, x.rewritten, x.located = uri, args, true, false
	switch r.flag {
	case "last":
		return next{again: true}, true
	case "break":
		return next{}, true
	}
	return next{again: true}, false
}

// answer is "return".
func (x *exchange) answer(a *answer) next {
	switch {
	case a.status == statusClose:
		x.status, x.r.Close, x.w.failed = statusClose, true, errClosed
		return next{done: true}
	case isRedirect(a.status):
		return next{done: x.redirect(a.status, x.text(a.text))}
	case !a.hasText && a.status >= http.StatusBadRequest:
		return next{status: a.status}
	}
	x.status = a.status
	body := x.text(a.text)
	x.setType(x.uri)
	return next{done: x.write(a.status, []byte(body))}
}

// errClosed ends a connection without an answer.
var errClosed = errors.New("connection is closed by the configuration")

func isRedirect(status int) bool {
	return slices.Contains([]int{301, 302, 303, 307, 308}, status)
}

// content lets the location answer.
func (x *exchange) content() next {
	if x.loc.tryFiles != nil {
		if step := x.tryFiles(); step != (next{}) {
			return step
		}
	}
	if x.loc.proxy != nil {
		return x.proxy()
	}
	return x.static()
}
