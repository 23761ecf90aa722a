// Command kubectl-learn teaches Kubernetes by doing. kubectl runs it as
// "kubectl learn".
package main

import (
	"context"
	"os"

	"github.com/kubectl-learn/kubectl-learn/internal/cli"
	"github.com/kubectl-learn/kubectl-learn/internal/cluster"
	"github.com/kubectl-learn/kubectl-learn/internal/program"
)

func main() {
	executable, err := os.Executable()
	if err != nil {
		executable = os.Args[0]
	}
	os.Exit(cli.Run(context.Background(), program.Program{
		Args: os.Args, Env: os.Environ(), Executable: executable, PodFolder: cluster.PodFolder,
		Stdin: os.Stdin, Stdout: os.Stdout, Stderr: os.Stderr,
	}))
}
