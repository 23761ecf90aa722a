package checks

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/runtime/serializer/protobuf"
	"k8s.io/client-go/rest"

	"github.com/kubectl-learn/kubectl-learn/pkg/checks/internal/kube"
)

// engineFor makes an engine for a made-up API server.
func engineFor(t *testing.T, handler http.Handler) *Engine {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	e, err := NewEngine(&rest.Config{Host: server.URL})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(e.Close)
	return e
}

const statusText = `{"kind":"Status","apiVersion":"v1","status":"Failure","reason":%q,"code":%d,"message":%q}`

func refuse(w http.ResponseWriter, code int, reason, message string) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(code)
	fmt.Fprintf(w, statusText, reason, code, message)
}

// refuseProxied refuses as the API server does when it cannot pass a request on: in
// the first form that the request accepts.
func refuseProxied(w http.ResponseWriter, r *http.Request, code int32, reason, message string) {
	if first, _, _ := strings.Cut(r.Header.Get("Accept"), ","); first != ownMedia {
		refuse(w, int(code), reason, message)
		return
	}
	scheme := runtime.NewScheme()
	metav1.AddToGroupVersion(scheme, schema.GroupVersion{Version: "v1"})
	w.Header().Set("Content-Type", ownMedia)
	w.WriteHeader(int(code))
	//nolint:errcheck // the client may be gone
	protobuf.NewSerializer(scheme, scheme).Encode(&metav1.Status{
		TypeMeta: metav1.TypeMeta{Kind: "Status", APIVersion: "v1"},
		Status:   metav1.StatusFailure, Code: code, Reason: metav1.StatusReason(reason), Message: message,
	}, w)
}

func TestVisits(t *testing.T) {
	const services = "/api/v1/namespaces/learn/services/"
	mux := http.NewServeMux()
	mux.HandleFunc(services+"web:80/proxy/echo", func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		w.Header().Set("Server", "fake")
		fmt.Fprintf(w, "%s %s %s %s", r.Method, r.URL.RawQuery, r.Header.Get("X-Say"), body)
	})
	mux.HandleFunc(services+"https:tls:443/proxy/", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "tls") })
	mux.HandleFunc(services+"away:80/proxy/", func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "http://192.0.2.1/", http.StatusFound)
	})
	mux.HandleFunc(services+"bad:80/proxy/", func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusBadGateway)
		fmt.Fprint(w, "<center>nginx</center>")
	})
	mux.HandleFunc(services+"none:80/proxy/", func(w http.ResponseWriter, r *http.Request) {
		refuseProxied(w, r, http.StatusServiceUnavailable, "ServiceUnavailable", `no endpoints available for service "none"`)
	})
	mux.HandleFunc(services+"status:80/proxy/", func(w http.ResponseWriter, _ *http.Request) {
		refuse(w, http.StatusServiceUnavailable, "ServiceUnavailable", "my own")
	})
	mux.HandleFunc(services+"own:80/proxy/", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Server", "mine")
		refuse(w, http.StatusForbidden, "Forbidden", "my own")
	})
	mux.HandleFunc(services+"text:80/proxy/", func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusServiceUnavailable)
		fmt.Fprint(w, "error trying to reach service: the mill is closed")
	})
	mux.HandleFunc(services+"breaks:80/proxy/", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", "100")
		fmt.Fprint(w, "half of it")
		http.NewResponseController(w).Flush()
		panic(http.ErrAbortHandler)
	})
	mux.HandleFunc(services+"big:80/proxy/", func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprint(w, strings.Repeat("x", 2*maxBody))
	})
	mux.HandleFunc("/api/v1/namespaces/learn/pods/p:8080/proxy/", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "pod") })
	e := engineFor(t, mux).outside
	pod := &kube.Object{Object: document(t, "spec: {containers: [{ports: [{name: http, containerPort: 8080}]}]}")}
	tests := map[string]struct {
		probe request
		// want is each answer as "status body error".
		want []string
	}{
		"all of it": {
			request{
				Service: "web", Port: "80", Path: "/echo?a=b", Times: 2, Method: "POST", Body: "hi",
				Headers: map[string]string{"X-Say": "ho"}, Interval: time.Millisecond,
			},
			[]string{"200 POST a=b ho hi ", "200 POST a=b ho hi "},
		},
		"https":         {request{Service: "tls", Port: "443", Path: "/", Times: 1, Method: "GET", HTTPS: true}, []string{"200 tls "}},
		"redirect":      {request{Service: "away", Port: "80", Path: "/", Times: 1, Method: "POST"}, []string{"302  "}},
		"backend's 502": {request{Service: "bad", Port: "80", Path: "/", Times: 1, Method: "GET"}, []string{"502 <center>nginx</center> "}},
		"API's 503": {
			request{Service: "none", Port: "80", Path: "/", Times: 5, Method: "GET"},
			[]string{`0  no endpoints available for service "none"`},
		},
		"API's 503, another Accept": {
			request{Service: "none", Port: "80", Path: "/", Times: 1, Method: "GET", Headers: map[string]string{"Accept": "text/html"}},
			[]string{`0  no endpoints available for service "none"`},
		},
		"backend's Status": {
			request{Service: "status", Port: "80", Path: "/", Times: 1, Method: "GET"},
			[]string{`503 {"kind":"Status","apiVersion":"v1","status":"Failure","reason":"ServiceUnavailable","code":503,"message":"my own"} `},
		},
		"backend's Status, another Accept": {
			request{Service: "own", Port: "80", Path: "/", Times: 1, Method: "GET", Headers: map[string]string{"accept": "text/html"}},
			[]string{`403 {"kind":"Status","apiVersion":"v1","status":"Failure","reason":"Forbidden","code":403,"message":"my own"} `},
		},
		"backend's text": {
			request{Service: "text", Port: "80", Path: "/", Times: 1, Method: "GET"},
			[]string{"503 error trying to reach service: the mill is closed "},
		},
		"broken off": {
			request{Service: "breaks", Port: "80", Path: "/", Times: 3, Method: "GET"},
			[]string{"0  the answer broke off: unexpected EOF"},
		},
		"no such port's name": {
			request{Pod: "p", Port: "web", Path: "/", Times: 2, Method: "GET"},
			[]string{`0  no container of pod "p" names a port "web"`},
		},
		"pod's named port": {request{Pod: "p", Port: "http", Path: "/", Times: 1, Method: "GET"}, []string{"200 pod "}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			answers, err := e.visits(t.Context(), tt.probe, backend{namespace: "learn", pod: pod})
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, a := range answers {
				got = append(got, fmt.Sprintf("%d %s %s", a.status, a.body, a.err))
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("visits (-want +got):\n%s", diff)
			}
		})
	}
	t.Run("bounded", func(t *testing.T) {
		answers, err := e.visits(t.Context(), request{Service: "big", Port: "80", Path: "/", Times: 1, Method: "GET"}, backend{namespace: "learn"})
		if err != nil || len(answers) != 1 || len(answers[0].body) != maxBody {
			t.Errorf("a large body was not cut: %d answers, %v", len(answers), err)
		}
	})
}

// discoveryFor serves two kinds and hands the rest on.
func discoveryFor(handler http.HandlerFunc) http.Handler {
	mux := http.NewServeMux()
	reply := func(text string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			fmt.Fprint(w, text)
		}
	}
	mux.HandleFunc("/api", reply(`{"kind":"APIVersions","versions":["v1"]}`))
	mux.HandleFunc("/apis", reply(`{"kind":"APIGroupList","apiVersion":"v1","groups":[]}`))
	mux.HandleFunc("/api/v1", reply(`{"kind":"APIResourceList","groupVersion":"v1","resources":[
		{"name":"configmaps","kind":"ConfigMap","namespaced":true,"verbs":["list","watch"]},
		{"name":"secrets","kind":"Secret","namespaced":true,"verbs":["list","watch"]}]}`))
	mux.HandleFunc("/api/v1/", handler)
	return mux
}

func lookAt(t *testing.T, e *Engine, src string) Result {
	t.Helper()
	results, err := e.Look(t.Context(), "learn", parsed(t, src))
	if err != nil {
		t.Fatal(err)
	}
	return results[0]
}

func parsed(tb testing.TB, src string) []Check {
	tb.Helper()
	checks, err := Parse([]byte(src), Position{File: "test", Line: 1})
	if err != nil {
		tb.Fatal(err)
	}
	return checks
}

const settings = "- {id: s, name: S, object: {kind: ConfigMap, name: settings}}"

func TestLookTroubles(t *testing.T) {
	refusing := func(code int, reason string) http.Handler {
		return discoveryFor(func(w http.ResponseWriter, _ *http.Request) { refuse(w, code, reason, "no, "+reason) })
	}
	tests := map[string]struct {
		handler   http.Handler
		src, want string
	}{
		"forbidden":       {refusing(403, "Forbidden"), settings, "not allowed to look: no, Forbidden"},
		"no credentials":  {refusing(401, "Unauthorized"), settings, "the API server does not accept your credentials: they are wrong or have expired"},
		"internal error":  {refusing(500, "InternalError"), settings, "the API server cannot tell: no, InternalError"},
		"absent, unasked": {refusing(403, "Forbidden"), "- {id: s, name: S, absent: {kind: ConfigMap, name: x}}", "not allowed to look: no, Forbidden"},
		"kind not served": {refusing(403, "Forbidden"), "- {id: s, name: S, object: {kind: ConfigMpa, name: x}}", `the cluster has no kind "ConfigMpa", but it has "ConfigMap"`},
		"other version":   {refusing(403, "Forbidden"), "- {id: s, name: S, object: {kind: Secret, apiVersion: v2, name: x}}", `the cluster has no kind "v2 Secret"`},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			r := lookAt(t, engineFor(t, tt.handler), tt.src)
			if r.Verdict != Unknown || r.Reason.EN != tt.want {
				t.Errorf("Look gave %s, %q; want unknown, %q", r.Verdict, r.Reason.EN, tt.want)
			}
		})
	}
}

func TestLookWithoutServer(t *testing.T) {
	server := httptest.NewServer(http.NotFoundHandler())
	server.Close()
	e, err := NewEngine(&rest.Config{Host: server.URL})
	if err != nil {
		t.Fatal(err)
	}
	defer e.Close()
	r := lookAt(t, e, settings)
	if r.Verdict != Unknown || !strings.HasPrefix(r.Reason.EN, "the API server cannot be reached: nothing listens on 127.0.0.1:") {
		t.Errorf("Look gave %s, %q; want unknown, cannot be reached", r.Verdict, r.Reason.EN)
	}
}
