// Package images lists the images that lessons run and that no registry has.
// All of them hold one and the same program, which package program is; an image
// is an argument and an environment for it. This list is the one source for the
// archives that "make images" writes, for what the sandbox runs, and for
// "kubectl learn images".
package images

import "fmt"

// What all images have in common.
const (
	// Program is the file of the program, and Env a link to it by which it
	// prints its environment. There is nothing else in an image, no shell either.
	Program = "/usr/local/bin/demo"
	Env     = "/usr/bin/env"
	// User is who the program runs as, by number: nobody in particular.
	User = 65532
	// searchPath finds both programs.
	searchPath = "PATH=/usr/local/bin:/usr/bin"
)

// Image is one image.
type Image struct {
	Name, Tag string
	// Behaviour is the program's argument. It says, together with the version,
	// what the program does.
	Behaviour string
	// Port is the one that the program serves HTTP on.
	Port int32
}

// All returns all images, those of one name from the oldest to the newest.
func All() []Image {
	return []Image{
		{"laravelapp", "0.0.2", "greeting", 8080},
		{"laravelapp", "0.0.3", "greeting", 8080},
		{"docker_demo", "v1.0.0", "hello", 3000},
		{"docker_demo", "v1.0.1", "hello", 3000},
		{"docker_demo", "v1.0.2", "hello", 3000},
		{"web-app", "1.0", "web-app", 5000},
		{"web-app", "2.0", "web-app", 5000},
		{"web-app", "3.0", "web-app", 5000},
		{"web-app", "4.0", "web-app", 5000},
		{"frontend", "1.0", "frontend", 8080},
		{"user", "v1", "user", 80},
		{"user", "v2", "user", 80},
		{"pay", "v1", "pay", 80},
	}
}

// Ref is the name as a manifest has it: "web-app:1.0".
func (i Image) Ref() string { return i.Name + ":" + i.Tag }

// FullRef is the name as a node's container runtime keeps it:
// "docker.io/library/web-app:1.0".
func (i Image) FullRef() string { return "docker.io/library/" + i.Ref() }

// Entrypoint is the command line that the image runs.
func (i Image) Entrypoint() []string { return []string{Program, i.Behaviour} }

// Environ is the image's environment, NAME=value.
func (i Image) Environ() []string { return []string{searchPath, "APP_VERSION=" + i.Tag} }

// ArchiveName is the file that holds all images for Linux on one architecture,
// "amd64" or "arm64".
func ArchiveName(arch string) string { return fmt.Sprintf("kubectl-learn-images-linux-%s.tar", arch) }

// Architectures returns those that there is an archive for.
func Architectures() []string { return []string{"amd64", "arm64"} }
