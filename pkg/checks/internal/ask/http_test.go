package ask

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
	k8syaml "sigs.k8s.io/yaml"

	"github.com/kubectl-learn/kubectl-learn/pkg/checks/internal/kube"
)

// clientFor makes a client for a made-up API server.
func clientFor(t *testing.T, handler http.Handler) *Client {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	cfg := &rest.Config{Host: server.URL}
	web, err := rest.HTTPClientFor(cfg)
	if err != nil {
		t.Fatal(err)
	}
	c, err := New(cfg, web)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func document(t *testing.T, text string) *kube.Object {
	t.Helper()
	var o map[string]any
	if err := k8syaml.Unmarshal([]byte(text), &o); err != nil {
		t.Fatal(err)
	}
	return &kube.Object{Object: o}
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
		fmt.Fprint(w, strings.Repeat("x", 2*MaxBody))
	})
	mux.HandleFunc("/api/v1/namespaces/learn/pods/p:8080/proxy/", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "pod") })
	e := clientFor(t, mux)
	pod := document(t, "spec: {containers: [{ports: [{name: http, containerPort: 8080}]}]}")
	tests := map[string]struct {
		probe Request
		// want is each answer as "status body error".
		want []string
	}{
		"all of it": {
			Request{
				Service: "web", Port: "80", Path: "/echo?a=b", Times: 2, Method: "POST", Body: "hi",
				Headers: map[string]string{"X-Say": "ho"}, Interval: time.Millisecond,
			},
			[]string{"200 POST a=b ho hi ", "200 POST a=b ho hi "},
		},
		"https":         {Request{Service: "tls", Port: "443", Path: "/", Times: 1, Method: "GET", HTTPS: true}, []string{"200 tls "}},
		"redirect":      {Request{Service: "away", Port: "80", Path: "/", Times: 1, Method: "POST"}, []string{"302  "}},
		"backend's 502": {Request{Service: "bad", Port: "80", Path: "/", Times: 1, Method: "GET"}, []string{"502 <center>nginx</center> "}},
		"API's 503": {
			Request{Service: "none", Port: "80", Path: "/", Times: 5, Method: "GET"},
			[]string{`0  no endpoints available for service "none"`},
		},
		"API's 503, another Accept": {
			Request{Service: "none", Port: "80", Path: "/", Times: 1, Method: "GET", Headers: map[string]string{"Accept": "text/html"}},
			[]string{`0  no endpoints available for service "none"`},
		},
		"backend's Status": {
			Request{Service: "status", Port: "80", Path: "/", Times: 1, Method: "GET"},
			[]string{`503 {"kind":"Status","apiVersion":"v1","status":"Failure","reason":"ServiceUnavailable","code":503,"message":"my own"} `},
		},
		"backend's Status, another Accept": {
			Request{Service: "own", Port: "80", Path: "/", Times: 1, Method: "GET", Headers: map[string]string{"accept": "text/html"}},
			[]string{`403 {"kind":"Status","apiVersion":"v1","status":"Failure","reason":"Forbidden","code":403,"message":"my own"} `},
		},
		"backend's text": {
			Request{Service: "text", Port: "80", Path: "/", Times: 1, Method: "GET"},
			[]string{"503 error trying to reach service: the mill is closed "},
		},
		"broken off": {
			Request{Service: "breaks", Port: "80", Path: "/", Times: 3, Method: "GET"},
			[]string{"0  the response was cut short: unexpected EOF"},
		},
		"no such port's name": {
			Request{Pod: "p", Port: "web", Path: "/", Times: 2, Method: "GET"},
			[]string{`0  no container in pod "p" has a port named "web"`},
		},
		"pod's named port": {Request{Pod: "p", Port: "http", Path: "/", Times: 1, Method: "GET"}, []string{"200 pod "}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			answers, err := e.Visits(t.Context(), tt.probe, Backend{Namespace: "learn", Pod: pod})
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, a := range answers {
				got = append(got, fmt.Sprintf("%d %s %s", a.Status, a.Body, a.Err))
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("visits (-want +got):\n%s", diff)
			}
		})
	}
	t.Run("bounded", func(t *testing.T) {
		answers, err := e.Visits(t.Context(), Request{Service: "big", Port: "80", Path: "/", Times: 1, Method: "GET"}, Backend{Namespace: "learn"})
		if err != nil || len(answers) != 1 || len(answers[0].Body) != MaxBody {
			t.Errorf("a large body was not cut: %d answers, %v", len(answers), err)
		}
	})
}

func TestRedirects(t *testing.T) {
	const root = "/api/v1/namespaces/learn/services/web:http/proxy"
	mux := http.NewServeMux()
	mux.HandleFunc(root+"/old", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Location", root+"/dir/new?a=b") // as the API server's proxy writes it
		w.Header().Add("Set-Cookie", "a=1")
		w.Header().Add("Set-Cookie", "b=2")
		w.WriteHeader(http.StatusFound)
	})
	mux.HandleFunc(root+"/dir/new", func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "last", http.StatusPermanentRedirect)
	})
	mux.HandleFunc(root+"/dir/last", func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintf(w, "%s for %s", r.Method, r.Host)
	})
	mux.HandleFunc(root+"/away", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Location", "http://192.0.2.1/")
		w.WriteHeader(http.StatusFound)
	})
	// nginx writes the host that it was asked for, and the port that it listens on.
	mux.HandleFunc(root+"/absolute", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Location", "http://"+strings.ReplaceAll(r.URL.Query().Get("to"), "ASKED", hostOnly(r.Host)))
		w.WriteHeader(http.StatusMovedPermanently)
	})
	mux.HandleFunc(root+"/round", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Location", root+"/round")
		w.WriteHeader(http.StatusFound)
	})
	e := clientFor(t, mux)
	service := document(t, "{metadata: {name: web}, spec: {clusterIP: 10.0.0.7, ports: [{name: http, port: 80, targetPort: 8080}, {port: 81}]}}")
	const last = "200 GET for shop.example to , "
	tests := map[string]struct {
		path      string
		redirects int
		want      string
	}{
		"the host asked":     {"/absolute?to=shop.example/dir/last", 1, last},
		"it, and the port":   {"/absolute?to=shop.example:80/dir/last", 1, last},
		"the Service's name": {"/absolute?to=web/dir/last", 1, last},
		"in its namespace":   {"/absolute?to=web.learn/dir/last", 1, last},
		"in full":            {"/absolute?to=web.learn.svc.cluster.local/dir/last", 1, last},
		"its address":        {"/absolute?to=10.0.0.7/dir/last", 1, last},
		"another port":       {"/absolute?to=shop.example:8080/x", 1, "301  to http://shop.example:8080/x, , strayed"},
		"another Service":    {"/absolute?to=other/x", 1, "301  to http://other/x, , strayed"},
		"another namespace":  {"/absolute?to=web.other/x", 1, "301  to http://web.other/x, , strayed"},
		"the API server":     {"/absolute?to=127.0.0.1/x", 1, "301  to http://127.0.0.1/x, , strayed"},
		"none":               {"/old", 0, "302  to /dir/new?a=b, a=1, b=2"},
		"one":                {"/old", 1, "308  to last, "},
		"both":               {"/old", 5, "200 GET for shop.example to , "},
		"away":               {"/away", 5, "302  to http://192.0.2.1/, , strayed"},
		"circle":             {"/round", 3, "302  to /round, "},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			probe := Request{
				Service: "web", Port: "http", Path: tt.path, Times: 1, Method: "POST", Redirects: tt.redirects,
				Headers: map[string]string{"Host": "shop.example"},
			}
			answers, err := e.Visits(t.Context(), probe, Backend{Namespace: "learn", Service: service})
			if err != nil || len(answers) != 1 {
				t.Fatalf("%d answers, %v", len(answers), err)
			}
			a := answers[0]
			if a.Status >= 300 {
				a.Body = ""
			}
			got := fmt.Sprintf("%d %s to %s, %s", a.Status, a.Body, a.Headers["Location"], a.Headers["Set-Cookie"])
			if a.Strayed {
				got += ", strayed"
			}
			if diff := cmp.Diff(tt.want, strings.ReplaceAll(got, "/dir/last", "last")); diff != "" {
				t.Errorf("visits (-want +got):\n%s", diff)
			}
		})
	}
}
