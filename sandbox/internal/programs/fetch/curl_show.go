package fetch

import (
	"bufio"
	"compress/gzip"
	"compress/zlib"
	"context"
	"errors"
	"fmt"
	"io"
	"path"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// output is where a body goes.
type output struct {
	io.Writer
	file io.Closer // Nil for the standard output.
}

func (o *output) close() error {
	if o.file == nil {
		return nil
	}
	defer func() { o.file = nil }()
	return o.file.Close()
}

// show writes the response to its output and returns the exit code.
func (t *transfer) show(ctx context.Context) int {
	status := t.reply.StatusCode
	following := t.redirectURL != "" && t.o.has("location")
	if t.o.has("dump-header") {
		if code := t.dumpHead(); code != 0 {
			return code
		}
	}
	failing := status >= 400 && !following && (t.o.has("fail") || t.o.has("fail-with-body"))
	if failing && t.o.has("fail") && !t.o.has("fail-with-body") {
		return t.fault(22, "The requested URL returned error: %d", status)
	}
	if t.out == nil {
		if err := t.open(); err != nil {
			if t.message == "" {
				t.fault(23, "Failure writing output to destination")
			}
			return t.code
		}
	}
	if t.o.has("include") || t.o.has("head") {
		write(t.out, t.reply.head)
	}
	if following {
		return 0
	}
	if t.o.has("range") && status == 416 {
		failing = false
	}
	code := t.copy(ctx)
	if code == 0 && failing {
		return t.fault(22, "The requested URL returned error: %d", status)
	}
	return code
}

// copy writes the body.
func (t *transfer) copy(ctx context.Context) int {
	t.size = t.reply.ContentLength
	meter := !t.o.has("silent") && !t.o.has("no-progress-meter") && (!t.p.TTY || t.out.file != nil)
	if meter && !t.shownMeter {
		t.shownMeter = true
		write(t.p.Stderr, "  % Total    % Received % Xferd  Average Speed   Time    Time     Time  Current\n"+
			"                                 Dload  Upload   Total   Spent    Left  Speed\n")
	}
	body := &counted{Reader: t.reply.Body}
	plain, err := t.decoded(body)
	if err == nil {
		_, err = io.Copy(t.out, plain)
	}
	t.got = body.read
	if meter {
		size := human(t.got)
		write(t.p.Stderr, fmt.Sprintf("100 %5s  100 %5s    0     0  %5s      0 --:--:-- --:--:-- --:--:-- %5s\n", size, size, size, size))
	}
	switch {
	case err == nil:
		return 0
	case ended(ctx):
		return t.fault(130, "")
	case ctx.Err() != nil:
		of := ""
		if t.size >= 0 {
			of = fmt.Sprintf(" out of %d", t.size)
		}
		return t.fault(28, "Operation timed out after %d milliseconds with %d%s bytes received", time.Since(t.started).Milliseconds(), t.got, of)
	case errors.Is(err, gzip.ErrHeader), errors.Is(err, zlib.ErrHeader):
		return t.fault(61, "Error while processing content unencoding: incorrect header check")
	case errors.Is(err, io.ErrUnexpectedEOF) && t.size >= 0:
		return t.fault(18, "end of response with %d bytes missing", t.size-t.got)
	case errors.Is(err, io.ErrUnexpectedEOF):
		return t.fault(18, "transfer closed with outstanding read data remaining")
	case strings.Contains(err.Error(), "reset"):
		return t.fault(56, "Recv failure: Connection reset by peer")
	case strings.Contains(err.Error(), "chunk"):
		return t.fault(56, "chunk hex-length char not a hex digit: 0x%x", 'z')
	}
	return t.fault(23, "Failure writing output to destination")
}

// counted counts what is read.
type counted struct {
	io.Reader
	read int64
}

func (c *counted) Read(p []byte) (int, error) {
	n, err := c.Reader.Read(p)
	c.read += int64(n)
	return n, err
}

// decoded undoes the encoding that --compressed asked for.
func (t *transfer) decoded(body io.Reader) (io.Reader, error) {
	if !t.o.has("compressed") {
		return body, nil
	}
	switch strings.ToLower(t.reply.Header.Get("Content-Encoding")) {
	case "gzip", "x-gzip":
		return gzip.NewReader(body)
	case "deflate":
		return zlib.NewReader(bufio.NewReader(body))
	}
	return body, nil
}

func human(n int64) string {
	if n < 100000 {
		return strconv.FormatInt(n, 10)
	}
	return strconv.FormatInt(n/1024, 10) + "k"
}

// dumpHead is -D.
func (t *transfer) dumpHead() int {
	name := t.o.last("dump-header")
	if name == "-" {
		write(t.p.Stdout, t.reply.head)
		return 0
	}
	file, err := t.create(name)
	if err != nil {
		return t.fault(26, "Failed to open %s", name)
	}
	write(file, t.reply.head)
	_ = file.Close() // what was written shows
	return 0
}

// open opens what -o or -O names for this address, else it is stdout. The
// outputs belong to the addresses one by one.
func (t *transfer) open() error {
	t.out = &output{Writer: t.p.Stdout}
	name := t.outputName()
	switch {
	case t.code != 0:
		return errURL
	case name == "", name == "-", name == "/dev/stdout":
		return nil
	case name == "/dev/null":
		t.out.Writer, t.file = io.Discard, name
		return nil
	}
	if dir := t.o.last("output-dir"); dir != "" {
		name = strings.TrimSuffix(dir, "/") + "/" + name
	}
	file, err := t.create(name)
	if err != nil {
		if !t.o.has("silent") {
			write(t.p.Stderr, "Warning: Failed to open the file "+name+": "+reason(err)+"\n")
		}
		return err
	}
	t.out, t.file = &output{Writer: file, file: file}, name
	return nil
}

func (t *transfer) outputName() string {
	at := -1
	for _, o := range t.o.order {
		if o.name != "output" && o.name != "remote-name" {
			continue
		}
		if at++; at != t.index {
			continue
		}
		if o.name == "output" {
			return t.globbed(o.value)
		}
		return t.remoteName()
	}
	if t.o.has("remote-name-all") {
		return t.remoteName()
	}
	return ""
}

func (t *transfer) remoteName() string {
	first, err := parseTarget(t.written, true)
	if err != nil {
		return ""
	}
	where, _, _ := strings.Cut(first.path, "?")
	if strings.HasSuffix(where, "/") {
		t.fault(23, "Failed writing received data to disk/application")
		return ""
	}
	return path.Base(where)
}

// globbed replaces #1 and so on with what the pattern matched.
func (t *transfer) globbed(name string) string {
	all := append(append([]string{}, t.o.values["url"]...), t.o.rest...)
	if t.index >= len(all) || !strings.Contains(name, "#") {
		return name
	}
	for i, part := range parts(all[t.index], t.written) {
		name = strings.ReplaceAll(name, "#"+strconv.Itoa(i+1), part)
	}
	return name
}

// parts finds what each glob of a pattern expanded to.
func parts(pattern, made string) []string {
	globs := regexp.MustCompile(`\[[^\]]*\]|\{[^}]*\}`)
	var expression strings.Builder
	last := 0
	for _, at := range globs.FindAllStringIndex(pattern, -1) {
		expression.WriteString(regexp.QuoteMeta(pattern[last:at[0]]) + "(.*?)")
		last = at[1]
	}
	found := regexp.MustCompile(`^` + expression.String() + regexp.QuoteMeta(pattern[last:]) + `$`).FindStringSubmatch(made)
	if len(found) < 2 {
		return nil
	}
	return found[1:]
}
