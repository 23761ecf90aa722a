// Package krew renders the plugin's manifest for krew from its template.
package main

import (
	"bytes"
	"fmt"
	"strings"
	"text/template"
)

// Release is the data for the template.
type Release struct {
	// Version begins with v, as krew requires: v0.1.0.
	Version string
	// Downloads is the URL of the folder with the archives.
	Downloads string
	Platforms []Platform
}

// Platform is one archive of a release.
type Platform struct {
	OS, Arch string
	// File is the archive's name.
	File string
	// SHA256 is the archive's checksum, 64 hexadecimal digits.
	SHA256 string
}

// For is the archive of a platform.
func (r Release) For(system, arch string) (Platform, error) {
	for _, p := range r.Platforms {
		if p.OS == system && p.Arch == arch {
			return p, nil
		}
	}
	return Platform{}, fmt.Errorf("no archive for %s/%s", system, arch)
}

// Number is the version without the v, for package managers other than krew.
func (r Release) Number() string { return strings.TrimPrefix(r.Version, "v") }

// Render fills in a manifest's template.
func Render(source string, r Release) ([]byte, error) {
	t, err := template.New("manifest").Option("missingkey=error").Parse(source)
	if err != nil {
		return nil, fmt.Errorf("failed to read the template: %w", err)
	}
	var out bytes.Buffer
	if err := t.Execute(&out, r); err != nil {
		return nil, fmt.Errorf("failed to fill in the template: %w", err)
	}
	return out.Bytes(), nil
}
