package cluster

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"strings"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/rest"

	"github.com/kubectl-learn/kubectl-learn/pkg/lang"
)

// Identity tells one cluster from another. A context's name can't: tomorrow it may
// point to another cluster.
type Identity struct {
	// UID is the UID of the namespace kube-system, which lives as long as the cluster;
	// empty if the learner may not read it.
	UID string
	// Server is the API server's address.
	Server string
	// CA is the SHA-256, in hex, of the certificate authorities that verify the server;
	// empty if they are the system's.
	CA string
}

// Sameness says whether two identities belong to the same cluster.
type Sameness int

// The results of comparing two identities.
const (
	// Other is another cluster.
	Other Sameness = iota
	// Same is the same cluster.
	Same
	// Unsure is the same address, without further proof.
	Unsure
)

// Identify reads the cluster's identity. It fails with *UnreachableError if the cluster
// doesn't respond.
func (c *Cluster) Identify(ctx context.Context) (Identity, error) {
	ca, err := c.authority()
	if err != nil {
		return Identity{}, err
	}
	id := Identity{Server: c.Server, CA: ca}
	timed, cancel := context.WithTimeout(ctx, reachTimeout)
	defer cancel()
	system, err := c.core("namespaces").Get(timed, metav1.NamespaceSystem, metav1.GetOptions{})
	switch {
	case err == nil:
		id.UID = string(system.GetUID())
	case ctx.Err() != nil:
		return Identity{}, ctx.Err()
	case !apierrors.IsForbidden(err) && !apierrors.IsNotFound(err):
		return Identity{}, c.unreached(err)
	}
	return id, nil
}

// authority is the digest of the certificate authorities that verify the server.
func (c *Cluster) authority() (string, error) {
	config := rest.CopyConfig(c.Config)
	if err := rest.LoadTLSFiles(config); err != nil {
		return "", lang.Errorf("failed to read the certificates of %s: %w", "无法读取 %s 的证书：%w", c.Server, err)
	}
	if len(config.CAData) == 0 {
		return "", nil
	}
	sum := sha256.Sum256([]byte(strings.TrimSpace(string(config.CAData))))
	return hex.EncodeToString(sum[:]), nil
}

// Compare says whether now is the recorded cluster. The UID decides if both have one,
// and otherwise the address together with the certificate authorities.
func (recorded Identity) Compare(now Identity) Sameness {
	if recorded.UID != "" && now.UID != "" {
		if recorded.UID == now.UID {
			return Same
		}
		return Other
	}
	switch {
	case recorded.Server != now.Server, recorded.CA != "" && recorded.CA != now.CA:
		return Other
	case recorded.CA == "":
		return Unsure
	}
	return Same
}

// Recognize says whether this is the recorded cluster, and returns its identity. If the
// identities leave that open, it is the same cluster if it has the recorded namespace,
// with the same UID.
func (c *Cluster) Recognize(ctx context.Context, recorded Identity, ns Namespace) (Sameness, Identity, error) {
	now, err := c.Identify(ctx)
	if err != nil {
		return Other, Identity{}, err
	}
	sameness := recorded.Compare(now)
	if sameness == Same || recorded.UID != "" && now.UID != "" || ns.UID == "" {
		return sameness, now, nil
	}
	found, err := c.core("namespaces").Get(ctx, ns.Name, metav1.GetOptions{})
	switch {
	case err == nil && string(found.GetUID()) == ns.UID:
		return Same, now, nil
	case err != nil && !apierrors.IsNotFound(err) && !apierrors.IsForbidden(err):
		return Other, Identity{}, c.unreached(err)
	}
	return sameness, now, nil
}

// unreached turns the error of a request into an *UnreachableError if the API server
// didn't respond.
func (c *Cluster) unreached(err error) error {
	if apierrors.ReasonForError(err) != metav1.StatusReasonUnknown {
		return err
	}
	return &UnreachableError{Context: c.Context, Server: c.Server, Err: err}
}
