// Command kubectl-learn-sandbox is a Kubernetes cluster in one program.
package main

import (
	"os"

	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/cli"
)

func main() {
	os.Exit(cli.Run(cli.Environment{
		IOStreams:  cli.IOStreams{In: os.Stdin, Out: os.Stdout, Err: os.Stderr},
		Args:       os.Args[1:],
		Getenv:     os.Getenv,
		Setenv:     os.Setenv,
		Executable: os.Executable,
		Exit:       os.Exit,
	}))
}
