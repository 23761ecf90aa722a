// Package ask asks what the API server does not know and only passes on: what a program
// answers over HTTP, what a container printed, and what a command in it says. Errors say
// that it was not possible to ask; what is wrong with an answer is in the answer.
package ask
