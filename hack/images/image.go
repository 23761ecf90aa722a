package main

import (
	"encoding/json"
	"fmt"
	"strconv"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/types"

	"github.com/kubectl-learn/kubectl-learn/images"
)

// built is one image: a manifest that names a configuration and the layer.
type built struct {
	ref              string
	config, manifest []byte
	configDesc, desc v1.Descriptor
}

func newImage(i images.Image, l layer, arch string) (built, error) {
	config, err := json.Marshal(configuration(i, l, arch))
	if err != nil {
		return built{}, err
	}
	configDesc, err := describe(config, types.OCIConfigJSON)
	if err != nil {
		return built{}, err
	}
	manifest, err := json.Marshal(v1.Manifest{
		SchemaVersion: 2, MediaType: types.OCIManifestSchema1, Config: configDesc, Layers: []v1.Descriptor{l.desc},
	})
	if err != nil {
		return built{}, err
	}
	desc, err := describe(manifest, types.OCIManifestSchema1)
	desc.Platform = &v1.Platform{OS: "linux", Architecture: arch}
	// containerd reads an image's name from the first, others from the second, as
	// "docker save" writes them.
	desc.Annotations = map[string]string{
		"io.containerd.image.name":          i.FullRef(),
		"org.opencontainers.image.ref.name": i.Tag,
	}
	return built{i.Ref(), config, manifest, configDesc, desc}, err
}

func configuration(i images.Image, l layer, arch string) v1.ConfigFile {
	return v1.ConfigFile{
		OS: "linux", Architecture: arch, Created: v1.Time{Time: epoch()},
		RootFS:  v1.RootFS{Type: "layers", DiffIDs: []v1.Hash{l.diff}},
		History: []v1.History{{Created: v1.Time{Time: epoch()}, CreatedBy: "kubectl-learn", Comment: "the program of all lessons"}},
		Config: v1.Config{
			User:         fmt.Sprintf("%d:%d", images.User, images.User),
			Entrypoint:   i.Entrypoint(),
			Env:          i.Environ(),
			WorkingDir:   "/",
			ExposedPorts: map[string]struct{}{strconv.Itoa(int(i.Port)) + "/tcp": {}},
			Labels: map[string]string{
				"org.opencontainers.image.title":   i.Name,
				"org.opencontainers.image.version": i.Tag,
			},
		},
	}
}
