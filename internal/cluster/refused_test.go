package cluster

import (
	"errors"
	"net/http"
	"testing"
)

// byMethod responds differently to reading and to creating.
func byMethod(get, post http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPost {
			post(w, r)
			return
		}
		get(w, r)
	}
}

func review(allowed string) http.HandlerFunc {
	return says(`{"kind":"SelfSubjectAccessReview","apiVersion":"authorization.k8s.io/v1","status":{"allowed":` + allowed + `}}`)
}

func TestNamespaceThatIsRefusedSaysWhetherItIsForRights(t *testing.T) {
	missing := refuses(http.StatusNotFound, "NotFound")
	for name, tt := range map[string]struct {
		create, review http.HandlerFunc
		rights         bool
	}{
		"no rights":     {refuses(http.StatusForbidden, "Forbidden"), review("false"), true},
		"a quota":       {refuses(http.StatusForbidden, "Forbidden"), review("true"), false},
		"a webhook":     {refuses(http.StatusBadRequest, "BadRequest"), review("true"), false},
		"webhook away":  {refuses(http.StatusInternalServerError, "InternalError"), review("true"), false},
		"nobody to ask": {refuses(http.StatusForbidden, "Forbidden"), missing, false},
	} {
		t.Run(name, func(t *testing.T) {
			c := fakeAPI(t, map[string]http.HandlerFunc{
				"/api/v1/namespaces": byMethod(missing, tt.create),
				"/apis/authorization.k8s.io/v1/selfsubjectaccessreviews": tt.review,
			})
			_, made, err := c.EnsureNamespace(t.Context(), Claim{Lesson: "a", Record: "r"})
			refused, ok := errors.AsType[*RefusedError](err)
			if made || !ok || refused.Rights != tt.rights || refused.Namespace != "learn-a" || refused.Context != "x" {
				t.Errorf("got %+v (%v)", refused, err)
			}
		})
	}
}

// A lost response is not a refusal: the namespace may exist.
func TestNamespaceWhoseAnswerGotLostIsTaken(t *testing.T) {
	const ours = `{"kind":"Namespace","apiVersion":"v1","metadata":{"name":"learn-a","uid":"u1","annotations":{"kubectl-learn.dev/record":"r"}}}`
	c := fakeAPI(t, map[string]http.HandlerFunc{
		"/api/v1/namespaces":         byMethod(nil, refuses(http.StatusGatewayTimeout, "Timeout")),
		"/api/v1/namespaces/learn-a": says(ours),
	})
	ns, made, err := c.EnsureNamespace(t.Context(), Claim{Lesson: "a", Record: "r"})
	if err != nil || !made || ns.UID != "u1" {
		t.Errorf("got %+v, made %v, %v", ns, made, err)
	}
}

func TestNamespaceIsNotMadeWhenItCannotBeWrittenDown(t *testing.T) {
	full := errors.New("no space left on device")
	c := fakeAPI(t, map[string]http.HandlerFunc{"/api/v1/namespaces": func(http.ResponseWriter, *http.Request) {
		t.Error("a namespace was made")
	}})
	if _, _, err := c.EnsureNamespace(t.Context(), Claim{Lesson: "a", About: func(string) error { return full }}); !errors.Is(err, full) {
		t.Errorf("got %v", err)
	}
}
