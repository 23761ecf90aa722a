// Package krew renders the plugin's manifest for krew from its template.
package krew

import (
	"bytes"
	"fmt"
	"text/template"
)

// Release is what the template is filled in from.
type Release struct {
	// Version begins with v, as krew wants it: v0.1.0.
	Version   string
	Platforms []Platform
}

// Platform is one archive of a release.
type Platform struct {
	OS, Arch string
	// SHA256 is the archive's checksum, 64 hexadecimal digits.
	SHA256 string
}

// Render fills in the template krew-manifest.yaml.
func Render(source string, r Release) ([]byte, error) {
	t, err := template.New("krew-manifest.yaml").Option("missingkey=error").Parse(source)
	if err != nil {
		return nil, fmt.Errorf("failed to read the manifest's template: %w", err)
	}
	var out bytes.Buffer
	if err := t.Execute(&out, r); err != nil {
		return nil, fmt.Errorf("failed to render the manifest: %w", err)
	}
	return out.Bytes(), nil
}
