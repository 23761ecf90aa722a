package daemon

import (
	"context"
	"errors"
	"net"
	"os"
	"strconv"

	"github.com/kubectl-learn/kubectl-learn/pkg/lang"
)

// firstPort is tried before any other, so that most sandboxes have the same.
const firstPort = 16443

// listen opens the API server's port on 127.0.0.1: wanted, when it is not 0;
// else the stored port of earlier starts; else the usual or any free one. It
// returns the stored port when that had to be given up, else 0.
func listen(ctx context.Context, wanted, stored int) (l net.Listener, lost int, err error) {
	if wanted != 0 {
		l, err = listenOn(ctx, wanted)
		return l, 0, explain(wanted, err)
	}
	if stored != 0 {
		if l, err = listenOn(ctx, stored); err == nil {
			return l, 0, nil
		}
		lost = stored
	} else if l, err = listenOn(ctx, firstPort); err == nil {
		return l, 0, nil
	}
	l, err = listenOn(ctx, 0)
	return l, lost, explain(0, err)
}

func listenOn(ctx context.Context, port int) (net.Listener, error) {
	var config net.ListenConfig
	return config.Listen(ctx, "tcp4", net.JoinHostPort("127.0.0.1", strconv.Itoa(port)))
}

func explain(port int, err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, errAddressInUse):
		return &HintError{
			What:  lang.Messagef("port %d on 127.0.0.1 is in use by another program", "127.0.0.1 的端口 %d 正被另一个程序占用", port),
			Hints: []lang.Message{lang.Messagef("leave out --port to use a free port", "不写 --port，就会自动选一个空闲端口")},
			Err:   err,
		}
	case errors.Is(err, os.ErrPermission):
		failed := errorf(err, "no permission to use port %d on 127.0.0.1", "没有权限使用 127.0.0.1 的端口 %d", port)
		failed.Hints = []lang.Message{lang.Messagef("choose a port above 1023, or leave out --port", "选一个大于 1023 的端口，或者不写 --port")}
		return failed
	}
	return errorf(err, "failed to listen on port %d of 127.0.0.1", "无法监听 127.0.0.1 的端口 %d", port)
}

// portOf is the port that a TCP listener has.
func portOf(l net.Listener) int {
	if a, ok := l.Addr().(*net.TCPAddr); ok {
		return a.Port
	}
	return 0
}
