package lang

import "testing"

func TestParse(t *testing.T) {
	for _, tt := range []struct {
		give string
		want Lang
		ok   bool
	}{
		{"zh", Chinese, true},
		{"zh_CN.UTF-8", Chinese, true},
		{"zh-Hans", Chinese, true},
		{"ZH_tw@x", Chinese, true},
		{"en_GB", English, true},
		{"C.UTF-8", English, false},
		{"", English, false},
		{"french", English, false},
	} {
		if got, ok := Parse(tt.give); got != tt.want || ok != tt.ok {
			t.Errorf("Parse(%q) = %q, %v", tt.give, got, ok)
		}
	}
}

func TestMessagefSpeaksEveryLanguageThroughout(t *testing.T) {
	inner := Messagef("the sandbox", "沙箱")
	m := Messagef("%s has %d pods", "%[2]d 个 Pod 在%[1]s里", inner, 3)
	if m.EN != "the sandbox has 3 pods" || m.ZH != "3 个 Pod 在沙箱里" {
		t.Errorf("got %+v", m)
	}
	if got := Same("x %s").In(Chinese); got != "x %s" {
		t.Errorf("Same: %q", got)
	}
}

func TestFromEnv(t *testing.T) {
	tests := []struct {
		name string
		env  map[string]string
		want Lang
	}{
		{"nothing", nil, English},
		{"locale", map[string]string{"LANG": "zh_CN.UTF-8"}, Chinese},
		{"stronger locale", map[string]string{"LC_ALL": "C.UTF-8", "LANG": "zh_CN.UTF-8"}, English},
		{"messages", map[string]string{"LC_MESSAGES": "zh_TW", "LANG": "en_US.UTF-8"}, Chinese},
		{"locale of another language", map[string]string{"LC_ALL": "fr_FR.UTF-8", "LANG": "zh_CN.UTF-8"}, English},
		{"own", map[string]string{"OWN": "zh", "LC_ALL": "en_US.UTF-8"}, Chinese},
		{"own against a Chinese locale", map[string]string{"OWN": "en", "LANG": "zh_CN.UTF-8"}, English},
		{"own of another language", map[string]string{"OWN": "fr", "LANG": "zh_CN.UTF-8"}, Chinese},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := FromEnv(func(name string) string { return tt.env[name] }, "OWN"); got != tt.want {
				t.Errorf("%q, want %q", got, tt.want)
			}
		})
	}
}
