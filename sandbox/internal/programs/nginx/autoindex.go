package nginx

import (
	"cmp"
	"fmt"
	"html"
	"io/fs"
	"net/http"
	"slices"
	"strings"
	"unicode/utf8"
)

// nameWidth is how much of a name a listing shows.
const nameWidth = 50

// listing is autoindex: the folder as a page.
func (x *exchange) listing(dir string) next {
	entries, err := x.nginx.p.Files.ReadDir(dir)
	if err != nil {
		return x.missing(dir, err)
	}
	var infos []fs.FileInfo
	for _, e := range entries {
		if strings.HasPrefix(e.Name(), ".") {
			continue
		}
		if info, err := x.nginx.p.Files.Stat(strings.TrimSuffix(dir, "/") + "/" + e.Name()); err == nil {
			infos = append(infos, info)
		}
	}
	slices.SortFunc(infos, func(a, b fs.FileInfo) int {
		if a.IsDir() != b.IsDir() {
			return map[bool]int{true: -1, false: 1}[a.IsDir()]
		}
		return cmp.Compare(a.Name(), b.Name())
	})
	title := html.EscapeString(x.uri)
	var out strings.Builder
	fmt.Fprintf(&out, "<html>\r\n<head><title>Index of %s</title></head>\r\n<body>\r\n<h1>Index of %s</h1><hr><pre><a href=\"../\">../</a>\r\n", title, title)
	for _, info := range infos {
		out.WriteString(x.row(info))
	}
	out.WriteString("</pre><hr></body>\r\n</html>\r\n")
	x.w.contentType = "text/html"
	if charset := x.loc.settings.charset; charset != "" {
		x.w.contentType += "; charset=" + charset
	}
	x.head(http.StatusOK)
	_, _ = x.w.Write([]byte(out.String())) // the connection says so too
	return next{done: true}
}

// row is one line of a listing.
func (x *exchange) row(info fs.FileInfo) string {
	s, name, slash := x.loc.settings, info.Name(), ""
	if info.IsDir() {
		slash = "/"
	}
	shown := name + slash
	pad := ""
	if n := utf8.RuneCountInString(shown); n > nameWidth {
		shown = string([]rune(shown)[:nameWidth-3]) + "..&gt;"
	} else {
		pad = strings.Repeat(" ", nameWidth-n)
		shown = html.EscapeString(shown)
	}
	size := "-"
	switch {
	case info.IsDir():
	case s.roundSize:
		size = rounded(info.Size())
	default:
		size = fmt.Sprint(info.Size())
	}
	width := 19
	if s.roundSize {
		width = 7
	}
	return fmt.Sprintf("<a href=\"%s%s\">%s</a>%s %s %*s\r\n", link(name), slash, shown, pad, info.ModTime().UTC().Format("02-Jan-2006 15:04"), width, size)
}

func link(name string) string {
	return strings.NewReplacer("<", "%3C", ">", "%3E").Replace(escaped("/" + name)[1:])
}

func rounded(n int64) string {
	switch {
	case n > 1<<30-1:
		return fmt.Sprintf("%dG", (n+1<<29)>>30)
	case n > 1<<20-1:
		return fmt.Sprintf("%dM", (n+1<<19)>>20)
	case n > 9999:
		return fmt.Sprintf("%dK", (n+1<<9)>>10)
	}
	return fmt.Sprint(n)
}
