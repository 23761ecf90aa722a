// Package kube reads objects of the API without their Go types: fields, conditions,
// owners, pods, ports and events. It knows how Kubernetes ties objects together, and
// passes no judgment on them.
package kube
