package fetch

import (
	"fmt"
	"net"
	"strconv"
	"strings"
	"time"
)

// writeOut is -w: text with %{NAME} and escapes in it.
func (t *transfer) writeOut() {
	format := t.o.last("write-out")
	if name, ok := strings.CutPrefix(format, "@"); ok {
		format, _ = t.read(name) // nothing is written then
	}
	out, values := t.p.Stdout, t.values()
	for text := format; text != ""; {
		at := strings.IndexAny(text, `%\`)
		if at < 0 {
			write(out, text)
			return
		}
		write(out, text[:at])
		text = text[at:]
		name, isName := "", false
		if rest, ok := strings.CutPrefix(text, "%header{"); ok && strings.Contains(rest, "}") {
			name, text, _ = strings.Cut(rest, "}")
			if t.reply != nil {
				write(out, t.reply.Header.Get(name))
			}
			continue
		}
		if rest, ok := strings.CutPrefix(text, "%{"); ok {
			name, rest, isName = strings.Cut(rest, "}")
			if isName {
				text = rest
			}
		}
		switch {
		case isName && name == "stderr":
			out = t.p.Stderr
		case isName && name == "stdout":
			out = t.p.Stdout
		case isName && name == "onerror":
			if t.code == 0 {
				return
			}
		case isName:
			value, known := values[name]
			if !known {
				write(t.p.Stderr, "curl: unknown --write-out variable: '"+name+"'\n")
			}
			write(out, value)
		case strings.HasPrefix(text, "%%"):
			write(out, "%")
			text = text[2:]
		case text[0] == '\\' && len(text) > 1:
			escaped, ok := map[byte]string{'n': "\n", 't': "\t", 'r': "\r"}[text[1]]
			if !ok {
				escaped = text[:2]
			}
			write(out, escaped)
			text = text[2:]
		default:
			write(out, text[:1])
			text = text[1:]
		}
	}
}

// values are the variables of -w.
func (t *transfer) values() map[string]string {
	since := func(at time.Time) string { return fmt.Sprintf("%.6f", max(0, at.Sub(t.started).Seconds())) }
	number := func(n int64) string { return strconv.FormatInt(n, 10) }
	seconds := time.Since(t.started).Seconds()
	v := map[string]string{
		"http_code": "000", "response_code": "000", "content_type": "", "http_version": "0", "num_headers": "0", "http_connect": "000",
		"url_effective": t.at.String(), "url": t.written, "scheme": strings.ToUpper(t.at.scheme), "method": t.method, "referer": strings.TrimSuffix(t.o.last("referer"), ";auto"),
		"size_download": number(t.got), "size_header": number(t.headSize), "size_request": number(t.requestSize), "size_upload": number(t.sent),
		"speed_download": number(int64(float64(t.got) / max(seconds, 1e-6))), "speed_upload": number(int64(float64(t.sent) / max(seconds, 1e-6))),
		"num_redirects": strconv.Itoa(t.redirects), "num_connects": strconv.Itoa(t.connects), "redirect_url": t.redirectURL, "filename_effective": t.file,
		"exitcode": strconv.Itoa(t.code), "errormsg": t.message, "urlnum": strconv.Itoa(t.index), "ssl_verify_result": "0", "proxy_ssl_verify_result": "0",
		"time_total": since(time.Now()), "time_connect": since(t.connected), "time_starttransfer": since(t.spoken), "time_pretransfer": since(t.connected),
		"time_namelookup": since(t.connected), "time_appconnect": "0.000000", "time_redirect": "0.000000", "ftp_entry_path": "", "certs": "", "num_certs": "0",
	}
	if t.o.has("location") {
		v["redirect_url"] = ""
	}
	v["local_ip"], v["local_port"] = split(t.local)
	v["remote_ip"], v["remote_port"] = split(t.remote)
	if r := t.reply; r != nil {
		v["http_code"], v["content_type"] = fmt.Sprintf("%03d", r.StatusCode), r.Header.Get("Content-Type")
		v["response_code"], v["http_version"] = v["http_code"], strings.TrimSuffix(strings.TrimPrefix(r.Proto, "HTTP/"), ".0")
		v["num_headers"] = strconv.Itoa(strings.Count(r.head, "\n") - 2)
		if r.Proto == "HTTP/1.0" {
			v["http_version"] = "1"
		}
	}
	return v
}

func split(address string) (host, port string) {
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return "", "0"
	}
	return host, port
}
