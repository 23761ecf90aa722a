package nginx

import (
	"strconv"
	"strings"
	"time"
)

// size reads "8k", "1m", "2g" or bytes.
func size(text string) (int64, bool) {
	unit := int64(1)
	for suffix, bytes := range map[string]int64{"k": 1 << 10, "m": 1 << 20, "g": 1 << 30} {
		if number, ok := strings.CutSuffix(strings.ToLower(text), suffix); ok {
			text, unit = number, bytes
			break
		}
	}
	n, err := strconv.ParseUint(text, 10, 31)
	return int64(n) * unit, err == nil
}

// duration reads "30", "30s", "1m", "500ms" or several of them together, as "1m30s".
func duration(text string) (time.Duration, bool) {
	if n, err := strconv.ParseUint(text, 10, 31); err == nil {
		return time.Duration(n) * time.Second, true
	}
	units := map[string]time.Duration{
		"ms": time.Millisecond, "s": time.Second, "m": time.Minute, "h": time.Hour, "d": 24 * time.Hour,
		"w": 7 * 24 * time.Hour, "M": 30 * 24 * time.Hour, "y": 365 * 24 * time.Hour,
	}
	var total time.Duration
	for text != "" {
		digits := len(text) - len(strings.TrimLeft(text, "0123456789"))
		n, err := strconv.ParseUint(text[:digits], 10, 31)
		if err != nil {
			return 0, false
		}
		text = text[digits:]
		name := text[:len(text)-len(strings.TrimLeft(text, "smhdwMy"))]
		if !strings.HasPrefix(text, "ms") && name != "" {
			name = name[:1]
		}
		unit, ok := units[name]
		if !ok {
			return 0, false
		}
		total += time.Duration(n) * unit
		text = text[len(name):]
	}
	return total, true
}
