package tools

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/container"
)

func userApplets() map[string]applet {
	return map[string]applet{
		"id":     {run: id, flags: "ugGnr", usage: "[-ugGnr] [USER]", most: 1},
		"groups": {run: groups, usage: "[USER]", most: 1},
		"whoami": {run: whoami, usage: " "},
	}
}

// accounts are the container's own.
func (c *command) accounts() container.Accounts {
	return container.ReadAccounts(func(name string) ([]byte, error) {
		file, err := c.open(name)
		if err != nil {
			return nil, err
		}
		defer func() { _ = file.Close() }() // it was only read
		return c.readAll(file)
	})
}

// userName is a user's name, the number where there is none.
func (c *command) userName(uid int64) string {
	return first(c.accounts().UserName(uid), strconv.FormatInt(uid, 10))
}

func (c *command) groupName(gid int64) string {
	return first(c.accounts().GroupName(gid), strconv.FormatInt(gid, 10))
}

func whoami(c *command) int {
	if len(c.rest) > 0 {
		return c.misuse()
	}
	name := c.accounts().UserName(c.User.UID)
	if name == "" {
		return c.fail("unknown uid %d", c.User.UID)
	}
	c.printf("%s\n", name)
	return 0
}

// whom finds the user that a command is about: who runs it, or who is named.
func (c *command) whom() (user container.User, code int) {
	if user = c.User; len(c.rest) == 0 {
		if len(user.Groups) == 0 {
			user.Groups = []int64{user.GID}
		}
		return user, -1
	}
	accounts := c.accounts()
	uid, ok := accounts.UserID(c.rest[0])
	if !ok {
		return user, c.fail("unknown user %s", c.rest[0])
	}
	user = accounts.User(uid)
	if !slices.Contains(user.Groups, user.GID) {
		user.Groups = append([]int64{user.GID}, user.Groups...)
	}
	return user, -1
}

func id(c *command) int {
	kinds := truth(c.has('u')) + truth(c.has('g')) + truth(c.has('G'))
	if kinds > 1 || kinds == 0 && c.any("nr") {
		return c.misuse()
	}
	user, code := c.whom()
	if code >= 0 {
		return code
	}
	accounts := c.accounts()
	show := func(n int64, name string) string {
		if c.has('n') && name != "" {
			return name
		}
		return strconv.FormatInt(n, 10)
	}
	switch {
	case c.has('u'):
		c.printf("%s\n", show(user.UID, accounts.UserName(user.UID)))
	case c.has('g'):
		c.printf("%s\n", show(user.GID, accounts.GroupName(user.GID)))
	case c.has('G'):
		c.printf("%s\n", join(allGroups(user), " ", func(g int64) string { return show(g, accounts.GroupName(g)) }))
	default:
		c.printf("uid=%s gid=%s", both(user.UID, accounts.UserName(user.UID)), both(user.GID, accounts.GroupName(user.GID)))
		if len(user.Groups) > 0 {
			c.printf(" groups=%s", join(user.Groups, ",", func(g int64) string { return both(g, accounts.GroupName(g)) }))
		}
		c.printf("\n")
	}
	return 0
}

// allGroups are a user's groups, the own one first.
func allGroups(user container.User) []int64 {
	if slices.Contains(user.Groups, user.GID) {
		return user.Groups
	}
	return append([]int64{user.GID}, user.Groups...)
}

func groups(c *command) int {
	c.given['G'], c.given['n'] = []string{""}, []string{""}
	return id(c)
}

func both(n int64, name string) string {
	if name == "" {
		return strconv.FormatInt(n, 10)
	}
	return fmt.Sprintf("%d(%s)", n, name)
}

func join(numbers []int64, between string, show func(int64) string) string {
	out := make([]string, len(numbers))
	for i, n := range numbers {
		out[i] = show(n)
	}
	return strings.Join(out, between)
}
