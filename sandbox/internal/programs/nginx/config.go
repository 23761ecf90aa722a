package nginx

import (
	"regexp"
	"time"

	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/programs/nginx/conf"
)

// config is what a configuration means, ready to serve.
type config struct {
	daemon    bool
	pid       string
	workers   int
	user      *conf.Directive // Nil without one.
	errorLog  string
	formats   map[string]template
	upstreams map[string]*upstream
	servers   []*server
	// logs are the files that the configuration writes to.
	logs map[string]bool
}

// server is a server block.
type server struct {
	listens []listen
	names   []serverName
	level   *location
	// The locations by their kinds, in the order of nginx's search.
	exact    map[string]*location
	prefixes []*location
	regexes  []*location
	named    map[string]*location
}

// name is what $server_name and the logs show.
func (s *server) name() string {
	if len(s.names) == 0 {
		return ""
	}
	return s.names[0].text
}

type listen struct {
	host, port string
	fallback   bool
}

// serverName is one name of a server: exact, with a wildcard, or a pattern.
type serverName struct {
	text   string
	regexp *regexp.Regexp
}

// location is a location block, or the level of a server outside of them.
type location struct {
	modifier, path string
	regexp         *regexp.Regexp
	settings       settings
	steps          []step
	tryFiles       []template
	proxy          *proxyPass
	internal       bool
}

// settings are what a level inherits from the one around it.
type settings struct {
	root           template
	alias          bool
	index          []template
	errorPages     []errorPage
	addHeaders     []header
	proxyHeaders   []header
	defaultType    string
	types          map[string]string
	redirects      []redirect
	redirectOff    bool
	proxyVersion   string
	connectTimeout time.Duration
	sendTimeout    time.Duration
	readTimeout    time.Duration
	keepalive      time.Duration
	maxBody        int64
	accessLogs     []accessLog
	errorLog       string
	noTokens       bool
	relative       bool
	nameInRedirect bool
	noPort         bool
	noETag         bool
	quietMissing   bool
	autoindex      bool
	roundSize      bool
	intercept      bool
	charset        string
	hide           []string
	gzip           zipping
	headerTimeout  time.Duration
	bodyTimeout    time.Duration
	headerBuffer   int
}

type header struct {
	name   string
	value  template
	always bool
}

// errorPage answers codes by another page. Status replaces the code: 0 leaves
// it, and answered takes the one of the page.
type errorPage struct {
	codes    []int
	status   int
	answered bool
	page     template
}

type redirect struct{ from, to string }

type accessLog struct {
	path   string
	format template
}

// step is one directive of the rewrite module; exactly one part is set.
type step struct {
	set     *setVariable
	rewrite *rewrite
	answer  *answer
}

type setVariable struct {
	name  string
	value template
}

type rewrite struct {
	regexp      *regexp.Regexp
	replacement template
	// dropArgs is a "?" at the end: the request's own arguments go.
	dropArgs bool
	flag     string
	absolute bool
}

type answer struct {
	status  int
	text    template
	hasText bool
}

// proxyPass is where a location hands its requests to.
type proxyPass struct {
	upstream *upstream
	host     string
	uri      string
	hasURI   bool
}

// defaults are nginx's own.
func defaults() settings {
	return settings{
		root:           template{{literal: "html"}},
		index:          []template{{{literal: "index.html"}}},
		defaultType:    "text/plain",
		types:          map[string]string{"html": "text/html", "gif": "image/gif", "jpg": "image/jpeg"},
		proxyVersion:   "1.0",
		connectTimeout: time.Minute,
		sendTimeout:    time.Minute,
		readTimeout:    time.Minute,
		keepalive:      75 * time.Second,
		headerTimeout:  time.Minute,
		bodyTimeout:    time.Minute,
		headerBuffer:   headerBuffer,
		gzip:           zipping{least: 20, level: 1},
		maxBody:        1 << 20,
		accessLogs:     []accessLog{{path: "/var/log/nginx/access.log"}},
	}
}
