package visible

import (
	"encoding/json"
	"testing"
)

func TestText(t *testing.T) {
	for _, tt := range []struct{ give, want string }{
		{"plain, 中文, é 😀 👩‍🚀\n\tx", "plain, 中文, é 😀 👩‍🚀\n\tx"},
		{"a\x1b]52;c;aGk=\x07b", `a\x1b]52;c;aGk=\ab`},
		{"\x1b[2J\x00\x7f", `\x1b[2J\x00\x7f`},
		{"\u009b2J\u0085", `\u009b2J\u0085`},
		{"raw \x9b byte, half \xe4\xb8", `raw \x9b byte, half \xe4\xb8`},
		{"100 %\r99 %\b", `100 %\r99 %\b`},
		{"Windows\r\nlines\r\n", "Windows\nlines\n"},
		{"gnp\u202e.exe \u2066x\u2069 \u061c\u200e\u200f", `gnp\u202e.exe \u2066x\u2069 \u061c\u200e\u200f`},
		{"\u2028\u2029", `\u2028\u2029`},
		{"", ""},
	} {
		got := Text(tt.give)
		if got != tt.want {
			t.Errorf("Text(%q) = %q, want %q", tt.give, got, tt.want)
		}
		if again := Text(got); again != got {
			t.Errorf("Text(%q) = %q the second time", got, again)
		}
	}
	if got, want := Line(" a\n\tb\x1b\r\n c "), `a b\x1b c`; got != want {
		t.Errorf("Line: %q, want %q", got, want)
	}
}

func TestJSONKeepsItsMeaning(t *testing.T) {
	const hostile = "a\x1b]52;c;x\x07\u009b\u202e\u2028\x7f中文\n"
	data, err := json.Marshal(hostile)
	if err != nil {
		t.Fatal(err)
	}
	data = JSON(data)
	for _, r := range string(data) {
		if hidden(r) {
			t.Errorf("%U is in %s", r, data)
		}
	}
	var back string
	if err := json.Unmarshal(data, &back); err != nil || back != hostile {
		t.Errorf("%q, %v; want %q", back, err, hostile)
	}
}

func FuzzText(f *testing.F) {
	f.Add("\x1b[2J\u009b\xff")
	f.Fuzz(func(t *testing.T, s string) {
		out := Text(s)
		for _, r := range out {
			if hidden(r) {
				t.Errorf("%U is in %q", r, out)
			}
		}
		if Text(out) != out {
			t.Errorf("%q is not stable", out)
		}
	})
}
