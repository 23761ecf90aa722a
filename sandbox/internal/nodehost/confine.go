package nodehost

import "runtime/debug"

// The share of the machine's memory that the nodes may use, and its bounds. A
// lesson needs about 100 MiB; a pod that eats memory must not hurt the machine.
const (
	memoryShare = 4
	leastMemory = 512 << 20
	mostMemory  = 2 << 30
)

// The garbage collector works harder above four fifths of the limit. The
// operating system's limit is a quarter above it: it also counts address space,
// which Go takes in large pieces, and catches what grows faster than
// memoryWatch checks.
const (
	softShare = 5
	hardShare = 4
)

// MemoryLimit returns how many bytes the nodes may use on a machine with that
// many bytes of memory.
func MemoryLimit(machine int64) int64 {
	if machine <= 0 {
		return leastMemory
	}
	return min(max(machine/memoryShare, leastMemory), mostMemory)
}

// confine limits this process for the rest of its life. It skips what the
// operating system cannot do, and reports what it did.
func confine(b boot) (Confinement, error) {
	got := Confinement{Memory: b.Memory}
	if b.Memory > 0 {
		debug.SetMemoryLimit(b.Memory - b.Memory/softShare)
		got.Hard = limitMemory(b.Memory + b.Memory/hardShare)
	}
	lowerPriority()
	var err error
	got.Files, got.Net, err = restrict(b)
	return got, err
}
