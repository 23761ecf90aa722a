package daemon

import (
	"github.com/kubectl-learn/kubectl-learn/pkg/lang"
	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/freespace"
)

// free returns how many bytes are left on the sandbox's disk; ok is false if
// the system does not say.
func (f Folder) free() (left int64, ok bool) {
	left, err := freespace.Of(f.path)
	return left, err == nil
}

// hasRoom fails when there is too little room to start. A new sandbox needs some
// at once, and pods need some next.
func (f Folder) hasRoom() error {
	needed := int64(freespace.ForCluster)
	if !f.HasState() {
		needed = freespace.ForPods
	}
	left, ok := f.free()
	if !ok || left >= needed {
		return nil
	}
	return &HintError{
		What: lang.Messagef("the disk that holds %s is full: %d MiB left, but the sandbox needs %d MiB", "%s 所在的磁盘已满：只剩 %d MiB，而沙箱需要 %d MiB",
			f.path, left>>20, needed>>20),
		Hints: []lang.Message{lang.Messagef("free some space, then run %s up again; you won't lose anything", "腾出一些空间，再运行 %s up；什么都不会丢失", lang.Same(Program))},
	}
}
