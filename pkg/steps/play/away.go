package play

import (
	"context"
	"regexp"
	"time"

	"github.com/kubectl-learn/kubectl-learn/pkg/lang"
)

// isBack reports whether a command that failed is worth another try, as the cluster
// was away: it is asked itself, and what the command said counts only where the
// cluster has come back before the question.
func (p *Player) isBack(ctx context.Context, said string, end time.Time) (bool, error) {
	if p.Reach == nil {
		return false, nil
	}
	if p.Reach(ctx) == nil {
		if p.Patience == 0 || !cutOff(said) || time.Now().After(end) {
			return false, ctx.Err()
		}
		return true, pause(ctx, retryTime)
	}
	if back, err := p.revive(ctx); back || err != nil {
		return back, err
	}
	if p.Patience == 0 {
		p.Screen.Note(lang.Messagef("The cluster isn't responding.", "集群没有应答。"))
		return false, nil
	}
	p.Screen.Note(lang.Messagef("The cluster isn't responding. The command runs again as soon as it does.", "集群没有应答。等它恢复应答，就会重新运行这条命令。"))
	for time.Now().Before(end) {
		if err := pause(ctx, retryTime); err != nil {
			return false, err
		}
		if p.Reach(ctx) == nil {
			return true, nil
		}
	}
	return false, ctx.Err()
}

// revive starts the cluster again where it does not answer and the lesson can. It
// says so.
func (p *Player) revive(ctx context.Context) (bool, error) {
	if p.Revive == nil || p.Reach == nil || p.Reach(ctx) == nil || ctx.Err() != nil {
		return false, ctx.Err()
	}
	p.Screen.Note(lang.Messagef("The sandbox has stopped. Starting it again …", "沙箱已停止，正在重新启动……"))
	if err := p.Revive(ctx); err != nil {
		if ctx.Err() == nil {
			p.Screen.Note(lang.Messagef("The sandbox didn't start: %s", "沙箱没有启动成功：%s", lang.Words(err)))
		}
		return false, ctx.Err()
	}
	p.Screen.Note(lang.Messagef("The sandbox is running again, with everything in it. The lesson goes on.", "沙箱已重新运行，里面的东西都还在。课程继续。"))
	return true, nil
}

// noAnswer is what kubectl says when it has no answer from the API server. A refused
// connection that a command of the lesson is about reads otherwise.
var noAnswer = regexp.MustCompile(`(?m)^(?:error: )?(?:The connection to the server .* was refused|Unable to connect to the server: |Error from server \((?:ServiceUnavailable|Timeout|TooManyRequests)\)|Get "https?://[^"]+": |.*etcdserver: )`)

// cutOff reports that a command says that it had no answer.
func cutOff(said string) bool { return noAnswer.MatchString(said) }

func pause(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
