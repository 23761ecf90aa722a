// Command kubectl-learn-sandbox is a Kubernetes cluster in one process.
package main

func main() {}
