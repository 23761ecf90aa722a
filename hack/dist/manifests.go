package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// writeManifests writes the manifests for package managers: krew's, by itself and in an
// index of our own, Homebrew's formula and Scoop's manifest.
func writeManifests(o options, made []artifact) error {
	source, err := os.ReadFile(filepath.Join(o.repo, "krew-manifest.yaml"))
	if err != nil {
		return err
	}
	release := Release{Version: o.version, Downloads: o.downloads}
	for _, file := range made {
		if file.name != file.platform.archive(o.version) {
			continue
		}
		release.Platforms = append(release.Platforms, Platform{file.platform.os, file.platform.arch, file.name, file.sum})
	}
	if len(release.Platforms) == 0 {
		return fmt.Errorf("there are no archives")
	}
	manifest, err := Render(string(source), release)
	if err != nil {
		return err
	}
	write := func(name, text string) error {
		_, err := create(o, name, platform{}, func(w io.Writer) error { _, err := io.WriteString(w, text); return err })
		return err
	}
	for _, name := range []string{"krew/learn.yaml", "krew-index/plugins/learn.yaml"} {
		if err := write(name, string(manifest)); err != nil {
			return err
		}
	}
	for template, name := range map[string]string{"homebrew.rb": "homebrew/kubectl-learn.rb", "scoop.json": "scoop/kubectl-learn.json"} {
		// Each names fixed platforms, so skip them if some were not built.
		if len(release.Platforms) < len(all) {
			continue
		}
		source, err := os.ReadFile(filepath.Join(o.repo, "hack/dist/templates", template))
		if err != nil {
			return err
		}
		text, err := Render(string(source), release)
		if err != nil {
			return fmt.Errorf("%s: %w", template, err)
		}
		if err := write(name, string(text)); err != nil {
			return err
		}
	}
	return nil
}

// writeSums writes the checksums as sha256sum -c reads them.
func writeSums(o options, made []artifact) error {
	lines := make([]string, 0, len(made))
	for _, file := range made {
		lines = append(lines, file.sum+"  "+file.name+"\n")
	}
	slices.SortFunc(lines, func(a, b string) int { return strings.Compare(a[64:], b[64:]) })
	_, err := create(o, "checksums.txt", platform{}, func(w io.Writer) error {
		_, err := io.WriteString(w, strings.Join(lines, ""))
		return err
	})
	return err
}
