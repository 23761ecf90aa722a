package fetch

import (
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"net/url"
	"path"
	"strings"
)

// data is the body from -d and similar options, ordered by kind.
func (c *curl) data() (body string, code int) {
	join := func(more, between string) {
		if body != "" {
			body += between
		}
		body += more
	}
	for _, kind := range c.o.order {
		text := kind.value
		switch kind.name {
		case "data", "data-binary", "json":
			if name, ok := strings.CutPrefix(text, "@"); ok {
				read, err := c.read(name)
				if err != nil {
					write(c.p.Stderr, "curl: Failed to open "+name+"\ncurl: option "+kind.written+": error encountered when reading a file\ncurl: try 'curl --help' for more information\n")
					return "", 26
				}
				if text = read; kind.name == "data" {
					text = strings.NewReplacer("\n", "", "\r", "", "\x00", "").Replace(read)
				}
			}
		case "data-urlencode":
			var err error
			if text, err = c.urlEncoded(text); err != nil {
				return "", c.fail(26, "Failed to open %s", text)
			}
		case "data-raw":
		default:
			continue
		}
		join(text, map[bool]string{true: "", false: "&"}[kind.name == "json"])
	}
	return body, 0
}

// urlEncoded reads "TEXT", "=TEXT", "NAME=TEXT", "@FILE" and "NAME@FILE".
func (c *curl) urlEncoded(text string) (string, error) {
	at := strings.IndexAny(text, "=@")
	if at < 0 {
		return escape(text), nil
	}
	name, value := text[:at], text[at+1:]
	if text[at] == '@' {
		read, err := c.read(value)
		if err != nil {
			return value, err
		}
		value = read
	}
	if name != "" {
		name += "="
	}
	return name + escape(value), nil
}

// escape is curl's encoding of URLs.
func escape(text string) string { return url.QueryEscape(text) }

// form makes the body of -F.
func (c *curl) form() (body, kind string, code int) {
	var random [11]byte
	_, _ = rand.Read(random[:]) // it never fails
	boundary := strings.Repeat("-", 24) + hex.EncodeToString(random[:])
	var out strings.Builder
	for _, o := range c.o.order {
		if o.name != "form" && o.name != "form-string" {
			continue
		}
		name, value, ok := strings.Cut(o.value, "=")
		if !ok {
			write(c.p.Stderr, "curl: option -F: is badly used here\ncurl: try 'curl --help' for more information\n")
			return "", "", 2
		}
		head := fmt.Sprintf("Content-Disposition: form-data; name=%q", name)
		if file := strings.TrimLeft(value, "@<"); o.name == "form" && file != value {
			parts := strings.Split(file, ";")
			text, err := c.read(parts[0])
			if err != nil {
				return "", "", c.fail(26, "Failed to open/read local data from file/application")
			}
			shown, media := path.Base(parts[0]), mediaType(parts[0])
			for _, p := range parts[1:] {
				if v, ok := strings.CutPrefix(p, "type="); ok {
					media = v
				}
				if v, ok := strings.CutPrefix(p, "filename="); ok {
					shown = v
				}
			}
			if value[0] == '@' {
				head += fmt.Sprintf("; filename=%q\r\nContent-Type: %s", shown, media)
			}
			value = text
		}
		out.WriteString("--" + boundary + "\r\n" + head + "\r\n\r\n" + value + "\r\n")
	}
	out.WriteString("--" + boundary + "--\r\n")
	return out.String(), "multipart/form-data; boundary=" + boundary, 0
}

func mediaType(name string) string {
	known := map[string]string{
		".gif": "image/gif", ".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".png": "image/png", ".svg": "image/svg+xml",
		".txt": "text/plain", ".htm": "text/html", ".html": "text/html", ".pdf": "application/pdf", ".xml": "application/xml",
	}
	if kind, ok := known[path.Ext(name)]; ok {
		return kind
	}
	return "application/octet-stream"
}
