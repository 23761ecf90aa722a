module github.com/kubectl-learn/kubectl-learn

go 1.26.0
