package main

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"sigs.k8s.io/yaml"
)

// plugin is the part of krew's Plugin that its validator reads.
type plugin struct {
	APIVersion string `json:"apiVersion"`
	Kind       string `json:"kind"`
	Metadata   struct {
		Name string `json:"name"`
	} `json:"metadata"`
	Spec struct {
		Version          string `json:"version"`
		Homepage         string `json:"homepage"`
		ShortDescription string `json:"shortDescription"`
		Description      string `json:"description"`
		Caveats          string `json:"caveats"`
		Platforms        []struct {
			Selector struct {
				MatchLabels map[string]string `json:"matchLabels"`
			} `json:"selector"`
			URI    string `json:"uri"`
			SHA256 string `json:"sha256"`
			Bin    string `json:"bin"`
		} `json:"platforms"`
	} `json:"spec"`
}

func render(t *testing.T) (string, plugin) {
	t.Helper()
	source, err := os.ReadFile("../../krew-manifest.yaml")
	if err != nil {
		t.Fatal(err)
	}
	release := Release{Version: "v0.1.0", Downloads: "https://" + ours + "/releases/download/v0.1.0"}
	for _, system := range []string{"linux", "darwin", "windows"} {
		for _, arch := range []string{"amd64", "arm64"} {
			// All digits: unquoted, YAML would read a number.
			release.Platforms = append(release.Platforms, Platform{system, arch, platform{system, arch}.archive("v0.1.0"), strings.Repeat("12345678", 8)})
		}
	}
	out, err := Render(string(source), release)
	if err != nil {
		t.Fatal(err)
	}
	var p plugin
	if err := yaml.UnmarshalStrict(out, &p); err != nil {
		t.Fatalf("%v in:\n%s", err, out)
	}
	return string(out), p
}

// The rules come from krew's validate-krew-manifest and its guide for plugin authors.
func TestManifestKeepsKrewsRules(t *testing.T) {
	text, p := render(t)
	for rule, holds := range map[string]bool{
		"apiVersion":               p.APIVersion == "krew.googlecontainertools.github.com/v1alpha2",
		"kind":                     p.Kind == "Plugin",
		"a safe name":              regexp.MustCompile(`^[a-z][a-z0-9-]*$`).MatchString(p.Metadata.Name),
		"a semantic version":       regexp.MustCompile(`^v\d+\.\d+\.\d+$`).MatchString(p.Spec.Version),
		"a short description":      len(p.Spec.ShortDescription) > 0 && len(p.Spec.ShortDescription) <= 50,
		"no full stop at its end":  !strings.HasSuffix(p.Spec.ShortDescription, "."),
		"a description":            len(p.Spec.Description) > 0,
		"a homepage":               strings.HasPrefix(p.Spec.Homepage, "https://"),
		"six platforms":            len(p.Spec.Platforms) == 6,
		"no files":                 !strings.Contains(text, "files:"),
		"nothing left to fill in":  !strings.Contains(text, "{{"),
		"no word of the author's":  !strings.Contains(text, "TODO"),
		"plugin named in a caveat": strings.Contains(p.Spec.Caveats, "kubectl "+p.Metadata.Name),
	} {
		if !holds {
			t.Errorf("krew's rule is broken: %s\n%s", rule, text)
		}
	}
}

func TestPlatformsAreWholeAndDoNotOverlap(t *testing.T) {
	_, p := render(t)
	seen := map[string]bool{}
	for _, f := range p.Spec.Platforms {
		key := f.Selector.MatchLabels["os"] + "/" + f.Selector.MatchLabels["arch"]
		if seen[key] {
			t.Errorf("platform %s comes twice", key)
		}
		seen[key] = true
		if !regexp.MustCompile(`^[0-9a-f]{64}$`).MatchString(f.SHA256) {
			t.Errorf("%s: sha256 %q is not 64 hexadecimal digits", key, f.SHA256)
		}
		if !regexp.MustCompile(`\.(tar\.gz|zip)$`).MatchString(f.URI) || !strings.Contains(f.URI, p.Spec.Version) {
			t.Errorf("%s: uri %q", key, f.URI)
		}
		if want := strings.HasPrefix(key, "windows/"); strings.HasSuffix(f.Bin, ".exe") != want {
			t.Errorf("%s: bin %q", key, f.Bin)
		}
	}
}
