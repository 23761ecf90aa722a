package fetch

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/container"
)

const curlVersion = "8.17.0"

// curlOptions are all options of curl: the long name, the short one, and "v"
// where it takes a value.
//
//go:embed options.txt
var curlOptions string

// curlDoes are the options that this curl supports.
func curlDoes() []string {
	return strings.Fields("--append --basic --compressed --connect-timeout --connect-to --cookie --cookie-jar --create-dirs --data --data-ascii --data-binary " +
		"--data-raw --data-urlencode --dump-header --fail --fail-early --fail-with-body --form --form-string --get --globoff --head --header --help --http1.0 --http1.1 " +
		"--include --insecure --ipv4 --json --junk-session-cookies --location --max-redirs --max-time --cacert --no-buffer --no-progress-meter --noproxy " +
		"--output --output-dir --path-as-is --range --referer --remote-name --remote-name-all --request --resolve --retry --retry-all-errors " +
		"--retry-connrefused --retry-delay --retry-max-time --show-error --show-headers --silent --upload-file --url --user --user-agent --verbose --version --write-out")
}

// curlNames maps the spellings of options to the options.
func curlNames() (names map[string]string, takes string, other map[string]bool) {
	names, other = map[string]string{}, map[string]bool{}
	same := map[string]string{"data-ascii": "data", "show-headers": "include"}
	for line := range strings.Lines(curlOptions) {
		f := strings.Fields(line)
		name := strings.TrimPrefix(f[0], "--")
		if known, ok := same[name]; ok {
			name = known
		}
		if !slices.Contains(curlDoes(), f[0]) {
			other[name] = true
		}
		names[f[0]] = name
		if f[1] != "-" {
			names[f[1]] = name
		}
		if f[2] == "v" {
			takes += " " + name
		}
	}
	return names, takes, other
}

// Curl is /usr/bin/curl with its usual options, messages and exit codes.
func Curl(ctx context.Context, p *container.Process) int {
	names, takes, other := curlNames()
	o, err := parse(p.Args[1:], names, takes)
	if err != nil {
		write(p.Stderr, fmt.Sprintf("curl: %v\ncurl: try 'curl --help' for more information\n", err))
		return 2
	}
	for name := range o.values {
		if other[name] {
			write(p.Stderr, "curl: option --"+name+" is not supported by the sandbox's curl\n")
			return 2
		}
	}
	c := &curl{p: p, o: o, jar: map[string]cookie{}}
	targets := append(slices.Clone(o.values["url"]), o.rest...)
	switch {
	case o.has("version"):
		write(p.Stdout, "curl "+curlVersion+" (sandbox)\nProtocols: http https\nFeatures: libz\n")
		return 0
	case o.has("help"):
		write(p.Stdout, "Usage: curl [options...] <url>\n"+curlHelp())
		return 0
	case len(targets) == 0:
		write(p.Stderr, "curl: (2) no URL specified\n")
		return 2
	}
	if code := c.prepare(); code != 0 {
		return code
	}
	code := 0
	for i, target := range targets {
		code = c.all(ctx, target, i)
		if code != 0 && o.has("fail-early") {
			break
		}
	}
	c.saveCookies()
	return code
}

// curlHelp lists the supported options.
func curlHelp() string {
	var text strings.Builder
	for _, name := range curlDoes() {
		text.WriteString("     " + name + "\n")
	}
	return text.String()
}

// curl is one run of curl.
type curl struct {
	p   *container.Process
	o   options
	jar map[string]cookie
	// body is what -d and similar options send.
	body             string
	connectTo, limit time.Duration
	shownMeter       bool
	kept             int64 // How many bytes of the request body it holds.
	taken            int   // How many cookies came.
}

// prepare reads the options that can be wrong.
func (c *curl) prepare() (code int) {
	var err error
	if c.limit, err = c.seconds("max-time"); err == nil {
		c.connectTo, err = c.seconds("connect-timeout")
	}
	for _, name := range []string{"retry", "max-redirs", "retry-delay", "retry-max-time"} {
		if n, bad := strconv.Atoi(c.o.last(name)); c.o.has(name) && (bad != nil || n < 0 && name != "max-redirs") && err == nil {
			err = fmt.Errorf("option %s: expected a proper numerical parameter", c.o.written(name))
		}
	}
	if err != nil {
		write(c.p.Stderr, fmt.Sprintf("curl: %v\ncurl: try 'curl --help' for more information\n", err))
		return 2
	}
	if c.body, code = c.data(); code != 0 {
		return code
	}
	var methods []string
	for _, m := range []struct {
		name string
		has  bool
	}{
		{"POST (-d, --data)", c.hasData() && !c.o.has("get")},
		{"multipart formpost (-F, --form)", c.o.has("form") || c.o.has("form-string")},
		{"PUT (-T, --upload-file)", c.o.has("upload-file")},
		{"HEAD (-I, --head)", c.o.has("head")},
	} {
		if m.has {
			methods = append(methods, m.name)
		}
	}
	if len(methods) > 1 {
		if !c.o.has("silent") {
			write(c.p.Stderr, "Warning: You can only select one HTTP request method! You asked for both "+strings.Join(methods[:2], " and ")+".\n")
		}
		return 2
	}
	return c.loadCookies()
}

func (c *curl) hasData() bool {
	return slices.ContainsFunc([]string{"data", "data-raw", "data-binary", "data-urlencode", "json"}, c.o.has)
}

// seconds reads an option such as "2.5".
func (c *curl) seconds(name string) (time.Duration, error) {
	if !c.o.has(name) {
		return 0, nil
	}
	n, err := strconv.ParseFloat(c.o.last(name), 64)
	if err != nil || n < 0 {
		return 0, fmt.Errorf("option %s: expected a proper numerical parameter", c.o.written(name))
	}
	return time.Duration(n * float64(time.Second)), nil
}

// all gets each address of a target.
func (c *curl) all(ctx context.Context, text string, index int) int {
	targets := []string{text}
	if !c.o.has("globoff") {
		var err error
		if targets, err = expand(text); err != nil {
			return c.fail(3, "%v:\n%s\n%s^", err, text, strings.Repeat(" ", globPosition(err)))
		}
	}
	code := 0
	for _, one := range targets {
		t := &transfer{curl: c, index: index, written: one}
		if code = t.run(ctx); ctx.Err() != nil {
			break
		}
	}
	return code
}

func globPosition(err error) int {
	_, number, _ := strings.Cut(err.Error(), "position ")
	n, _ := strconv.Atoi(strings.TrimSuffix(number, ":")) // 0 without one
	return max(n-1, 0)
}

// fail prints what went wrong, unless -s is given without -S.
func (c *curl) fail(code int, format string, args ...any) int {
	if !c.o.has("silent") || c.o.has("show-error") {
		write(c.p.Stderr, fmt.Sprintf("curl: (%d) ", code)+fmt.Sprintf(format, args...)+"\n")
	}
	return code
}

// note writes a line of -v.
func (c *curl) note(format string, args ...any) {
	if c.o.has("verbose") {
		write(c.p.Stderr, fmt.Sprintf(format, args...))
	}
}

// read reads a whole file, or with "-" the input.
func (c *curl) read(name string) (string, error) {
	if name == "-" {
		return c.readAll(c.p.Stdin)
	}
	file, err := c.p.Files.OpenFile(c.path(name), os.O_RDONLY, 0)
	if err != nil {
		return "", err
	}
	defer func() { _ = file.Close() }() // it was only read
	return c.readAll(file)
}

func (c *curl) readAll(r io.Reader) (string, error) {
	text, err := c.p.ReadAll(r, c.kept)
	c.kept += int64(len(text))
	return string(text), err
}

func (c *curl) path(name string) string {
	if path.IsAbs(name) {
		return name
	}
	return path.Join(c.p.Dir, name)
}

// create creates a file and, with --create-dirs, its folders.
func (c *curl) create(name string) (io.WriteCloser, error) {
	full := c.path(name)
	if c.o.has("create-dirs") {
		var missing []string
		for dir := path.Dir(full); dir != "/"; dir = path.Dir(dir) {
			missing = append(missing, dir)
		}
		for _, dir := range slices.Backward(missing) {
			if err := c.p.Files.Mkdir(dir, 0o750); err != nil && !errors.Is(err, os.ErrExist) {
				return nil, err
			}
		}
	}
	return c.p.Files.OpenFile(full, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o644)
}

// retriable are the answers after which --retry tries again.
func retriable(status int) bool {
	return slices.Contains([]int{http.StatusRequestTimeout, http.StatusTooManyRequests, 500, 502, 503, 504}, status)
}
