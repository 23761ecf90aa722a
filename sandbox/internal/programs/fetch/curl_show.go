package fetch

import (
	"context"
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
)

// show writes the response where it belongs and returns the exit code.
func (c *curl) show(outer, ctx context.Context, response *http.Response) int {
	if c.o.has("fail") && response.StatusCode >= http.StatusBadRequest {
		c.writeOut(response, 0)
		return c.fail(22, "The requested URL returned error: %d", response.StatusCode)
	}
	out, done, err := c.output(response)
	if err != nil {
		return c.fail(23, "client returned ERROR on write, 0 bytes were expected")
	}
	if c.o.has("include") || c.o.has("head") {
		write(out, response.Proto+" "+response.Status+"\r\n"+lines("", response.Header, "\r\n")+"\r\n")
	}
	meter := !c.o.has("silent") && !c.o.has("no-progress-meter") && (!c.p.TTY || c.o.has("output"))
	if meter {
		write(c.p.Stderr, "  % Total    % Received % Xferd  Average Speed   Time    Time     Time  Current\n"+
			"                                 Dload  Upload   Total   Spent    Left  Speed\n")
	}
	n, err := io.Copy(out, response.Body)
	err = errors.Join(err, done())
	if meter {
		size := human(n)
		write(c.p.Stderr, fmt.Sprintf("100 %5s  100 %5s    0     0  %5s      0 --:--:-- --:--:-- --:--:-- %5s\n", size, size, size, size))
	}
	c.writeOut(response, n)
	switch {
	case err == nil:
		return 0
	case ctx.Err() != nil && outer.Err() == nil:
		return c.fail(28, "Operation timed out after %d milliseconds with %d bytes received", time.Since(c.start).Milliseconds(), n)
	case errors.Is(err, io.ErrUnexpectedEOF):
		return c.fail(18, "end of response with %d bytes missing", response.ContentLength-n)
	}
	return c.fail(23, "Failure writing output to destination")
}

func human(n int64) string {
	if n < 100000 {
		return strconv.FormatInt(n, 10)
	}
	return strconv.FormatInt(n/1024, 10) + "k"
}

// lines writes headers one a line, in the order of their names.
func lines(prefix string, header http.Header, end string) string {
	var out []string
	for name, values := range header {
		for _, value := range values {
			out = append(out, prefix+name+": "+value+end)
		}
	}
	slices.Sort(out)
	return strings.Join(out, "")
}

// output opens what -o or -O names, else it is stdout. Done closes it.
func (c *curl) output(response *http.Response) (out io.Writer, done func() error, err error) {
	name := c.o.last("output")
	if c.o.has("remote-name") {
		name = path.Base(response.Request.URL.Path)
	}
	nothing := func() error { return nil }
	switch name {
	case "", "-", "/dev/stdout":
		return c.p.Stdout, nothing, nil
	case "/dev/null":
		return io.Discard, nothing, nil
	}
	file, err := c.p.Files.OpenFile(c.path(name), os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o644)
	if err != nil {
		return nil, nil, err
	}
	return file, file.Close, nil
}

// writeOut is -w: text with %{NAME} and escapes in it.
func (c *curl) writeOut(response *http.Response, size int64) {
	format := c.o.last("write-out")
	code, kind, target := "000", "", ""
	if response != nil {
		code, kind, target = fmt.Sprintf("%03d", response.StatusCode), response.Header.Get("Content-Type"), response.Request.URL.String()
	}
	seconds := func(from time.Time) string { return fmt.Sprintf("%.6f", max(0, from.Sub(c.start).Seconds())) }
	to, _, _ := strings.Cut(c.to, ":")
	write(c.p.Stdout, strings.NewReplacer(
		`\n`, "\n", `\t`, "\t", `\r`, "\r", `\\`, `\`, "%%", "%",
		"%{http_code}", code, "%{response_code}", code, "%{content_type}", kind, "%{url_effective}", target,
		"%{size_download}", strconv.FormatInt(size, 10), "%{num_redirects}", strconv.Itoa(c.redirects), "%{remote_ip}", to,
		"%{time_total}", seconds(time.Now()), "%{time_connect}", seconds(c.connected), "%{time_starttransfer}", seconds(time.Now()),
	).Replace(format))
}
