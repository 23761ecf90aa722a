package fetch

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path"
	"strings"
	"time"

	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/container"
)

const curlVersion = "8.17.0"

func curlNames() map[string]string {
	return map[string]string{
		"-s": "silent", "--silent": "silent", "-S": "show-error", "--show-error": "show-error", "-i": "include", "--include": "include",
		"--show-headers": "include", "-I": "head", "--head": "head", "-v": "verbose", "--verbose": "verbose", "-o": "output", "--output": "output",
		"-O": "remote-name", "--remote-name": "remote-name", "-w": "write-out", "--write-out": "write-out", "-H": "header", "--header": "header",
		"-X": "request", "--request": "request", "-d": "data", "--data": "data", "--data-raw": "data", "--data-binary": "data",
		"-L": "location", "--location": "location", "-f": "fail", "--fail": "fail", "-m": "max-time", "--max-time": "max-time",
		"--connect-timeout": "connect-timeout", "-k": "insecure", "--insecure": "insecure", "-A": "user-agent", "--user-agent": "user-agent",
		"-u": "user", "--user": "user", "-b": "cookie", "--cookie": "cookie", "-G": "get", "--get": "get", "--cacert": "cacert",
		"-V": "version", "--version": "version", "--retry": "retry", "-4": "ipv4", "--ipv4": "ipv4", "--http1.1": "http1.1",
		"--no-progress-meter": "no-progress-meter", "-e": "referer", "--referer": "referer", "--compressed": "compressed", "-N": "no-buffer",
		"-g": "globoff", "--globoff": "globoff",
	}
}

const curlTakes = "output write-out header request data max-time connect-timeout user-agent user cookie cacert retry referer"

// Curl is /usr/bin/curl with its usual options, messages and exit codes.
func Curl(ctx context.Context, p *container.Process) int {
	o, err := parse(p.Args[1:], curlNames(), curlTakes)
	if err != nil {
		write(p.Stderr, fmt.Sprintf("curl: %v\ncurl: try 'curl --help' for more information\n", err))
		return 2
	}
	c := &curl{p: p, o: o}
	switch {
	case o.has("version"):
		write(p.Stdout, "curl "+curlVersion+" (sandbox)\nProtocols: http https\n")
		return 0
	case len(o.rest) == 0:
		return c.fail(2, "no URL specified")
	case o.has("retry"), o.has("compressed"):
		return c.fail(2, "--retry and --compressed are not supported by the sandbox's curl")
	}
	code := 0
	for _, target := range o.rest {
		code = c.all(ctx, target)
	}
	return code
}

// all gets each address that a target stands for.
func (c *curl) all(ctx context.Context, target string) int {
	targets := []string{target}
	if !c.o.has("globoff") {
		var err error
		if targets, err = expand(target); err != nil {
			return c.fail(3, "%v:\n%s", err, target)
		}
	}
	code := 0
	for _, one := range targets {
		if code = c.get(ctx, one); ctx.Err() != nil {
			break
		}
	}
	return code
}

// curl is one run of curl.
type curl struct {
	p     *container.Process
	o     options
	start time.Time
	// connected is when the connection of the last request stood.
	connected time.Time
	to        string
	redirects int
	// kept is how many bytes it holds of what it is to send.
	kept int64
}

// fail says what went wrong, unless -s is given without -S.
func (c *curl) fail(code int, format string, args ...any) int {
	if !c.o.has("silent") || c.o.has("show-error") {
		prefix := fmt.Sprintf("curl: (%d) ", code)
		write(c.p.Stderr, prefix+fmt.Sprintf(format, args...)+"\n")
	}
	return code
}

func (c *curl) get(outer context.Context, target string) int {
	c.start, c.connected = time.Now(), time.Time{}
	limit, err := c.seconds("max-time")
	if err != nil {
		return c.fail(2, "%v", err)
	}
	ctx, cancel := outer, context.CancelFunc(func() {})
	if limit > 0 {
		ctx, cancel = context.WithTimeout(outer, limit)
	}
	defer cancel()
	request, code := c.request(ctx, target)
	if code != 0 {
		return code
	}
	client, err := c.client()
	if err != nil {
		return c.fail(77, "%v", err)
	}
	response, err := client.Do(request)
	if err != nil {
		code := c.broken(outer, ctx, request.URL, err)
		c.writeOut(nil, 0)
		return code
	}
	defer func() { _ = response.Body.Close() }() // it was read to its end or given up
	return c.show(outer, ctx, response)
}

// seconds reads an option such as "2.5".
func (c *curl) seconds(name string) (time.Duration, error) {
	if !c.o.has(name) {
		return 0, nil
	}
	d, err := time.ParseDuration(c.o.last(name) + "s")
	if err != nil {
		return 0, fmt.Errorf("option --%s: expected a proper numerical parameter", name)
	}
	return d, nil
}

func (c *curl) request(ctx context.Context, target string) (*http.Request, int) {
	if !strings.Contains(target, "://") {
		target = "http://" + target
	}
	u, err := url.Parse(target)
	if err != nil || u.Host == "" {
		return nil, c.fail(3, "URL rejected: Malformed input to a URL function")
	}
	if u.Scheme != "http" && u.Scheme != "https" {
		return nil, c.fail(1, "Protocol %q not supported", u.Scheme)
	}
	method, body, code := c.body(u)
	if code != 0 {
		return nil, code
	}
	request, err := http.NewRequestWithContext(ctx, method, u.String(), strings.NewReader(body))
	if err != nil {
		return nil, c.fail(3, "URL rejected: %v", err)
	}
	request.Header.Set("User-Agent", "curl/"+curlVersion)
	request.Header.Set("Accept", "*/*")
	if c.o.has("data") && !c.o.has("get") {
		request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for name, header := range map[string]string{"user-agent": "User-Agent", "cookie": "Cookie", "referer": "Referer"} {
		if c.o.has(name) {
			request.Header.Set(header, c.o.last(name))
		}
	}
	if user, password, ok := strings.Cut(c.o.last("user"), ":"); ok {
		request.SetBasicAuth(user, password)
	}
	c.headers(request)
	return request, 0
}

func (c *curl) headers(request *http.Request) {
	for _, line := range c.o.values["header"] {
		name, value, _ := strings.Cut(line, ":")
		value = strings.TrimSpace(value)
		switch {
		case strings.EqualFold(name, "host"):
			request.Host = value
		case value == "":
			request.Header.Del(name)
		default:
			request.Header.Set(name, value)
		}
	}
}

// body returns the method and what is sent; @NAME sends a file.
func (c *curl) body(u *url.URL) (method, body string, code int) {
	var parts []string
	for _, data := range c.o.values["data"] {
		if name, ok := strings.CutPrefix(data, "@"); ok {
			text, err := c.read(name)
			if err != nil {
				return "", "", c.fail(26, "Failed to open %s", name)
			}
			data = strings.NewReplacer("\n", "", "\r", "").Replace(text)
		}
		parts = append(parts, data)
	}
	body, method = strings.Join(parts, "&"), http.MethodGet
	switch {
	case c.o.has("head"):
		method = http.MethodHead
	case c.o.has("get") && body != "":
		u.RawQuery = strings.TrimPrefix(u.RawQuery+"&"+body, "&")
		body = ""
	case c.o.has("data"):
		method = http.MethodPost
	}
	if c.o.has("request") {
		method = c.o.last("request")
	}
	return method, body, 0
}

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
