package main

import (
	"encoding/json"
	"fmt"
	"os"
	"time"
)

const sandbox = "kubectl-learn-sandbox"

// settled is how long a sandbox idles before its memory is read.
const settled = 3 * time.Second

// idleLook is how long a sandbox idles to measure its CPU use.
const idleLook = 10 * time.Second

// up measures starting from nothing and with existing state, and the memory used some
// seconds later without pods.
func (b *bench) up() ([]row, error) {
	if !b.wanted("up") {
		return nil, nil
	}
	fresh := row{name: "sandbox up, from nothing to ready", limit: 3, unit: "s"}
	again := row{name: "sandbox up, over existing state", limit: 2.5, unit: "s"}
	busy := row{name: "sandbox, resident memory when ready", limit: 400, unit: "MiB"}
	memory := row{name: "sandbox, resident memory at rest", limit: 400, unit: "MiB"}
	cpu := row{name: "sandbox, CPU at rest, of one core", limit: 5, unit: "%"}
	for range b.n {
		if err := os.RemoveAll(b.home.Sandbox()); err != nil {
			return nil, err
		}
		for _, r := range []*row{&fresh, &again} {
			_, took, err := b.timed(sandbox, "up")
			if err != nil {
				return nil, err
			}
			r.seen = append(r.seen, took.Seconds())
			if r == &fresh {
				if err := b.memory(&busy, &memory); err != nil {
					return nil, err
				}
				share, err := b.cpu(idleLook)
				if err != nil {
					return nil, err
				}
				cpu.seen = append(cpu.seen, share)
			}
			if _, _, err := b.timed(sandbox, "down"); err != nil {
				return nil, err
			}
		}
	}
	return []row{fresh, again, busy, memory, cpu}, nil
}

// memory reads the memory of a sandbox that has just become ready, and again after it
// has idled.
func (b *bench) memory(busy, rest *row) error {
	resident, err := b.resident()
	if err != nil {
		return err
	}
	busy.seen = append(busy.seen, resident)
	time.Sleep(settled)
	if resident, err = b.resident(); err != nil {
		return err
	}
	rest.seen = append(rest.seen, resident)
	return nil
}

func (b *bench) resident() (float64, error) {
	s, err := b.status()
	return s.ResidentBytes / (1 << 20), err
}

// status is what the sandbox reports about itself.
type status struct {
	PID           int     `json:"pid"`
	ResidentBytes float64 `json:"residentBytes"`
}

func (b *bench) status() (status, error) {
	var s status
	out, _, err := b.timed(sandbox, "status", "-o", "json")
	if err != nil {
		return s, err
	}
	if err := json.Unmarshal([]byte(out), &s); err != nil {
		return s, fmt.Errorf("failed to read the sandbox's status: %w", err)
	}
	return s, nil
}
