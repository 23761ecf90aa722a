package nginx

import "errors"

// Faults of an address, in nginx's words.
var (
	errPort = errors.New("invalid port")
	errHost = errors.New("no host")
)
