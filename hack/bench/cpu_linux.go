package main

import (
	"bytes"
	"fmt"
	"os"
	"strconv"
	"syscall"
	"time"
)

// ticksPerSecond is the unit of /proc/PID/stat, USER_HZ, on every Linux that Go
// runs on.
const ticksPerSecond = 100

// cpu measures how much of one core, in percent, the sandbox uses while it is idle.
func (b *bench) cpu(span time.Duration) (float64, error) {
	status, err := b.status()
	if err != nil {
		return 0, err
	}
	before, err := cpuTicks(status.PID)
	if err != nil {
		return 0, err
	}
	time.Sleep(span)
	after, err := cpuTicks(status.PID)
	return 100 * float64(after-before) / ticksPerSecond / span.Seconds(), err
}

// cpuTicks is the CPU time of a process, in user and in kernel mode.
func cpuTicks(pid int) (int, error) {
	data, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return 0, err
	}
	_, rest, _ := bytes.Cut(data, []byte(") "))
	fields := bytes.Fields(rest)
	const user, kernel = 11, 12 // counted from the field after the name
	if len(fields) <= kernel {
		return 0, fmt.Errorf("failed to read the CPU time of process %d", pid)
	}
	u, err := strconv.Atoi(string(fields[user]))
	if err != nil {
		return 0, err
	}
	k, err := strconv.Atoi(string(fields[kernel]))
	return u + k, err
}

// mostMemory is the peak memory of an ended process, in MiB.
func mostMemory(ended *os.ProcessState) float64 {
	usage, ok := ended.SysUsage().(*syscall.Rusage)
	if !ok {
		return 0
	}
	return float64(usage.Maxrss) / 1024
}
