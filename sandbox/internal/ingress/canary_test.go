package ingress

import (
	"net/http"
	"net/http/httptest"
	"testing"

	networkingv1 "k8s.io/api/networking/v1"
)

func TestCanary(t *testing.T) {
	const always, never, sometimes = 100, 0, 30
	tests := map[string]struct {
		annotations    string
		header, cookie string
		want           int // of a hundred
	}{
		"nothing asked for":               {"canary=true", "", "", never},
		"weight":                          {"canary=true canary-weight=30", "", "", sometimes},
		"all the weight":                  {"canary=true canary-weight=100", "", "", always},
		"weight of a larger total":        {"canary=true canary-weight=300 canary-weight-total=1000", "", "", sometimes},
		"a smaller total is a hundred":    {"canary=true canary-weight=30 canary-weight-total=30", "", "", sometimes},
		"header always":                   {"canary=true canary-by-header=X-Canary", "always", "", always},
		"header never before weight":      {"canary=true canary-by-header=X-Canary canary-weight=100", "never", "", never},
		"another header value":            {"canary=true canary-by-header=X-Canary canary-weight=30", "yes", "", sometimes},
		"no header":                       {"canary=true canary-by-header=X-Canary canary-weight=30", "", "", sometimes},
		"the header value":                {"canary=true canary-by-header=X-Canary canary-by-header-value=beta", "beta", "", always},
		"always is no header value":       {"canary=true canary-by-header=X-Canary canary-by-header-value=beta", "always", "", never},
		"the header pattern":              {"canary=true canary-by-header=X-Canary canary-by-header-pattern=^b.t", "beta", "", always},
		"not the header pattern":          {"canary=true canary-by-header=X-Canary canary-by-header-pattern=^b.t", "alpha", "", never},
		"value before pattern":            {"canary=true canary-by-header=X-Canary canary-by-header-value=x canary-by-header-pattern=b", "b", "", never},
		"cookie always":                   {"canary=true canary-by-cookie=beta", "", "always", always},
		"cookie never before weight":      {"canary=true canary-by-cookie=beta canary-weight=100", "", "never", never},
		"another cookie value":            {"canary=true canary-by-cookie=beta canary-weight=30", "", "yes", sometimes},
		"header before cookie":            {"canary=true canary-by-header=X-Canary canary-by-cookie=beta", "never", "always", never},
		"cookie when the header is unset": {"canary=true canary-by-header=X-Canary canary-by-cookie=beta", "", "always", always},
	}
	for name, test := range tests {
		s, notes := read(ingressOf(1, "a", test.annotations, "~ Prefix / a:80"))
		if len(notes) > 0 {
			t.Errorf("%s: %q", name, notes)
		}
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		if test.header != "" {
			r.Header.Set("X-Canary", test.header)
		}
		if test.cookie != "" {
			r.AddCookie(&http.Cookie{Name: "beta", Value: test.cookie})
		}
		const rounds = 5000
		taken := 0
		for range rounds {
			if s.canary.takes(r) {
				taken++
			}
		}
		got := 100 * float64(taken) / rounds
		// Six standard deviations: it fails once in a hundred million runs.
		if slack := map[int]float64{sometimes: 4}[test.want]; got < float64(test.want)-slack || got > float64(test.want)+slack {
			t.Errorf("%s: %.1f of 100, want %d", name, got, test.want)
		}
	}
}

func TestCanaryBeside(t *testing.T) {
	stable := ingressOf(9, "stable", "", "shop.example Prefix /a stable:80", "shop.example Prefix /b stable:80", "shop.example Prefix /c other:80")
	beside := ingressOf(1, "beside", "canary=true canary-weight=5", "shop.example Prefix /a new:80")
	second := ingressOf(0, "second", "canary=true canary-weight=50", "shop.example Prefix /a newer:80")
	table := build([]*networkingv1.Ingress{second, beside, stable})
	got := table.canaries[backend{"default", "stable", "80"}]
	if got.service != "new" || got.weight != 5 {
		t.Errorf("beside stable stands %+v", got)
	}
	if _, ok := table.canaries[backend{"default", "other", "80"}]; ok || len(table.canaries) != 1 {
		t.Errorf("canaries %v", table.canaries)
	}
	if got := went(table, "shop.example/a"); got != "stable" {
		t.Errorf("/a leads to %s", got)
	}
}
