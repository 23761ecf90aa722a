package node

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"slices"

	"github.com/distribution/reference"
	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/container"
)

// machineID is what /etc/machine-id would contain: unique per node, and fixed
// as long as the node's folder exists.
func machineID(dir string) string {
	sum := sha256.Sum256([]byte(dir))
	return hex.EncodeToString(sum[:16])
}

// images are the node's images, the largest first, as a kubelet lists them; the
// size is that of the image's files.
func images(catalog container.Catalog) []corev1.ContainerImage {
	var out []corev1.ContainerImage
	for _, image := range catalog {
		named, err := reference.ParseNormalizedNamed(image.Name)
		if err != nil {
			continue // It could not run either.
		}
		one := corev1.ContainerImage{SizeBytes: size(image.Root)}
		for _, tag := range image.Tags {
			one.Names = append(one.Names, fmt.Sprintf("%s:%s", named.Name(), tag))
		}
		slices.Sort(one.Names)
		out = append(out, one)
	}
	slices.SortStableFunc(out, func(a, b corev1.ContainerImage) int { return int(b.SizeBytes - a.SizeBytes) })
	return out
}

// size is the sum of the files' sizes in bytes.
func size(root fs.FS) int64 {
	var sum int64
	if root == nil {
		return 0
	}
	_ = fs.WalkDir(root, ".", func(_ string, entry fs.DirEntry, err error) error {
		if err != nil {
			return nil //nolint:nilerr // an unreadable file has no size
		}
		if info, err := entry.Info(); err == nil && !entry.IsDir() {
			sum += info.Size()
		}
		return nil
	})
	return sum
}
