package cli

import (
	"encoding/json"
	"encoding/pem"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kubectl-learn/kubectl-learn/internal/advice"
	"github.com/kubectl-learn/kubectl-learn/internal/cluster"
	"github.com/kubectl-learn/kubectl-learn/internal/visible/hostile"
)

// fakeAPI is an API server with one ConfigMap, for clients with the token.
func fakeAPI(t *testing.T, token, configMap string) *httptest.Server {
	t.Helper()
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		if r.Header.Get("Authorization") != "Bearer "+token {
			w.WriteHeader(http.StatusUnauthorized)
			fmt.Fprint(w, `{"kind":"Status","apiVersion":"v1","status":"Failure","reason":"Unauthorized","message":"Unauthorized","code":401}`)
			return
		}
		switch {
		case r.URL.Path == "/api":
			fmt.Fprint(w, `{"kind":"APIVersions","versions":["v1"]}`)
		case r.URL.Path == "/apis":
			fmt.Fprint(w, `{"kind":"APIGroupList","apiVersion":"v1","groups":[]}`)
		case r.URL.Path == "/api/v1":
			fmt.Fprint(w, `{"kind":"APIResourceList","groupVersion":"v1","resources":[{"name":"configmaps","kind":"ConfigMap","namespaced":true,"verbs":["get","list","watch"]}]}`)
		case r.URL.Path == "/api/v1/namespaces/ci/configmaps" && r.URL.Query().Get("watch") != "":
			w.WriteHeader(http.StatusOK)
			w.(http.Flusher).Flush()
			<-r.Context().Done()
		case r.URL.Path == "/api/v1/namespaces/ci/configmaps":
			fmt.Fprintf(w, `{"kind":"ConfigMapList","apiVersion":"v1","metadata":{"resourceVersion":"1"},"items":[%s]}`, configMap)
		default:
			w.WriteHeader(http.StatusNotFound)
			fmt.Fprint(w, `{"kind":"Status","apiVersion":"v1","status":"Failure","reason":"NotFound","message":"nothing here","code":404}`)
		}
	}))
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.StartTLS()
	t.Cleanup(func() {
		server.CloseClientConnections()
		server.Close()
	})
	return server
}

func certificate(server *httptest.Server) []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw})
}

func writeFile(t *testing.T, name, text string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

const settings = `{"kind":"ConfigMap","apiVersion":"v1","metadata":{"name":"settings","namespace":"ci","uid":"u","resourceVersion":"1"},"data":{"mode":"on"}}`

// TestCheckFileInAPod has no kubeconfig, only what the kubelet gives a pod.
func TestCheckFileInAPod(t *testing.T) {
	alone(t)
	server := fakeAPI(t, "pod-token", settings)
	address, err := url.Parse(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	pod := t.TempDir()
	for name, text := range map[string]string{"token": "pod-token", "namespace": "ci\n", "ca.crt": string(certificate(server))} {
		if err := os.WriteFile(filepath.Join(pod, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	env := []string{"KUBERNETES_SERVICE_HOST=" + address.Hostname(), "KUBERNETES_SERVICE_PORT=" + address.Port()}
	file := writeFile(t, "checks.yaml", "- {id: a, name: A, object: {kind: ConfigMap, name: settings}, match: {data: {mode: 'on'}}}\n")
	got := executeIn(t, pod, env, "check", "-f", file, "-o", "json", "--timeout", "0s")
	if got.code != advice.Done || !strings.Contains(got.out, `"namespace": "ci"`) || !strings.Contains(got.out, `"passed": true`) {
		t.Errorf("exit code %d, %s%s", got.code, got.out, got.errOut)
	}
	if got := executeIn(t, pod, env, "check", "-f", file, "-n", "elsewhere", "--timeout", "0s"); got.code == advice.Done {
		t.Errorf("-n does not count: %s", got.out)
	}
	if got := executeIn(t, pod, nil, "check", "-f", file); got.code != advice.Usage {
		t.Errorf("without the environment: exit code %d, %s", got.code, got.errOut)
	}
	if got := executeIn(t, pod, env, "check", "-f", file, "--context", "here"); got.code != advice.Usage {
		t.Errorf("a context that there is not: exit code %d, %s", got.code, got.errOut)
	}
	if cluster.PodFolder != "/var/run/secrets/kubernetes.io/serviceaccount" {
		t.Errorf("pods have it in another folder than %s", cluster.PodFolder)
	}
}

// TestCheckFileUnreached prints complete documents if nothing responds, or something
// else does.
func TestCheckFileUnreached(t *testing.T) {
	alone(t)
	stranger := fakeAPI(t, "other", settings)
	trusted := strings.Replace(kubeconfig(stranger.URL), "cluster: {", "cluster: {certificate-authority: "+writeFile(t, "ca.crt", string(certificate(stranger)))+", ", 1)
	login := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		fmt.Fprint(w, "<html>log in</html>")
	}))
	t.Cleanup(login.Close)
	file := writeFile(t, "checks.yaml", "- {id: a, name: A, object: {kind: ConfigMap, name: settings}}\n- {id: b, name: B, points: 3, objects: {kind: ConfigMap}}\n")
	for name, tt := range map[string]struct{ kubeconfig, en, zh string }{
		"down":         {kubeconfig("https://127.0.0.1:1"), "nothing listens on 127.0.0.1:1", "没有服务在监听"},
		"a stranger":   {kubeconfig(stranger.URL), "signed by the authority in your kubeconfig", "证书颁发机构"},
		"401":          {trusted, "accept your credentials", "不接受你的凭据"},
		"a login page": {kubeconfig(login.URL), "an HTML page answered", "HTML 页面"},
	} {
		t.Run(name, func(t *testing.T) {
			config := writeFile(t, "config", tt.kubeconfig)
			got := execute(t, nil, "check", "-f", file, "--kubeconfig", config, "--timeout", "0s", "-o", "json")
			var report struct {
				Passed    bool
				PointsMax int
				Checks    []struct {
					ID, Verdict string
					Reason      struct{ EN, ZH string }
				}
			}
			if err := json.Unmarshal([]byte(got.out), &report); err != nil {
				t.Fatalf("%v in %q; %s", err, got.out, got.errOut)
			}
			if got.code != advice.Failed || report.Passed || report.PointsMax != 4 || len(report.Checks) != 2 {
				t.Errorf("exit code %d, %+v", got.code, report)
			}
			for _, c := range report.Checks {
				if c.Verdict != "unknown" || !strings.Contains(c.Reason.EN, tt.en) || !strings.Contains(c.Reason.ZH, tt.zh) {
					t.Errorf("%+v, want unknown with %q and %q", c, tt.en, tt.zh)
				}
			}
			got = execute(t, nil, "check", "-f", file, "--kubeconfig", config, "--timeout", "0s", "-o", "junit")
			if got.code != advice.Failed || !strings.Contains(got.out, `<testsuites tests="2" failures="0" errors="2"`) || !strings.Contains(got.out, tt.en) {
				t.Errorf("exit code %d, %s", got.code, got.out)
			}
		})
	}
}

// TestCheckFileHostile reads a file and a cluster that try to control the terminal.
func TestCheckFileHostile(t *testing.T) {
	alone(t)
	value, err := json.Marshal(hostile.Text)
	if err != nil {
		t.Fatal(err)
	}
	server := fakeAPI(t, "t", strings.Replace(settings, `"on"`, string(value), 1))
	const name = "ctx\x1b]52;c;aGk=\x07\u202e"
	config := writeFile(t, "config", fmt.Sprintf(`{"apiVersion":"v1","kind":"Config","clusters":[{"name":"c","cluster":{"server":%q,"certificate-authority":%q}}],"users":[{"name":"u","user":{"token":"t"}}],"contexts":[{"name":"ctx\u001b]52;c;aGk=\u0007\u202e","context":{"cluster":"c","user":"u","namespace":"ci"}}],"current-context":"ctx\u001b]52;c;aGk=\u0007\u202e"}`,
		server.URL, writeFile(t, "ca.crt", string(certificate(server)))))
	file := writeFile(t, "checks.yaml", `- id: a
  name: `+hostile.YAML+`
  object: {kind: ConfigMap, name: settings}
  match: {data: {mode: other}}
  hints: [{say: `+hostile.YAML+`}]
- id: b
  name: B
  object: {kind: ConfigMap, name: settings}
  cel: object.data.mode == "other"
- id: c
  name: C
  objects: {kind: ConfigMap, selector: "a=b"}
`)
	for _, l := range []string{"en", "zh"} {
		for _, format := range []string{"text", "json", "junit"} {
			got := execute(t, nil, "--lang", l, "check", "-f", file, "--kubeconfig", config, "--timeout", "0s", "-o", format)
			if got.code != advice.NotYet {
				t.Errorf("%s: exit code %d; %s", format, got.code, got.errOut)
			}
			hostile.Refuse(t, format+" on stdout", got.out)
			hostile.Refuse(t, format+" on stderr", got.errOut)
			switch format {
			case "json":
				var report struct {
					Context string
					Checks  []struct{ Name, Hint string }
				}
				if err := json.Unmarshal([]byte(got.out), &report); err != nil {
					t.Fatal(err)
				}
				want := strings.ReplaceAll(hostile.Text, "\x00", "")
				if diff := cmp.Diff([]string{name, want, want}, []string{report.Context, report.Checks[0].Name, report.Checks[0].Hint}); diff != "" {
					t.Errorf("JSON does not keep what it escapes: %s", diff)
				}
			case "junit":
				wantXML(t, got.out)
			default:
				if !strings.Contains(got.out, `\x1b[2J`) || !strings.Contains(got.out, `\u202e`) {
					t.Errorf("what was there is not shown: %s", got.out)
				}
			}
		}
	}
}

// wantXML reads a document to its end.
func wantXML(t *testing.T, text string) {
	t.Helper()
	decoder := xml.NewDecoder(strings.NewReader(text))
	seen := ""
	for {
		token, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatalf("%v in %s", err, text)
		}
		if start, ok := token.(xml.StartElement); ok {
			for _, a := range start.Attr {
				seen += a.Value
			}
		}
	}
	if !strings.Contains(seen, `\x1b[2J`) || strings.Contains(seen, "\uFFFD") {
		t.Errorf("JUnit loses what it cannot hold: %s", seen)
	}
}

// TestErrorsHostile puts hostile text on the command line and in the environment.
func TestErrorsHostile(t *testing.T) {
	alone(t)
	text := strings.ReplaceAll(hostile.Text, "\x00", "")
	for _, args := range [][]string{
		{text},
		{"--" + text},
		{"-" + text},
		{"list", text},
		{"--lang", text, "list"},
		{"start", text, "--yes"},
		{"start", "first-steps", "--yes", "--mode", text},
		{"start", "first-steps", "--yes", "--set", text},
		{"start", "first-steps", "--yes", "--timeout", text},
		{"start", "first-steps", "--yes", "--context", text},
		{"start", "first-steps", "--yes", "--context", "x", "--kubeconfig", text},
		{"check", "-f", text},
		{"check", "--step", text},
		{"check", "-o", text},
		{"url", text},
		{"url", "pod/" + text},
		{"reset", text},
		{"images", "save", "--from", text},
		{"images", "save", "--platform", text},
		{"edit-file", text},
		{"help", text},
		{"sandbox", text},
	} {
		for _, env := range [][]string{nil, {"KUBECTL_LEARN_HOME=/dev/null/" + text}} {
			got := execute(t, env, args...)
			if got.code == advice.Done {
				t.Errorf("%q: exit code 0", args)
			}
			hostile.Refuse(t, fmt.Sprintf("%q", args), got.out+got.errOut)
		}
	}
}
