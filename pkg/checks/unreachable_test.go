package checks

import (
	"encoding/pem"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/discovery"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/rest"
)

// answering is a server that answers everything the same way.
func answering(t *testing.T, withTLS bool, status int, contentType, body string) *httptest.Server {
	t.Helper()
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", contentType)
		w.WriteHeader(status)
		_, _ = w.Write([]byte(body)) // who hung up does not want it
	}))
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	if withTLS {
		server.StartTLS()
	} else {
		server.Start()
	}
	t.Cleanup(server.Close)
	return server
}

// TestUnreachable asks servers that are no API server, or not yours, with the
// clients that the program uses, as each words its errors differently.
func TestUnreachable(t *testing.T) {
	page := answering(t, false, http.StatusOK, "text/html; charset=utf-8", "<!DOCTYPE html><title>Log in</title>")
	bare := answering(t, false, http.StatusOK, "application/json", "<html>")
	stranger := answering(t, true, http.StatusOK, "application/json", "{}")
	unauthorized := answering(t, false, http.StatusUnauthorized, "application/json", `{"kind":"Status","apiVersion":"v1","status":"Failure","message":"Unauthorized","reason":"Unauthorized","code":401}`)
	plainUnauthorized := answering(t, false, http.StatusUnauthorized, "text/plain", "go away")
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	closed := listener.Addr().String()
	listener.Close()

	for name, tt := range map[string]struct {
		config rest.Config
		en, zh string
	}{
		"a login page":          {rest.Config{Host: page.URL}, "an HTML page answered", "HTML 页面"},
		"HTML called JSON":      {rest.Config{Host: bare.URL}, "an HTML page answered", "HTML 页面"},
		"another authority":     {rest.Config{Host: stranger.URL}, "isn't signed by the authority in your kubeconfig", "证书颁发机构"},
		"401":                   {rest.Config{Host: unauthorized.URL}, "doesn't accept your credentials", "不接受你的凭据"},
		"401 in plain text":     {rest.Config{Host: plainUnauthorized.URL}, "doesn't accept your credentials", "不接受你的凭据"},
		"nobody there":          {rest.Config{Host: "https://" + closed}, "nothing listens on " + closed, closed + " 上没有服务在监听"},
		"no TLS":                {rest.Config{Host: strings.Replace(page.URL, "http:", "https:", 1)}, "doesn't use TLS", "不支持 TLS"},
		"TLS, and not asked":    {rest.Config{Host: strings.Replace(stranger.URL, "https:", "http:", 1)}, "does the address start with https?", "https 开头"},
		"no such host":          {rest.Config{Host: "https://nowhere.invalid"}, `there is no host "nowhere.invalid"`, "找不到主机"},
		"certificate for other": {rest.Config{Host: strings.Replace(stranger.URL, "127.0.0.1", "localhost", 1), TLSClientConfig: rest.TLSClientConfig{CAData: pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: stranger.Certificate().Raw})}}, `isn't valid for the address "localhost"`, "不适用于地址"},
	} {
		t.Run(name, func(t *testing.T) {
			for client, ask := range askers(t) {
				err := ask(&tt.config)
				if err == nil {
					t.Errorf("%s: no error", client)
					continue
				}
				why, ok := Unreachable(err)
				if !ok || !strings.Contains(why.EN, tt.en) || !strings.Contains(why.ZH, tt.zh) {
					t.Errorf("%s: %+v, want %q and %q; the error is %v", client, why, tt.en, tt.zh, err)
				}
				if got := troubleOf(err); got != why {
					t.Errorf("%s: a check says %q", client, got.EN)
				}
			}
		})
	}
}

// askers ask an API server, each in a way of its own.
func askers(t *testing.T) map[string]func(*rest.Config) error {
	t.Helper()
	return map[string]func(*rest.Config) error{
		"dynamic": func(c *rest.Config) error {
			client, err := dynamic.NewForConfig(c)
			if err == nil {
				_, err = client.Resource(schema.GroupVersionResource{Version: "v1", Resource: "pods"}).List(t.Context(), metav1.ListOptions{})
			}
			return err
		},
		"discovery": func(c *rest.Config) error {
			client, err := discovery.NewDiscoveryClientForConfig(c)
			if err == nil {
				_, err = client.ServerVersion()
			}
			return err
		},
	}
}
