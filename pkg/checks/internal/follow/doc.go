// Package follow knows what the API of one cluster has: which kinds it serves, what it
// says of their types, and their objects. Objects are listed once, or followed by
// watches that all who look at the cluster share.
package follow
