// Command dist creates a release: for each platform an archive with both programs, the
// licence and the notices of what they are built from; a list of that (SPDX); Debian
// and RPM packages; checksums; and the manifests for krew, Homebrew and Scoop. The same
// commit gives the same bytes, whenever and in whatever folder it is built.
package main

import (
	"context"
	"flag"
	"fmt"
	"log"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"time"
)

// options say how to create a release.
type options struct {
	// repo is the top folder of the repository, out the folder for the release.
	repo, out string
	// version begins with v, as krew requires.
	version string
	// programs is a folder with the programs of this machine; "" builds them.
	programs  string
	platforms []platform
	// downloads is the URL of the folder where the archives are published.
	downloads string
	// changed is the time of each file in an archive: that of the commit.
	changed time.Time
}

func main() {
	log.SetFlags(0)
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx); err != nil {
		log.Fatalf("error: %v", err)
	}
}

func run(ctx context.Context) error {
	repo := flag.String("repo", "../..", "top folder of the repository")
	out := flag.String("out", "../../dist", "folder to write the release into")
	version := flag.String("version", "", "version, such as v0.1.0 (default: from git)")
	programs := flag.String("programs", "", "folder with programs for this machine, instead of building them")
	platforms := flag.String("platforms", strings.Join(all, ","), "platforms, as os/arch, separated by commas")
	flag.Parse()
	o := options{version: *version}
	var err error
	if o.platforms, err = parsePlatforms(*platforms); err != nil {
		return err
	}
	for path, to := range map[string]*string{*repo: &o.repo, *out: &o.out} {
		if *to, err = filepath.Abs(path); err != nil {
			return err
		}
	}
	if *programs != "" {
		if o.programs, err = filepath.Abs(*programs); err != nil {
			return err
		}
	}
	if err := o.fromGit(ctx); err != nil {
		return err
	}
	return release(ctx, o)
}

// release creates everything. What is quick comes first, so that it fails before the
// long builds.
func release(ctx context.Context, o options) error {
	if err := checkVersion(o.version); err != nil {
		return err
	}
	o.downloads = "https://" + ours + "/releases/download/" + o.version
	log.Printf("release %s into %s", o.version, o.out)
	if err := os.MkdirAll(o.out, 0o755); err != nil {
		return err
	}
	modules, err := modulesOf(ctx, o)
	if err != nil {
		return err
	}
	if err := checkLicences(modules); err != nil {
		return err
	}
	var files []artifact
	for _, p := range o.platforms {
		made, err := platformFiles(ctx, o, p, modules)
		if err != nil {
			return fmt.Errorf("%s: %w", p, err)
		}
		files = append(files, made...)
	}
	sbom, err := writeSBOM(o, modules)
	if err != nil {
		return err
	}
	files = append(files, sbom)
	if err := writeManifests(o, files); err != nil {
		return err
	}
	return writeSums(o, files)
}

// platformFiles creates the archive of one platform, and the packages for Linux.
func platformFiles(ctx context.Context, o options, p platform, modules []module) ([]artifact, error) {
	start := time.Now()
	programs, err := buildPrograms(ctx, o, p)
	if err != nil {
		return nil, err
	}
	content, err := contentOf(o, p, programs, modules)
	if err != nil {
		return nil, err
	}
	archive, err := writeArchive(o, p, content)
	if err != nil {
		return nil, err
	}
	files := []artifact{archive}
	if p.os == "linux" {
		packages, err := writePackages(ctx, o, p, content)
		if err != nil {
			return nil, err
		}
		files = append(files, packages...)
	}
	for _, file := range files {
		log.Printf("  %s, %.1f MB", file.name, float64(file.size)/1e6)
	}
	log.Printf("  %s took %s", p, time.Since(start).Round(time.Second))
	return files, nil
}
