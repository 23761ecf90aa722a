package controlplane

import (
	"net/http"
	"strings"

	"k8s.io/apiserver/pkg/authentication/serviceaccount"
	"k8s.io/apiserver/pkg/endpoints/request"
	genericapiserver "k8s.io/apiserver/pkg/server"
)

// countUse calls begin at each request that doesn't come from a part of the
// cluster. A watch, a followed log or a port-forward is one request for as long
// as it lasts.
func countUse(config *genericapiserver.Config, begin func() (end func())) {
	build := config.BuildHandlerChainFunc
	config.BuildHandlerChainFunc = func(inner http.Handler, c *genericapiserver.Config) http.Handler {
		return build(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if user, ok := request.UserFrom(r.Context()); ok && isPerson(user.GetName()) {
				defer begin()()
			}
			inner.ServeHTTP(w, r)
		}), c)
	}
}

// isPerson reports whether a user is not one of the cluster's own. Service
// accounts count as persons: the sandbox's controllers don't use them, but a
// class may.
func isPerson(name string) bool {
	if strings.HasPrefix(name, serviceaccount.ServiceAccountUsernamePrefix) {
		return true
	}
	return name != ownName && !strings.HasPrefix(name, "system:")
}
