package main

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/google/licensecheck"
)

// module is a module that the programs are built from.
type module struct {
	path, version string
	// texts are its licences and notices, for the packages that are used.
	texts []text
	// licences are the SPDX names of the licences in them, sorted.
	licences []string
}

// text is a licence or notice as its authors wrote it.
type text struct{ name, body string }

// ours begins the paths of the repository's own modules.
const ours = "github.com/kubectl-learn/kubectl-learn"

// listed is the part of the output of "go list -json" that this program reads.
type listed struct {
	ImportPath, Dir string
	Standard        bool
	Module          *struct{ Path, Version, Dir string }
}

// modulesOf lists the modules of both programs on all platforms, and Go itself.
func modulesOf(ctx context.Context, o options) ([]module, error) {
	used := map[string]*module{}
	read := map[string]bool{}
	for _, p := range o.platforms {
		for _, source := range sources {
			packages, err := listPackages(ctx, filepath.Join(o.repo, source.dir), source.pkg, p)
			if err != nil {
				return nil, err
			}
			for _, pkg := range packages {
				if err := add(used, read, pkg); err != nil {
					return nil, err
				}
			}
		}
	}
	goRoot, err := goModule(ctx)
	if err != nil {
		return nil, err
	}
	modules := []module{goRoot}
	for _, m := range used {
		modules = append(modules, *m)
	}
	for i := range modules {
		slices.SortFunc(modules[i].texts, func(a, b text) int { return cmp.Compare(a.name, b.name) })
		modules[i].licences = licencesIn(modules[i].texts)
		if one := chosen[modules[i].path]; one != "" {
			modules[i].licences = []string{one}
		}
	}
	slices.SortFunc(modules, func(a, b module) int { return cmp.Compare(a.path, b.path) })
	return modules, nil
}

func listPackages(ctx context.Context, dir, pkg string, p platform) ([]listed, error) {
	cmd := exec.CommandContext(ctx, "go", "list", "-deps", "-json=ImportPath,Dir,Standard,Module", pkg)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GOOS="+p.os, "GOARCH="+p.arch, "CGO_ENABLED=0")
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	if err := cmd.Run(); err != nil {
		return nil, fmt.Errorf("failed to list the packages of %s: %w: %s", pkg, err, errs.String())
	}
	var packages []listed
	for decoder := json.NewDecoder(&out); ; {
		var one listed
		if err := decoder.Decode(&one); errors.Is(err, io.EOF) {
			return packages, nil
		} else if err != nil {
			return nil, fmt.Errorf("failed to read what go list says: %w", err)
		}
		packages = append(packages, one)
	}
}

// add records a package's module, and the licences in each folder between the two.
func add(used map[string]*module, read map[string]bool, pkg listed) error {
	if pkg.Standard || pkg.Module == nil || strings.HasPrefix(pkg.Module.Path, ours) {
		return nil
	}
	m := used[pkg.Module.Path]
	if m == nil {
		m = &module{path: pkg.Module.Path, version: pkg.Module.Version}
		used[m.path] = m
	}
	for dir := pkg.Dir; ; dir = filepath.Dir(dir) {
		if !read[dir] {
			read[dir] = true
			texts, err := textsIn(dir, pkg.Module.Dir)
			if err != nil {
				return err
			}
			m.texts = append(m.texts, texts...)
		}
		if dir == pkg.Module.Dir || len(dir) <= len(pkg.Module.Dir) {
			return nil
		}
	}
}

// licenceFile is what authors call their licences and notices.
var licenceFile = regexp.MustCompile(`(?i)^(li[cs]en[cs]e|copying|notice|unlicense)([.-].*)?$`)

func textsIn(dir, root string) ([]text, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	var texts []text
	for _, entry := range entries {
		if !entry.Type().IsRegular() || !licenceFile.MatchString(entry.Name()) || slices.Contains([]string{".go", ".docs"}, filepath.Ext(entry.Name())) {
			continue
		}
		body, err := os.ReadFile(filepath.Join(dir, entry.Name()))
		if err != nil {
			return nil, err
		}
		name, err := filepath.Rel(root, filepath.Join(dir, entry.Name()))
		if err != nil {
			return nil, err
		}
		texts = append(texts, text{filepath.ToSlash(name), strings.TrimSpace(strings.ReplaceAll(string(body), "\r\n", "\n"))})
	}
	return texts, nil
}

// goModule is Go's standard library, which is in every program.
func goModule(ctx context.Context) (module, error) {
	out, err := exec.CommandContext(ctx, "go", "env", "GOROOT", "GOVERSION").Output()
	if err != nil {
		return module{}, fmt.Errorf("go env: %w", err)
	}
	root, version, _ := strings.Cut(strings.TrimSpace(string(out)), "\n")
	texts, err := textsIn(root, root)
	return module{path: "std", version: strings.TrimPrefix(version, "go"), texts: texts}, err
}

func licencesIn(texts []text) []string {
	var found []string
	for _, t := range texts {
		for _, match := range licensecheck.Scan([]byte(t.body)).Match {
			found = append(found, match.ID)
		}
	}
	slices.Sort(found)
	return slices.Compact(found)
}

// chosen is the licence that we choose if authors offer several.
var chosen = map[string]string{
	"kernel.org/pub/linux/libs/security/libcap/psx": "BSD-3-Clause", // or GPL-2.0
}

// allowed are licences that let us distribute others' code in our archives, together
// with its notice.
var allowed = []string{
	"Apache-2.0", "MIT", "MIT-0", "BSL-1.0", "BSD-2-Clause", "BSD-3-Clause", "0BSD", "ISC", "MPL-2.0",
	"CC0-1.0", "Unlicense", "Zlib", "BlueOak-1.0.0", "PSF-2.0", "Unicode-DFS-2016", "Unicode-3.0", "NAIST-2003",
}

// checkLicences reports every module without a known licence, or with one that requires
// more than a notice.
func checkLicences(modules []module) error {
	var faults []error
	for _, m := range modules {
		if len(m.licences) == 0 {
			faults = append(faults, fmt.Errorf("%s %s: no licence was recognised", m.path, m.version))
		}
		for _, licence := range m.licences {
			if !slices.Contains(allowed, licence) {
				faults = append(faults, fmt.Errorf("%s %s: licence %s is not one of %s", m.path, m.version, licence, strings.Join(allowed, ", ")))
			}
		}
	}
	return errors.Join(faults...)
}
