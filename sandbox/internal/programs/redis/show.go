package redis

import (
	"errors"
	"fmt"
	"io"
	"net"
	"strconv"
	"strings"

	"github.com/gomodule/redigo/redis"
)

// reason is the operating system's message for a failed connection.
func reason(err error) string {
	if dns, ok := errors.AsType[*net.DNSError](err); ok && dns.IsNotFound {
		return "Name or service not known"
	}
	text := err.Error()
	text = text[strings.LastIndex(text, ": ")+1:]
	text = strings.TrimSpace(text)
	return strings.ToUpper(text[:1]) + text[1:]
}

func (c *cli) print(s string) { _, _ = io.WriteString(c.p.Stdout, s) } // without stdout there is nowhere to report it

func (c *cli) complain(format string, args ...any) { _, _ = fmt.Fprintf(c.p.Stderr, format, args...) }

// rawText is a reply for a program to read.
func rawText(reply any, delimiter string) string {
	switch v := reply.(type) {
	case []byte:
		return string(v)
	case int64:
		return strconv.FormatInt(v, 10)
	case redis.Error:
		return string(v) + "\n"
	case []any:
		lines := make([]string, len(v))
		for i, item := range v {
			lines[i] = rawText(item, delimiter)
		}
		return strings.Join(lines, delimiter)
	case nil:
		return ""
	}
	return fmt.Sprint(reply)
}

// showText is a reply for people; the lines of a list are indented by the
// numbers before them.
func showText(reply any, indent string) string {
	switch v := reply.(type) {
	case []byte:
		return quote(v)
	case int64:
		return fmt.Sprintf("(integer) %d", v)
	case redis.Error:
		return "(error) " + string(v)
	case []any:
		if len(v) == 0 {
			return "(empty array)"
		}
		width := len(strconv.Itoa(len(v)))
		deeper := indent + strings.Repeat(" ", width+2)
		lines := make([]string, len(v))
		for i, item := range v {
			lines[i] = fmt.Sprintf("%*d) %s", width, i+1, showText(item, deeper))
		}
		return strings.Join(lines, "\n"+indent)
	case nil:
		return "(nil)"
	}
	return fmt.Sprint(reply)
}
