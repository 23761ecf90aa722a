package ingress

import (
	"math/rand/v2"
	"net/http"
	"regexp"
)

// canary decides which requests go to the backend of a canary Ingress.
type canary struct {
	header, value string
	pattern       *regexp.Regexp
	cookie        string
	weight, total int
}

// takes decides on a request in the order of ingress-nginx: the header before
// the cookie, the cookie before the weight.
func (c *canary) takes(r *http.Request) bool {
	if decided, yes := c.byHeader(r); decided {
		return yes
	}
	if cookie, err := r.Cookie(c.cookie); c.cookie != "" && err == nil {
		switch cookie.Value {
		case "always":
			return true
		case "never":
			return false
		}
	}
	return rand.IntN(c.total) < c.weight
}

// byHeader is undecided when the header is absent, or is neither the configured
// value nor always or never.
func (c *canary) byHeader(r *http.Request) (decided, yes bool) {
	values := r.Header.Values(c.header)
	if c.header == "" || len(values) == 0 {
		return false, false
	}
	switch {
	case c.value != "":
		return values[0] == c.value, true
	case c.pattern != nil:
		return c.pattern.MatchString(values[0]), true
	case values[0] == "always":
		return true, true
	case values[0] == "never":
		return true, false
	}
	return false, false
}
