package play

import "testing"

func TestMatchOutput(t *testing.T) {
	for _, tt := range []struct {
		name, want, got string
		diff            string
	}{
		{name: "same", want: "a\nb", got: "a\nb\n"},
		{name: "both empty", want: "", got: "\n"},
		{name: "runs of white space", want: "NAME  READY", got: "NAME\t    READY   "},
		{name: "within a word", want: "pod/app-...", got: "pod/app-7d49b"},
		{name: "in the middle of a word", want: "80:3.../TCP", got: "80:31686/TCP"},
		{name: "a word", want: "by ... from", got: "by 10.1.0.1 from"},
		{name: "several words", want: "a ... b", got: "a x y z b"},
		{name: "no word", want: "a ... b", got: "a b"},
		{name: "first word", want: "... Ready", got: "node-1 Ready"},
		{name: "last word missing", want: "IP NODE ...", got: "IP NODE"},
		{name: "lines", want: "a\n...\nd", got: "a\nb\nc\nd"},
		{name: "no line", want: "...\na\n...", got: "a"},
		{name: "nothing but lines", want: "...", got: ""},
		{name: "lines, tried twice", want: "...\na\nb", got: "a\nx\na\nb"},
		{name: "pattern signs", want: "a (b) [c] *", got: "a (b) [c] *"},

		{name: "other line", want: "a\nb", got: "a\nc", diff: `line 2: wanted "b", got "c"`},
		{name: "pattern signs are not patterns", want: "a.c", got: "abc", diff: `line 1: wanted "a.c", got "abc"`},
		{name: "too short", want: "a\nb", got: "a", diff: `line 2: wanted "b", got the end of the output`},
		{name: "too long", want: "a", got: "a\nb", diff: `line 2: wanted the end of the output, got "b"`},
		{name: "part of a word", want: "a ... b", got: "a xb", diff: `line 1: wanted "a ... b", got "a xb"`},
		{name: "dots do not reach over lines", want: "a ...", got: "a\nb", diff: `line 2: wanted the end of the output, got "b"`},
		{name: "after lines", want: "...\na\nb", got: "x\na\nc", diff: `line 3: wanted "b", got "c"`},
		{name: "bad bytes", want: "a", got: "\xff", diff: `line 1: wanted "a", got "?"`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			ok, diff := MatchOutput(tt.want, tt.got)
			if ok != (tt.diff == "") || diff != tt.diff {
				t.Errorf("MatchOutput(%q, %q) = %v, %q; want diff %q", tt.want, tt.got, ok, diff, tt.diff)
			}
		})
	}
}
