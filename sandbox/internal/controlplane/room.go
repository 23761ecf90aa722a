package controlplane

import (
	"fmt"
	"log/slog"
	"net/http"
	"slices"
	"sync/atomic"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apiserver/pkg/endpoints/handlers/responsewriters"
	"k8s.io/apiserver/pkg/endpoints/request"
	genericapiserver "k8s.io/apiserver/pkg/server"

	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/freespace"
)

// keepRoom refuses changes while the disk is nearly full: an etcd that cannot
// write ends its process. It still allows deletions, and accepts changes again
// once there is room.
type keepRoom struct {
	// free is how many bytes the disk has left.
	free func() (int64, error)
	log  *slog.Logger
	full atomic.Bool
}

// into adds the check to all requests, after authentication.
func (k *keepRoom) into(config *genericapiserver.Config) {
	build := config.BuildHandlerChainFunc
	config.BuildHandlerChainFunc = func(inner http.Handler, c *genericapiserver.Config) http.Handler {
		return build(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if err := k.refusal(r); err != nil {
				responsewriters.ErrorNegotiated(err, c.Serializer, schema.GroupVersion{}, w, r)
				return
			}
			inner.ServeHTTP(w, r)
		}), c)
	}
}

// refusal returns why a request is refused; nil if it is served.
func (k *keepRoom) refusal(r *http.Request) error {
	info, ok := request.RequestInfoFrom(r.Context())
	if !ok || !writes(info) {
		return nil
	}
	left, err := k.free()
	if err != nil {
		return nil //nolint:nilerr // if the system does not say how much is left, writes fail by themselves
	}
	if full := left < freespace.ForCluster; full != k.full.Swap(full) {
		if full {
			k.log.Error("the disk is full: refusing changes", "bytes", left)
		} else {
			k.log.Info("the disk has room again")
		}
	}
	user, _ := request.UserFrom(r.Context())
	person := user != nil && isPerson(user.GetName())
	switch {
	case left >= freespace.ForCluster:
		return nil
	case left >= freespace.ForItself && (info.Verb == "delete" || info.Verb == "deletecollection" || !person && info.Resource != "events"):
		return nil
	}
	return &apierrors.StatusError{ErrStatus: metav1.Status{
		Status: metav1.StatusFailure, Code: http.StatusInsufficientStorage, Reason: "InsufficientStorage",
		Message: fmt.Sprintf("the sandbox's disk is full (%d MiB left, %d MiB needed): free some space and try again; reading and deleting still work",
			left>>20, freespace.ForCluster>>20),
	}}
}

// writes reports whether a request changes data in etcd.
func writes(info *request.RequestInfo) bool {
	if !info.IsResourceRequest || !slices.Contains([]string{"create", "update", "patch", "delete", "deletecollection"}, info.Verb) {
		return false
	}
	if info.APIGroup == "authorization.k8s.io" || info.APIGroup == "authentication.k8s.io" {
		return false
	}
	return !slices.Contains([]string{"exec", "attach", "portforward", "proxy", "token"}, info.Subresource)
}
