package visible

import "testing"

func TestTable(t *testing.T) {
	got := Table([][]string{{"名称", "STATE", "PODS"}, {"sandbox-1", "运行中\x1b[2J", "12"}, {"“a”…", "é", ""}, {"e\u0301", "x"}})
	want := "名称        STATE           PODS\nsandbox-1   运行中\\x1b[2J   12\n“a”…        é\ne\u0301           x\n"
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if got := Table(nil); got != "" {
		t.Errorf("nothing gives %q", got)
	}
}

func TestWidthDoesNotDependOnTheLocale(t *testing.T) {
	for _, locale := range []string{"C", "zh_CN.UTF-8", "ja_JP.UTF-8"} {
		t.Setenv("LC_ALL", locale)
		for text, want := range map[string]int{"…": 1, "中文": 4, "“中”": 4, "👩‍🚀": 2, "✓": 1, "⏳": 2} {
			if got := Width(text); got != want {
				t.Errorf("%s: Width(%q) = %d, want %d", locale, text, got, want)
			}
		}
	}
}
