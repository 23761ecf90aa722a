package main

import (
	"context"
	"fmt"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// all is every platform of a release.
var all = []string{"linux/amd64", "linux/arm64", "darwin/amd64", "darwin/arm64", "windows/amd64", "windows/arm64"}

// platform is a target that the programs are built for.
type platform struct{ os, arch string }

func (p platform) String() string { return p.os + "/" + p.arch }

// exe is the name of a program there.
func (p platform) exe(name string) string {
	if p.os == "windows" {
		return name + ".exe"
	}
	return name
}

// archive is the name of its archive.
func (p platform) archive(version string) string {
	ending := ".tar.gz"
	if p.os == "windows" {
		ending = ".zip"
	}
	return fmt.Sprintf("kubectl-learn_%s_%s_%s%s", version, p.os, p.arch, ending)
}

func parsePlatforms(list string) ([]platform, error) {
	var platforms []platform
	for name := range strings.SplitSeq(list, ",") {
		system, arch, ok := strings.Cut(strings.TrimSpace(name), "/")
		if !ok || system == "" || arch == "" {
			return nil, fmt.Errorf("invalid platform %q: want os/arch, such as %s", name, all[0])
		}
		platforms = append(platforms, platform{system, arch})
	}
	return platforms, nil
}

// released is the form of a version that krew accepts.
var released = regexp.MustCompile(`^v\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?$`)

func checkVersion(version string) error {
	if !released.MatchString(version) {
		return fmt.Errorf("invalid version %q: want one such as v0.1.0 or v0.1.0-rc.1", version)
	}
	return nil
}

// fromGit fills in the version, if none was given, and the time of the commit.
func (o *options) fromGit(ctx context.Context) error {
	out, err := git(ctx, o.repo, "log", "-1", "--format=%ct %h")
	if err != nil {
		return err
	}
	seconds, hash, _ := strings.Cut(out, " ")
	at, err := strconv.ParseInt(seconds, 10, 64)
	if err != nil {
		return fmt.Errorf("failed to read the time of the commit: %w", err)
	}
	o.changed = time.Unix(at, 0).UTC()
	if o.version != "" {
		return nil
	}
	tag, err := git(ctx, o.repo, "describe", "--tags", "--exact-match", "--match", "v*")
	if err != nil {
		tag = "v0.0.0-dev." + hash // not a release: a version that sorts before all releases
	}
	o.version = tag
	return nil
}

func git(ctx context.Context, dir string, args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, "git", args...)
	cmd.Dir = dir
	out, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("git %s: %w", strings.Join(args, " "), err)
	}
	return strings.TrimSpace(string(out)), nil
}
