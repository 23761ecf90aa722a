package main

import (
	"context"
	"io"
	"os"

	"github.com/goreleaser/nfpm/v2"
	_ "github.com/goreleaser/nfpm/v2/deb" // registers the format
	"github.com/goreleaser/nfpm/v2/files"
	_ "github.com/goreleaser/nfpm/v2/rpm" // registers the format
)

// writePackages creates the Debian and RPM packages of a platform.
func writePackages(ctx context.Context, o options, p platform, content []entry) ([]artifact, error) {
	dir, err := os.MkdirTemp("", "kubectl-learn-dist")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	var contents files.Contents
	for _, e := range content {
		from := e.from
		if from == "" {
			from = dir + "/" + e.name
			if err := os.WriteFile(from, e.body, 0o600); err != nil {
				return nil, err
			}
		}
		to := "/usr/share/doc/kubectl-learn/" + e.name
		if e.mode&0o111 != 0 {
			to = "/usr/bin/" + e.name
		}
		contents = append(contents, &files.Content{
			Source: from, Destination: to, FileInfo: &files.ContentFileInfo{Mode: e.mode, MTime: o.changed, Owner: "root", Group: "root"},
		})
	}
	var made []artifact
	for _, format := range []string{"deb", "rpm"} {
		// A packager fills in what its format needs, so each gets its own description.
		info := nfpm.WithDefaults(&nfpm.Info{
			Name: "kubectl-learn", Arch: p.arch, Platform: p.os, Version: o.version, MTime: o.changed,
			Section: "education", Priority: "optional", License: "Apache-2.0",
			Maintainer: "The kubectl-learn authors", Homepage: "https://" + ours,
			Description:  "Learn Kubernetes by doing, in your terminal.\nGuided lessons whose steps are checked against a cluster. Without one, a\nbuilt-in sandbox with a real Kubernetes API starts in seconds.",
			Overridables: nfpm.Overridables{Contents: contents, Suggests: []string{"kubectl"}, RPM: nfpm.RPM{BuildHost: "localhost"}},
		})
		packager, err := nfpm.Get(format)
		if err != nil {
			return nil, err
		}
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		file, err := create(o, packager.ConventionalFileName(info), p, func(w io.Writer) error { return packager.Package(info, w) })
		if err != nil {
			return nil, err
		}
		made = append(made, file)
	}
	return made, nil
}
