package conf

import (
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
)

// disk reads absolute names from a map.
type disk struct{ fstest.MapFS }

func (d disk) ReadFile(name string) ([]byte, error) { return d.MapFS.ReadFile(name[1:]) }

func (d disk) ReadDir(name string) ([]fs.DirEntry, error) { return d.MapFS.ReadDir(name[1:]) }

func files(texts map[string]string) disk {
	d := disk{fstest.MapFS{}}
	for name, text := range texts {
		d.MapFS[name[1:]] = &fstest.MapFile{Data: []byte(text)}
	}
	return d
}

func TestWords(t *testing.T) {
	for _, tt := range []struct {
		text string
		want []string
	}{
		{`root /a;`, []string{"root", "/a"}},
		{"root\n  /a # why\n ;", []string{"root", "/a"}},
		{`root "/a b";`, []string{"root", "/a b"}},
		{`root '/a "b"';`, []string{"root", `/a "b"`}},
		{`root "a\"b\\c\n\d";`, []string{"root", "a\"b\\c\n\\d"}},
		{`root a\ b;`, []string{"root", `a\ b`}},
		{`root a\;b;`, []string{"root", `a\;b`}},
		{`root ${host}/x;`, []string{"root", "${host}/x"}},
		{`root a#b;`, []string{"root", "a#b"}},
		{`root a"b"c;`, []string{"root", `a"b"c`}},
		{`root "";`, []string{"root", ""}},
	} {
		words, end, err := (&lexer{text: []byte(tt.text), line: 1}).next()
		if diff := cmp.Diff(tt.want, words); diff != "" || err != nil || end != terminated {
			t.Errorf("%s: ended by %d, error %v (-want +got):\n%s", tt.text, end, err, diff)
		}
	}
}

// The words of the faults are those that nginx 1.22 printed for the same text.
func TestFaults(t *testing.T) {
	for _, tt := range []struct{ text, want string }{
		{"foo bar;\n", `unknown directive "foo" in /c:1`},
		{"events {}\nhttp {\nserver {\nlisten 18080;\n", `unexpected end of file, expecting "}" in /c:5`},
		{"events {}\nhttp {\nserver {\nlisten 80", `unexpected end of file, expecting ";" or "}" in /c:4`},
		{"events {}\nhttp {\n}\n}\n", `unexpected "}" in /c:4`},
		{"events {}\nserver {}\n", `"server" directive is not allowed here in /c:2`},
		{"events {}\nhttp { root; }\n", `invalid number of arguments in "root" directive in /c:2`},
		{"events {}\nhttp { root a b; }\n", `invalid number of arguments in "root" directive in /c:2`},
		{"events {}\nhttp { root a { } }\n", `directive "root" is not terminated by ";" in /c:2`},
		{"events {}\nhttp;\n", `directive "http" has no opening "{" in /c:2`},
		{"events {}\nhttp { server }\n", `unexpected "}" in /c:2`},
		{"http { server { root /a; root /b; } }\n", `"root" directive is duplicate in /c:1`},
		{"http { sendfile maybe; }\n", `invalid value "maybe" in "sendfile" directive, it must be "on" or "off" in /c:1`},
		{"http { error_page 404; }\n", `invalid number of arguments in "error_page" directive in /c:1`},
		{"http { include nofile.conf; }\n", `open() "/nofile.conf" failed (2: No such file or directory) in /c:1`},
		{"http { add_header a \"b\"c; }\n", `unexpected "c" in /c:1`},
		{"http { ; }\n", `unexpected ";" in /c:1`},
		{"http { { } }\n", `unexpected "{" in /c:1`},
		{"http { root \"abc; }\n", `unexpected end of file, expecting ";" or "}" in /c:2`},
		{"events {}\nevents {}\n", `"events" directive is duplicate in /c:2`},
		{"http {\n if ($a) { }\n}\n", `"if" is not supported by the sandbox's nginx in /c:2`},
		{"include /c;\n", `open() "/c" failed (24: No file descriptors available) in /c:1`},
	} {
		t.Run(tt.text, func(t *testing.T) {
			_, err := Parse(files(map[string]string{"/c": tt.text}), "/c")
			if err == nil || err.Error() != tt.want {
				t.Errorf("error = %v\nwant    %s", err, tt.want)
			}
		})
	}
}

func TestIncludes(t *testing.T) {
	config, err := Parse(files(map[string]string{
		"/etc/nginx/nginx.conf":          "http {\n include conf.d/*.conf;\n include none/*.conf;\n types { include mime.types; }\n}\n",
		"/etc/nginx/mime.types":          "text/html html htm;",
		"/etc/nginx/conf.d/b.conf":       "server { listen 2; }",
		"/etc/nginx/conf.d/a.conf":       "\nserver { listen 1; }",
		"/etc/nginx/conf.d/.hidden.conf": "nonsense",
	}), "/etc/nginx/nginx.conf")
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, d := range config.Directives[0].Block {
		for _, inner := range d.Block {
			got = append(got, strings.Join(append([]string{inner.File, inner.Name}, inner.Args...), " "))
		}
	}
	want := []string{
		"/etc/nginx/conf.d/a.conf listen 1",
		"/etc/nginx/conf.d/b.conf listen 2",
		"/etc/nginx/mime.types text/html html htm",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("directives (-want +got):\n%s", diff)
	}
	if len(config.Sources) != 4 {
		t.Errorf("%d sources, want 4", len(config.Sources))
	}
}

func TestParseGlobal(t *testing.T) {
	list, err := ParseGlobal(nil, "daemon off; worker_processes 2;")
	if err != nil || len(list) != 2 || list[0].Args[0] != "off" {
		t.Errorf("ParseGlobal = %v, %v", list, err)
	}
	if _, err := ParseGlobal(nil, "daemon off"); err == nil || err.Error() != `unexpected end of parameter, expecting ";" in command line` {
		t.Errorf("error = %v", err)
	}
}

func TestParseGlobalIncludes(t *testing.T) {
	list, err := ParseGlobal(files(map[string]string{"/etc/nginx/more": "worker_processes 2;"}), "include more;")
	if err != nil || len(list) != 1 || list[0].Name != "worker_processes" {
		t.Errorf("ParseGlobal = %v, %v", list, err)
	}
}

func TestParseDeep(t *testing.T) {
	text := "http { server { " + strings.Repeat("location / { ", maxDepth)
	_, err := Parse(files(map[string]string{"/c": text}), "/c")
	if err == nil || !strings.Contains(err.Error(), "nested deeper") {
		t.Errorf("error %v", err)
	}
}

func FuzzParse(f *testing.F) {
	f.Add("events {} http { include *.conf; server { listen 80; location ~ \\.php$ { return 200 \"a\\\"b\"; } } }")
	f.Add("http { include c; include c; }")
	f.Add("a \\")
	f.Fuzz(func(t *testing.T, text string) {
		config, err := Parse(files(map[string]string{"/c": text}), "/c")
		if err == nil && len(config.Sources) == 0 {
			t.Error("read nothing and found no fault")
		}
	})
}
