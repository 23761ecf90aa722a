// Package expr compiles and evaluates the expressions of checks, which are CEL with
// Kubernetes' own libraries. It bounds what an expression may cost, finds what it
// reads, and explains in words why it is false.
package expr
