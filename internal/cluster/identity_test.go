package cluster

import (
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"
)

func TestIdentitiesAreCompared(t *testing.T) {
	const a, b = "https://10.0.0.1:6443", "https://10.0.0.2:6443"
	for name, tt := range map[string]struct {
		recorded, now Identity
		want          Sameness
	}{
		"the same":                   {Identity{"u1", a, "c1"}, Identity{"u1", a, "c1"}, Same},
		"it moved":                   {Identity{"u1", a, "c1"}, Identity{"u1", b, "c2"}, Same},
		"made again, same address":   {Identity{"u1", a, "c1"}, Identity{"u2", a, "c1"}, Other},
		"forbidden, same":            {Identity{"", a, "c1"}, Identity{"", a, "c1"}, Same},
		"forbidden, other address":   {Identity{"", a, "c1"}, Identity{"", b, "c1"}, Other},
		"forbidden, other CA":        {Identity{"", a, "c1"}, Identity{"", a, "c2"}, Other},
		"forbidden since":            {Identity{"u1", a, "c1"}, Identity{"", a, "c1"}, Same},
		"allowed since":              {Identity{"", a, "c1"}, Identity{"u1", a, "c1"}, Same},
		"the system's CA":            {Identity{"", a, ""}, Identity{"", a, ""}, Unsure},
		"an old record":              {Identity{"", a, ""}, Identity{"u1", a, "c1"}, Unsure},
		"an old record, elsewhere":   {Identity{"", a, ""}, Identity{"u1", b, "c1"}, Other},
		"a record without a server":  {Identity{}, Identity{"u1", b, "c1"}, Other},
		"its certificates went away": {Identity{"", a, "c1"}, Identity{"", a, ""}, Other},
	} {
		t.Run(name, func(t *testing.T) {
			if got := tt.recorded.Compare(tt.now); got != tt.want {
				t.Errorf("got %v, want %v", got, tt.want)
			}
		})
	}
}

func namespaceJSON(name, uid string) string {
	return fmt.Sprintf(`{"kind":"Namespace","apiVersion":"v1","metadata":{"name":%q,"uid":%q}}`, name, uid)
}

func TestRecognizeAsksForTheNamespaceWhereIdentitiesLeaveItOpen(t *testing.T) {
	const system, ours = "/api/v1/namespaces/kube-system", "/api/v1/namespaces/learn-a"
	forbidden := refuses(http.StatusForbidden, "Forbidden")
	for name, tt := range map[string]struct {
		system, ours http.HandlerFunc
		recorded     Identity
		want         Sameness
	}{
		"by UID":                     {says(namespaceJSON("kube-system", "u1")), nil, Identity{UID: "u1"}, Same},
		"by UID, whatever is there":  {says(namespaceJSON("kube-system", "u2")), says(namespaceJSON("learn-a", "n1")), Identity{UID: "u1"}, Other},
		"old record, namespace held": {says(namespaceJSON("kube-system", "u1")), says(namespaceJSON("learn-a", "n1")), Identity{Server: "https://elsewhere"}, Same},
		"old record, another's":      {says(namespaceJSON("kube-system", "u1")), says(namespaceJSON("learn-a", "n2")), Identity{Server: "https://elsewhere"}, Other},
		"old record, same server":    {says(namespaceJSON("kube-system", "u1")), nil, Identity{Server: "SERVER"}, Unsure},
		"nothing may be seen":        {forbidden, forbidden, Identity{Server: "SERVER"}, Unsure},
	} {
		t.Run(name, func(t *testing.T) {
			c := fakeAPI(t, map[string]http.HandlerFunc{system: tt.system, ours: tt.ours})
			if tt.recorded.Server == "SERVER" {
				tt.recorded.Server = c.Server
			}
			got, _, err := c.Recognize(t.Context(), tt.recorded, Namespace{Name: "learn-a", UID: "n1"})
			if err != nil || got != tt.want {
				t.Errorf("got %v, %v; want %v", got, err, tt.want)
			}
		})
	}
}

func TestIdentifySaysWhatStoppedIt(t *testing.T) {
	gone := httptest.NewServer(http.NotFoundHandler())
	gone.Close()
	if _, err := at(t, gone.URL).Identify(t.Context()); !isUnreachable(err) {
		t.Errorf("nobody there: got %v, want an UnreachableError", err)
	}
	c := fakeAPI(t, map[string]http.HandlerFunc{"/api/v1/namespaces/kube-system": refuses(http.StatusUnauthorized, "Unauthorized")})
	if _, err := c.Identify(t.Context()); err == nil || isUnreachable(err) {
		t.Errorf("not logged in: got %v, want the API server's refusal", err)
	}
}

func isUnreachable(err error) bool {
	_, ok := errors.AsType[*UnreachableError](err)
	return ok
}
