package redis

import (
	"crypto/rand"
	"crypto/subtle"
	"encoding/hex"
	"slices"
	"strings"
)

func auth(c *session, args []string) {
	user, password := "default", args[len(args)-1]
	if len(args) == 2 {
		user = args[0]
	}
	switch want := c.server.settings.get("requirepass"); {
	case len(args) > 2:
		c.peer.WriteError(syntaxFault)
	case len(args) == 1 && want == "":
		c.peer.WriteError("ERR AUTH <password> called without any password configured for the default user. Are you sure your configuration is correct?")
	case user == "default" && subtle.ConstantTimeCompare([]byte(password), []byte(want)) == 1, user == "default" && want == "":
		c.authorized = true
		c.peer.WriteOK()
	default:
		c.peer.WriteError("WRONGPASS invalid username-password pair or user is disabled.")
	}
}

func acl(c *session, args []string) {
	switch sub := strings.ToLower(args[0]); sub {
	case "whoami":
		c.peer.WriteBulk("default")
	case "users":
		c.peer.WriteStrings([]string{"default"})
	case "list":
		c.peer.WriteStrings([]string{"user default on " + c.server.password() + " ~* &* +@all"})
	case "cat":
		aclCat(c, args[1:])
	case "getuser":
		c.aclUser(args[1])
	case "deluser":
		if slices.Contains(args[1:], "default") {
			c.peer.WriteError("ERR The 'default' user cannot be removed")
			return
		}
		c.peer.WriteInt(0)
	case "genpass":
		var bytes [32]byte
		_, _ = rand.Read(bytes[:]) // it never fails
		c.peer.WriteBulk(hex.EncodeToString(bytes[:]))
	case "log":
		c.peer.WriteLen(0)
	case "dryrun":
		c.dryRun(args[1], args[2:])
	default:
		c.peer.WriteError(unsupported("acl " + sub))
	}
}

// dryRun reports whether a user may run a command: the only user may run all.
func (c *session) dryRun(user string, words []string) {
	_, refusal := c.server.commands.find(words)
	switch {
	case user != "default":
		c.peer.WriteError("ERR User '" + user + "' not found")
	case strings.HasPrefix(refusal, "ERR unknown command"):
		c.peer.WriteError("ERR Command '" + words[0] + "' not found")
	case refusal != "":
		c.peer.WriteError(refusal)
	default:
		c.peer.WriteOK()
	}
}

// aclUser describes the only user.
func (c *session) aclUser(name string) {
	if name != "default" {
		c.peer.WriteNull()
		return
	}
	flags, passwords := []string{"on"}, []string{}
	if password := c.server.password(); password == "nopass" {
		flags = append(flags, password)
	} else {
		passwords = append(passwords, password[1:])
	}
	c.peer.WriteMapLen(6)
	c.peer.WriteBulk("flags")
	c.peer.WriteStrings(flags)
	c.peer.WriteBulk("passwords")
	c.peer.WriteStrings(passwords)
	for _, word := range []string{"commands", "+@all", "keys", "~*", "channels", "&*", "selectors"} {
		c.peer.WriteBulk(word)
	}
	c.peer.WriteLen(0)
}

func aclCat(c *session, args []string) {
	all := strings.Fields("keyspace read write set sortedset list hash string bitmap hyperloglog geo stream pubsub admin fast slow blocking dangerous connection transaction scripting")
	switch {
	case len(args) == 0:
		c.peer.WriteStrings(all)
	case len(args) > 1:
		c.peer.WriteError("ERR unknown subcommand or wrong number of arguments for 'CAT'. Try ACL HELP.")
	case !slices.Contains(all, strings.ToLower(args[0])):
		c.peer.WriteError("ERR Unknown category '" + args[0] + "'")
	default:
		var names []string
		for name, command := range c.server.commands {
			if slices.Contains(command.categories, strings.ToLower(args[0])) {
				names = append(names, name)
			}
		}
		slices.Sort(names)
		c.peer.WriteStrings(names)
	}
}
