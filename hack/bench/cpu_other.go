//go:build !linux

package main

import "time"

// cpu is not measured here.
func (b *bench) cpu(time.Duration) (float64, error) { return 0, nil }
