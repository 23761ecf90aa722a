package main

import (
	"context"
	"os"
	"os/exec"
	"syscall"

	"github.com/rogpeppe/go-internal/testscript"
)

// nobody is the user without rights of every Linux.
const nobody = 65534

// stranger runs a program as another user of the machine; a "!" wants it to
// fail: [!] stranger PROGRAM ARGS…. What it prints is in stdout.
func stranger(ts *testscript.TestScript, neg bool, args []string) {
	if os.Getuid() != 0 {
		ts.Fatalf("only root can be somebody else")
	}
	path, err := exec.LookPath(args[0])
	ts.Check(err)
	cmd := exec.CommandContext(context.Background(), path, args[1:]...)
	cmd.Dir = "/"
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: nobody, Gid: nobody}}
	out, err := cmd.CombinedOutput()
	_, writeErr := ts.Stdout().Write(out)
	ts.Check(writeErr)
	if (err != nil) != neg {
		ts.Fatalf("%v: %v\n%s", args, err, out)
	}
}
