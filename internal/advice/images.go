package advice

import (
	"errors"
	"strings"

	"github.com/kubectl-learn/kubectl-learn/internal/imageload"
	"github.com/kubectl-learn/kubectl-learn/pkg/lang"
)

func explainImages(err error) *Error {
	if e, ok := errors.AsType[*imageload.NoArchiveError](err); ok {
		return &Error{
			What: lang.Messagef("can't find the image archive; looked for %s", "找不到镜像归档文件；已查找 %s", strings.Join(e.Looked, ", ")),
			Hints: []lang.Message{
				lang.Messagef("in the source tree, build it: make images", "在源码目录里生成它：make images"),
				lang.Messagef("or say where it is: --from FILE", "或者指明它在哪里：--from 文件"),
			},
		}
	}
	if e, ok := errors.AsType[*imageload.NotArchiveError](err); ok {
		return &Error{
			What:  lang.Messagef("%s is not an image archive: %v", "%s 不是镜像归档文件：%v", e.File, Words(e.Err)),
			Hints: []lang.Message{lang.Messagef("build it again: make images", "重新生成它：make images")},
		}
	}
	return nil
}
