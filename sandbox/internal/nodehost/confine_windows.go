package nodehost

import (
	"unsafe"

	"golang.org/x/sys/windows"
)

// limitMemory puts the process into a job object with that limit.
func limitMemory(limit int64) bool {
	job, err := windows.CreateJobObject(nil, nil)
	if err != nil {
		return false
	}
	var info windows.JOBOBJECT_EXTENDED_LIMIT_INFORMATION
	info.BasicLimitInformation.LimitFlags = windows.JOB_OBJECT_LIMIT_PROCESS_MEMORY
	info.ProcessMemoryLimit = uintptr(limit)
	_, err = windows.SetInformationJobObject(job, windows.JobObjectExtendedLimitInformation,
		uintptr(unsafe.Pointer(&info)), uint32(unsafe.Sizeof(info)))
	return err == nil && windows.AssignProcessToJobObject(job, windows.CurrentProcess()) == nil
}

// lowerPriority gives the control plane precedence.
func lowerPriority() {
	_ = windows.SetPriorityClass(windows.CurrentProcess(), windows.BELOW_NORMAL_PRIORITY_CLASS)
}

// restrict is not available on this system.
func restrict(boot) (files, network bool, err error) { return false, false, nil }
