package container

import "testing"

func TestPrivileges(t *testing.T) {
	for name, test := range map[string]struct {
		p           Privileges
		root, bound Capabilities
	}{
		"the runtime's own":     {Privileges{}, 0xa80425fb, 0xa80425fb},
		"none":                  {Privileges{Drop: NamedCapabilities("ALL")}, 0, 0},
		"one alone":             {Privileges{Drop: NamedCapabilities("all"), Add: NamedCapabilities("net_bind_service")}, 1 << 10, 1 << 10},
		"one more":              {Privileges{Add: NamedCapabilities("NET_ADMIN")}, 0xa80435fb, 0xa80435fb},
		"one less":              {Privileges{Drop: NamedCapabilities("CHOWN")}, 0xa80425fa, 0xa80425fa},
		"unknown names":         {Privileges{Add: NamedCapabilities("CAP_NET_ADMIN", "FLY")}, 0xa80425fb, 0xa80425fb},
		"all":                   {Privileges{Add: NamedCapabilities("ALL")}, 0x1ffffffffff, 0x1ffffffffff},
		"all, and all of it no": {Privileges{Add: AllCapabilities, Drop: AllCapabilities}, 0, 0},
	} {
		t.Run(name, func(t *testing.T) {
			if got := test.p.of(User{}); got != test.root {
				t.Errorf("root has %x, want %x", got, test.root)
			}
			if got := test.p.of(User{UID: 1000}); got != 0 {
				t.Errorf("another user has %x", got)
			}
			if got := test.p.bounding(); got != test.bound {
				t.Errorf("bounded by %x, want %x", got, test.bound)
			}
		})
	}
}
