package webapp

import (
	"fmt"
	"strconv"
	"time"

	"github.com/kubectl-learn/kubectl-learn/images/service"
)

// settings are what the version and the environment say.
type settings struct {
	// startup goes by before the program listens, and lifetime before it fails;
	// 0 is not at all.
	startup, lifetime time.Duration
	// hang makes it fail by silence instead of an exit.
	hang bool
}

func read(w service.World) (settings, error) {
	var s settings
	var err error
	if service.AtLeast(w.Version(), 3) {
		if s.startup, err = seconds(w, "STARTUP_SECONDS"); err != nil {
			return s, err
		}
	}
	if !service.AtLeast(w.Version(), 4) {
		return s, nil
	}
	if s.lifetime, err = seconds(w, "LIFETIME_SECONDS"); err != nil {
		return s, err
	}
	switch how := w.Getenv("FAILURE", "exit"); how {
	case "exit":
	case "hang":
		s.hang = true
	default:
		return s, fmt.Errorf("FAILURE is %q; it can be exit or hang", how)
	}
	return s, nil
}

// seconds reads a time, a minute where none is given.
func seconds(w service.World, name string) (time.Duration, error) {
	text := w.Getenv(name, "60")
	n, err := strconv.ParseFloat(text, 64)
	if err != nil || !(n >= 0 && n <= 86400) {
		return 0, fmt.Errorf("%s is %q; it must be a number of seconds, at most 86400", name, text)
	}
	return time.Duration(n * float64(time.Second)), nil
}
