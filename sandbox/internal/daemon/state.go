package daemon

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"

	etcdversion "go.etcd.io/etcd/api/v3/version"
	"k8s.io/apimachinery/pkg/util/version"

	"github.com/kubectl-learn/kubectl-learn/internal/atomicfile"
	"github.com/kubectl-learn/kubectl-learn/pkg/lang"
	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/controlplane"
)

// stateFormat is the version of the state folder's layout. It changes when
// older programs can no longer use the folder.
const stateFormat = 1

// state is state.json: the versions that last opened the objects in etcd/.
type state struct {
	Format     int    `json:"format"`
	Kubernetes string `json:"kubernetes"`
	Etcd       string `json:"etcd"`
}

func ownState() state {
	return state{Format: stateFormat, Kubernetes: controlplane.Version, Etcd: etcdversion.Version}
}

// openState fails if this program must not touch the folder, and otherwise
// records that it has opened it.
func (f Folder) openState() error {
	own := ownState()
	data, err := os.ReadFile(f.file("state.json"))
	switch {
	case errors.Is(err, fs.ErrNotExist): // new, or from the first version, which did not write it
	case err != nil:
		return errorf(err, "failed to read the version of the sandbox's state", "无法读取沙箱状态的版本")
	default:
		var old state
		if err := json.Unmarshal(data, &old); err != nil {
			return damaged(f.path, fmt.Errorf("state.json: %w", err))
		}
		if err := own.follows(old); err != nil {
			return err
		}
	}
	data, err = json.MarshalIndent(own, "", "  ")
	if err != nil {
		return err
	}
	return atomicfile.Write(f.file("state.json"), append(data, '\n'))
}

// follows fails if a program of this version must not open what the other
// version wrote. Kubernetes and etcd can both open data of the same minor
// version or the one before.
func (s state) follows(old state) error {
	if old.Format > s.Format {
		return tooNew(fmt.Sprint("format ", old.Format), fmt.Sprint("format ", s.Format))
	}
	for _, part := range []struct{ name, old, own string }{
		{"Kubernetes", old.Kubernetes, s.Kubernetes}, {"etcd", old.Etcd, s.Etcd},
	} {
		was, err := version.ParseGeneric(part.old)
		if err != nil {
			return damaged("state.json", err)
		}
		is := version.MustParseGeneric(part.own)
		before, after := fmt.Sprintf("%s %d.%d", part.name, was.Major(), was.Minor()), fmt.Sprintf("%s %d.%d", part.name, is.Major(), is.Minor())
		switch {
		case was.Major() != is.Major() || was.Minor() > is.Minor():
			return tooNew(before, after)
		case was.Minor()+1 < is.Minor():
			return tooOld(before, after, fmt.Sprintf("%s %d.%d", part.name, was.Major(), was.Minor()+1))
		}
	}
	return nil
}

func tooNew(was, is string) error {
	return &HintError{
		What: lang.Messagef("a newer version of this program, with %s, wrote the sandbox's saved objects; this version has %s", "沙箱保存的对象由更新版本的程序写入（%s）；本程序是 %s", was, is),
		Hints: []lang.Message{
			lang.Messagef("use the newer program again; you won't lose anything", "重新使用那个更新的程序，什么都不会丢失"),
			resetInstead(),
		},
	}
}

func tooOld(was, is, between string) error {
	return &HintError{
		What: lang.Messagef("a program with %s wrote the sandbox's saved objects; this program has %s and can't skip versions", "沙箱保存的对象由 %s 写入；本程序是 %s，不能跳过中间的版本", was, is),
		Hints: []lang.Message{
			lang.Messagef("start the sandbox once with a program that has %s, then with this one", "先用带有 %s 的程序启动一次，再用本程序启动", between),
			resetInstead(),
		},
	}
}

func resetInstead() lang.Message {
	return lang.Messagef("or create a new, empty sandbox: %s reset", "或者新建一个空沙箱：%s reset", Program)
}
