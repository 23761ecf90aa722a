// Package match compares a part of a manifest with an object, by what the API says of
// the object's fields: the keys of lists, sets, and amounts.
package match
