package ingress

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	networkingv1 "k8s.io/api/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
)

// ingressOf reads rules such as "shop.example Prefix /a web:80" or "default
// web:80"; "*" is no host. Annotations are name=value, without their prefix.
func ingressOf(age int, name, annotations string, rules ...string) *networkingv1.Ingress {
	class := className
	ing := &networkingv1.Ingress{
		ObjectMeta: metav1.ObjectMeta{
			Namespace: "default", Name: name, UID: types.UID(name), Annotations: map[string]string{},
			CreationTimestamp: metav1.NewTime(time.Unix(int64(1000-age), 0)),
		},
		Spec: networkingv1.IngressSpec{IngressClassName: &class},
	}
	for pair := range strings.FieldsSeq(annotations) {
		key, value, _ := strings.Cut(pair, "=")
		ing.Annotations[prefix+key] = value
	}
	for _, rule := range rules {
		words := strings.Fields(rule)
		service, port, _ := strings.Cut(words[len(words)-1], ":")
		to := networkingv1.IngressBackend{Service: &networkingv1.IngressServiceBackend{Name: service, Port: networkingv1.ServiceBackendPort{Name: port}}}
		if words[0] == "default" {
			ing.Spec.DefaultBackend = &to
			continue
		}
		kind := networkingv1.PathType(words[1])
		ing.Spec.Rules = append(ing.Spec.Rules, networkingv1.IngressRule{
			Host: strings.TrimPrefix(words[0], "~"),
			IngressRuleValue: networkingv1.IngressRuleValue{HTTP: &networkingv1.HTTPIngressRuleValue{
				Paths: []networkingv1.HTTPIngressPath{{Path: words[2], PathType: &kind, Backend: to}},
			}},
		})
	}
	return ing
}

// went says where a request goes: the service, and the URI when it is rewritten.
func went(t *table, request string) string {
	host, uri, _ := strings.Cut(request, "/")
	uri, query, _ := strings.Cut("/"+uri, "?")
	l, ok := t.siteOf(host).find(normalize(uri))
	if !ok {
		return "404"
	}
	if to, q, ok := l.target(normalize(uri), query); ok {
		return fmt.Sprintf("%s %s?%s", l.to.service, to, q)
	}
	return l.to.service
}

func TestWhere(t *testing.T) {
	const p, e, i = "Prefix", "Exact", "ImplementationSpecific"
	tests := map[string]struct {
		ingresses []*networkingv1.Ingress
		want      map[string]string
	}{
		"a prefix is by whole parts": {[]*networkingv1.Ingress{ingressOf(1, "a", "", "~ "+p+" /user web:80")}, map[string]string{
			"any/user": "web", "any/user/": "web", "any/user/7": "web", "any/users": "404", "any/": "404", "any/User": "404", "any//user": "web", "any/x/../user": "web",
		}},
		"a slash at the end of a prefix is no matter": {[]*networkingv1.Ingress{ingressOf(1, "a", "", "~ "+p+" /user/ web:80")}, map[string]string{
			"any/user": "404", "any/user/": "web", "any/user/7": "web",
		}},
		"exact is exact": {[]*networkingv1.Ingress{ingressOf(1, "a", "", "~ "+e+" /user web:80")}, map[string]string{
			"any/user": "web", "any/user/": "404", "any/user/7": "404",
		}},
		"implementation specific is a prefix of letters": {[]*networkingv1.Ingress{ingressOf(1, "a", "", "~ "+i+" /user web:80")}, map[string]string{
			"any/user": "web", "any/users": "web", "any/use": "404",
		}},
		"exact goes before prefix, long before short": {[]*networkingv1.Ingress{
			ingressOf(1, "a", "", "~ "+p+" / root:80", "~ "+p+" /a a:80", "~ "+e+" /a exact:80", "~ "+p+" /a/b ab:80"),
		}, map[string]string{"any/": "root", "any/z": "root", "any/a": "exact", "any/a/": "a", "any/a/b": "ab", "any/a/b/c": "ab", "any/a/bc": "a"}},
		"hosts": {[]*networkingv1.Ingress{ingressOf(
			1, "a", "", "shop.example "+p+" / shop:80", "*.example "+p+" / wild:80", "*.deep.example "+p+" / deep:80", "~ "+p+" / any:80",
		)}, map[string]string{
			"shop.example/": "shop", "SHOP.example:8080/": "shop", "x.example/": "wild", "x.y.example/": "wild", "x.deep.example/": "deep", "example/": "any", "127.0.0.1:8080/": "any",
		}},
		"a host of its own does not fall back to all hosts": {[]*networkingv1.Ingress{
			ingressOf(1, "a", "", "shop.example "+p+" /a shop:80"), ingressOf(1, "b", "", "~ "+p+" / any:80"),
		}, map[string]string{"shop.example/b": "404", "other/b": "any"}},
		"a default without rules": {[]*networkingv1.Ingress{ingressOf(1, "a", "", "default rest:80"), ingressOf(1, "b", "", "shop.example "+p+" /a shop:80")}, map[string]string{
			"any/x": "rest", "shop.example/a": "shop", "shop.example/b": "404",
		}},
		"a default beside rules": {[]*networkingv1.Ingress{ingressOf(1, "a", "", "~ "+p+" /user user:80", "~ "+p+" /pay pay:80", "default user:80")}, map[string]string{
			"any/user": "user", "any/pay": "pay", "any/other": "user", "any/": "user",
		}},
		"a rewrite to the root": {[]*networkingv1.Ingress{ingressOf(1, "a", "rewrite-target=/", "~ "+p+" /user user:80", "~ "+p+" /pay pay:80")}, map[string]string{
			"any/user": "user /?", "any/user/7?a=b": "user /?a=b", "any/users": "user /?", "any/pay": "pay /?", "any/": "404",
		}},
		"a rewrite with captures": {[]*networkingv1.Ingress{ingressOf(1, "a", "rewrite-target=/$2 use-regex=true", "~ "+i+" /user(/|$)(.*) user:80")}, map[string]string{
			"any/user": "user /?", "any/user/7/8?a=b": "user /7/8?a=b", "any/USER/x": "user /x?", "any/users": "404",
		}},
		"a rewrite of the rest": {[]*networkingv1.Ingress{ingressOf(1, "a", "rewrite-target=/$2", "shop "+i+" /user(/|$)(.*) user:80", "default other:80")}, map[string]string{
			"shop/user/7": "user /7?", "shop/nowhere": "other /?",
		}},
		"a rewrite without rules": {[]*networkingv1.Ingress{ingressOf(1, "a", "rewrite-target=/there", "default other:80")}, map[string]string{
			"shop/nowhere": "other",
		}},
		"a rewrite to the root of the rest": {[]*networkingv1.Ingress{ingressOf(1, "a", "rewrite-target=/", "shop Prefix /user user:80", "default other:80")}, map[string]string{
			"shop/nowhere": "other",
		}},
		"a rewrite with a query": {[]*networkingv1.Ingress{ingressOf(1, "a", "rewrite-target=/find?q=$1", "~ "+i+" /q/(.*) q:80")}, map[string]string{
			"any/q/cat": "q /find?q=cat", "any/q/cat?n=2": "q /find?q=cat&n=2",
		}},
		"a regular expression makes the whole host regular": {[]*networkingv1.Ingress{
			ingressOf(2, "a", "use-regex=true", "~ "+i+" /item/[0-9]+$ item:80"), ingressOf(1, "b", "", "~ "+e+" /list list:80", "~ "+p+" /item items:80"),
		}, map[string]string{"any/item/7": "item", "any/item/x": "items", "any/list/more": "list", "any/LIST": "list"}},
		"the older keeps a path":                 {[]*networkingv1.Ingress{ingressOf(1, "young", "", "~ "+p+" /a young:80"), ingressOf(9, "old", "", "~ "+p+" /a old:80")}, map[string]string{"any/a": "old"}},
		"an Ingress with a bad path is left out": {[]*networkingv1.Ingress{ingressOf(1, "a", "", "~ "+p+" /a(.*) a:80", "~ "+p+" /b b:80")}, map[string]string{"any/a": "404", "any/b": "404"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			table := build(test.ingresses)
			got := map[string]string{}
			for request := range test.want {
				got[request] = went(table, request)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestNotes(t *testing.T) {
	tests := map[string]struct {
		ing  *networkingv1.Ingress
		want []string
	}{
		"nothing to say":  {ingressOf(1, "a", "rewrite-target=/ ssl-redirect=false backend-protocol=HTTP canary-weight-total=100", "~ Prefix /a a:80"), nil},
		"not known":       {ingressOf(1, "a", "enable-cors=true backend-protocol=GRPC", "~ Prefix /a a:80"), []string{"The annotation nginx.ingress.kubernetes.io/backend-protocol is not supported", "The annotation nginx.ingress.kubernetes.io/enable-cors is not supported"}},
		"bad values":      {ingressOf(1, "a", "canary=yes proxy-body-size=much", "~ Prefix /a a:80"), []string{`proxy-body-size: "much" is not a size`, `canary: "yes" is neither`}},
		"half a canary":   {ingressOf(1, "a", "canary-weight=10", "~ Prefix /a a:80"), []string{`have no effect without nginx.ingress.kubernetes.io/canary: "true"`}},
		"a lonely canary": {ingressOf(1, "a", "canary=true", "~ Prefix /a a:80"), []string{`No other Ingress has the host "" and the path "/a"`}},
		"a bad path":      {ingressOf(1, "a", "", "~ Prefix /a(/|$)(.*) a:80"), []string{"path /a(/|$)(.*) cannot be used with pathType Prefix"}},
		"a bad expression": {
			ingressOf(1, "a", "use-regex=true canary-by-header-pattern=(", "~ ImplementationSpecific /a(?=b) a:80"),
			[]string{"cannot read the regular expression \"(\"", "The sandbox cannot read the path /a(?=b)"},
		},
	}
	for name, test := range tests {
		got := build([]*networkingv1.Ingress{test.ing}).notes["a"]
		if len(got) != len(test.want) {
			t.Errorf("%s: %q", name, got)
			continue
		}
		for i := range got {
			if !strings.Contains(got[i], test.want[i]) {
				t.Errorf("%s: %q, want %q", name, got[i], test.want[i])
			}
		}
	}
	secure := ingressOf(1, "a", "", "~ Prefix /a a:80")
	secure.Spec.TLS = []networkingv1.IngressTLS{{}}
	if got := build([]*networkingv1.Ingress{secure}).notes["a"]; len(got) != 1 || !strings.Contains(got[0], "HTTP only") {
		t.Errorf("TLS: %q", got)
	}
}

func FuzzTable(f *testing.F) {
	f.Add("/a(/|$)(.*)", "/$2", "/a/b?c", true)
	f.Add("/a", "$9${x}$$", "//a/../", false)
	f.Fuzz(func(_ *testing.T, path, rewrite, uri string, regex bool) {
		ing := ingressOf(1, "a", fmt.Sprintf("use-regex=%t", regex), "~ ImplementationSpecific x a:80")
		ing.Annotations[prefix+"rewrite-target"] = rewrite
		ing.Spec.Rules[0].HTTP.Paths[0].Path = path
		went(build([]*networkingv1.Ingress{ing}), "host"+uri)
	})
}
