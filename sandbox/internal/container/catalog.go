package container

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/distribution/reference"

	"github.com/kubectl-learn/kubectl-learn/pkg/nearest"
)

// ErrInvalidReference is the error for an invalid image name.
var ErrInvalidReference = errors.New("invalid reference format")

// invalid is an ErrInvalidReference that says what is wrong, as a runtime does.
type invalid struct{ error }

func (invalid) Is(target error) bool { return target == ErrInvalidReference }

// Found is an image of the catalog with the reference used to find it.
type Found struct {
	Image Image
	// Reference is the full name: "docker.io/library/nginx:1.28-alpine".
	Reference string
	// Digest identifies the content: "sha256:…". A name always has the same
	// one.
	Digest string
}

// ID is what a container runtime calls the image: name and digest.
func (f *Found) ID() string {
	name, _, _ := strings.Cut(f.Reference, ":")
	return name + "@" + f.Digest
}

// Find looks up an image by a Kubernetes image reference. For a valid name, the
// error reads like containerd's for an image that a registry doesn't have,
// followed by what the sandbox has.
func (c Catalog) Find(ref string) (*Found, error) {
	named, err := reference.ParseNormalizedNamed(ref)
	if err != nil {
		return nil, fmt.Errorf("couldn't parse image name %q: %w", ref, invalid{err})
	}
	full := reference.TagNameOnly(named)
	if _, isDigest := full.(reference.Digested); !isDigest {
		tag := full.(reference.Tagged).Tag()
		for _, image := range c {
			if image.Name == reference.FamiliarName(named) && slices.Contains(image.Tags, tag) {
				sum := sha256.Sum256([]byte(full.String()))
				return &Found{image, full.String(), "sha256:" + hex.EncodeToString(sum[:])}, nil
			}
		}
	}
	return nil, fmt.Errorf("failed to pull and unpack image %q: failed to resolve reference %q: %s: not found; %s",
		full, full, full, c.offer(named))
}

// String lists the images with their tags, a name once: "nginx (latest,
// 1.28-alpine), redis (8-alpine)".
func (c Catalog) String() string {
	tags := map[string][]string{}
	var names []string
	for _, image := range c {
		if _, seen := tags[image.Name]; !seen {
			names = append(names, image.Name)
		}
		tags[image.Name] = append(tags[image.Name], image.Tags...)
	}
	all := make([]string, len(names))
	for i, name := range names {
		all[i] = fmt.Sprintf("%s (%s)", name, strings.Join(tags[name], ", "))
	}
	return strings.Join(all, ", ")
}

// offer says what the sandbox has instead of an image: the closest name if
// there is one, otherwise all.
func (c Catalog) offer(named reference.Named) string {
	name := reference.FamiliarName(named)
	var names, tags []string
	for _, image := range c {
		names = append(names, image.Name)
		if image.Name == name {
			tags = append(tags, image.Tags...)
		}
	}
	if tags != nil {
		return fmt.Sprintf("of %s, the sandbox has the tags %s", name, strings.Join(tags, ", "))
	}
	if near := nearest.Name(name, names); near != "" {
		return fmt.Sprintf("the sandbox has no %q, but it has %q", name, near)
	}
	return fmt.Sprintf("the sandbox has: %s", c)
}
