//go:build !linux

package main

import (
	"os"
	"time"
)

// cpu is not measured here.
func (b *bench) cpu(time.Duration) (float64, error) { return 0, nil }

// mostMemory is not measured here.
func mostMemory(*os.ProcessState) float64 { return 0 }
