// Command kubectl-learn teaches Kubernetes by doing: "kubectl learn start".
package main

func main() {}
