package lang

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
)

func TestWords(t *testing.T) {
	_, missing := os.Open(filepath.Join(t.TempDir(), "gone"))
	file := missing.(*fs.PathError).Path //nolint:errorlint,forcetypeassert // what os.Open gives
	read := Errorf("failed to read the checks: %w", "无法读取检查：%w", missing)
	for name, tt := range map[string]struct {
		err    error
		en, zh string
	}{
		"nothing":        {nil, "", ""},
		"of the system":  {missing, "open " + file + ": no such file or directory", file + "：没有这个文件或文件夹"},
		"ours":           {read, "failed to read the checks: open " + file + ": no such file or directory", "无法读取检查：" + file + "：没有这个文件或文件夹"},
		"ours in theirs": {fmt.Errorf("x: %w", read), "x: " + read.Error(), "x: 无法读取检查：" + file + "：没有这个文件或文件夹"},
		"joined":         {errors.Join(Errorf("a", "甲"), fmt.Errorf("b: %w", Errorf("c", "丙"))), "a\nb: c", "甲\nb: 丙"},
		"a stranger's":   {errors.New("odd"), "odd", "odd"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := Words(tt.err); got.EN != tt.en || got.ZH != tt.zh {
				t.Errorf("%+v, want %q and %q", got, tt.en, tt.zh)
			}
		})
	}
	if !errors.Is(read, fs.ErrNotExist) {
		t.Error("the cause is lost")
	}
}
