package reach

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"testing"

	"k8s.io/client-go/rest"
)

const (
	services = `{"kind":"ServiceList","apiVersion":"v1","items":[
		{"metadata":{"name":"admission","namespace":"ingress-nginx"},"spec":{"ports":[{"port":443}]}},
		{"metadata":{"name":"controller","namespace":"ingress-nginx"},"spec":{"ports":[{"name":"http","port":80},{"name":"https","port":443}]}}]}`
	nginxClass   = `{"kind":"IngressClass","apiVersion":"networking.k8s.io/v1","metadata":{"name":"nginx"},"spec":{"controller":"k8s.io/ingress-nginx"}}`
	traefikClass = `{"kind":"IngressClass","apiVersion":"networking.k8s.io/v1","metadata":{"name":"nginx"},"spec":{"controller":"traefik.io/ingress-controller"}}`
)

func TestDoor(t *testing.T) {
	const ingress = `{"kind":"Ingress","apiVersion":"networking.k8s.io/v1","metadata":{"name":"shop"`
	for name, tt := range map[string]struct {
		ingress, class, services string
		want                     string
	}{
		"found":          {ingress + `},"spec":{"ingressClassName":"nginx"}}`, nginxClass, services, "ingress-nginx/controller"},
		"by annotation":  {ingress + `,"annotations":{"kubernetes.io/ingress.class":"nginx"}},"spec":{}}`, nginxClass, services, "ingress-nginx/controller"},
		"another's":      {ingress + `},"spec":{"ingressClassName":"nginx"}}`, traefikClass, services, `failed to find a Service of controller "traefik.io/ingress-controller" of class "nginx", which ingress "shop" uses`},
		"no such class":  {ingress + `},"spec":{"ingressClassName":"nginx"}}`, "", services, `failed to find a Service of controller "" of class "nginx", which ingress "shop" uses`},
		"no class":       {ingress + `},"spec":{}}`, nginxClass, services, `failed to find a Service of controller "" of class "", which ingress "shop" uses`},
		"behind nothing": {ingress + `},"spec":{"ingressClassName":"nginx"}}`, nginxClass, `{"kind":"ServiceList","apiVersion":"v1","items":[]}`, `failed to find a Service of controller "k8s.io/ingress-nginx" of class "nginx", which ingress "shop" uses`},
	} {
		t.Run(name, func(t *testing.T) {
			answers := map[string]string{
				"/apis/networking.k8s.io/v1/namespaces/learn/ingresses/shop": tt.ingress,
				"/apis/networking.k8s.io/v1/ingressclasses/nginx":            tt.class,
				"/api/v1/services": tt.services,
			}
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				body := answers[r.URL.Path]
				w.Header().Set("Content-Type", "application/json")
				if body == "" {
					w.WriteHeader(http.StatusNotFound)
					body = `{"kind":"Status","apiVersion":"v1","status":"Failure","reason":"NotFound","code":404}`
				}
				if _, err := w.Write([]byte(body)); err != nil {
					t.Error(err)
				}
			}))
			t.Cleanup(server.Close)
			f, err := New(&rest.Config{Host: server.URL})
			if err != nil {
				t.Fatal(err)
			}
			namespace, service, err := f.Door(t.Context(), "learn", "shop")
			got := namespace + "/" + service
			if _, ok := errors.AsType[*NoControllerError](err); ok {
				got = err.Error()
			} else if err != nil {
				t.Fatal(err)
			}
			if got != tt.want {
				t.Errorf("got %s, want %s", got, tt.want)
			}
		})
	}
}
