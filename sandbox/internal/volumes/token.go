package volumes

import (
	"context"
	"fmt"
	"time"

	authenticationv1 "k8s.io/api/authentication/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	volumeutil "k8s.io/kubernetes/pkg/volume/util"
)

// oldestToken is the maximum age of a token before it is renewed.
const oldestToken = 24 * time.Hour

// issued is a pod's token, and when the pod got it.
type issued struct {
	token  string
	at     time.Time
	expiry time.Time
}

// stale reports whether a token must be renewed: after four fifths of its
// lifetime, or a day. This is the rule of upstream's token manager
// (pkg/kubelet/token).
func (i issued) stale(now time.Time) bool {
	life := i.expiry.Sub(i.at)
	return now.After(i.at.Add(oldestToken)) || now.After(i.expiry.Add(-life/5))
}

// token returns a token bound to the pod. It gets a new one from the API server
// if the pod's is missing or stale.
func (p *Pod) token(ctx context.Context, pod *corev1.Pod, t *corev1.ServiceAccountTokenProjection, mode int32) (payload, error) {
	key := t.Audience + " " + t.Path
	now := time.Now()
	have, ok := p.tokens[key]
	if !ok || have.stale(now) {
		made, err := p.requestToken(ctx, pod, t)
		switch {
		case err == nil:
			have = issued{made.Status.Token, now, made.Status.ExpirationTimestamp.Time}
			p.tokens[key] = have
		case !ok || now.After(have.expiry):
			return nil, fmt.Errorf("failed to fetch token: %w", err)
		}
	}
	user := volumeutil.FsUserFrom(pod)
	if s := pod.Spec.SecurityContext; user != nil || s != nil && s.FSGroup != nil {
		mode = 0o600
	}
	return payload{t.Path: {Data: []byte(have.token), Mode: mode, FsUser: user}}, nil
}

func (p *Pod) requestToken(ctx context.Context, pod *corev1.Pod, t *corev1.ServiceAccountTokenProjection) (*authenticationv1.TokenRequest, error) {
	request := &authenticationv1.TokenRequest{Spec: authenticationv1.TokenRequestSpec{
		ExpirationSeconds: t.ExpirationSeconds,
		BoundObjectRef:    &authenticationv1.BoundObjectReference{APIVersion: "v1", Kind: "Pod", Name: pod.Name, UID: pod.UID},
	}}
	if t.Audience != "" {
		request.Spec.Audiences = []string{t.Audience}
	}
	return p.Client.CoreV1().ServiceAccounts(pod.Namespace).CreateToken(ctx, pod.Spec.ServiceAccountName, request, metav1.CreateOptions{})
}
