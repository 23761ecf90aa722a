package container

import (
	"io/fs"
	"slices"
	"strconv"
	"strings"
)

// Accounts is the content of /etc/passwd and /etc/group.
type Accounts struct {
	users  []account
	groups []account
}

// account is a line of either file: for a group, members are its users.
type account struct {
	name    string
	id, gid int64
	home    string
	members []string
}

// ReadAccounts reads the two files; a missing one counts as empty.
func ReadAccounts(read func(name string) ([]byte, error)) Accounts {
	var a Accounts
	for _, f := range lines(read, "/etc/passwd", 6) {
		gid, _ := strconv.ParseInt(f[3], 10, 64)
		a.users = append(a.users, account{name: f[0], id: number(f[2]), gid: gid, home: f[5]})
	}
	for _, f := range lines(read, "/etc/group", 4) {
		a.groups = append(a.groups, account{name: f[0], id: number(f[2]), members: strings.Split(f[3], ",")})
	}
	return a
}

// Accounts are those of the image.
func (i *Image) Accounts() Accounts {
	return ReadAccounts(func(name string) ([]byte, error) {
		if i.Root == nil {
			return nil, fs.ErrNotExist
		}
		return fs.ReadFile(i.Root, name[1:])
	})
}

func lines(read func(string) ([]byte, error), name string, fields int) (out [][]string) {
	text, err := read(name)
	if err != nil {
		return nil
	}
	for line := range strings.Lines(string(text)) {
		if f := strings.Split(strings.TrimSpace(line), ":"); len(f) >= fields {
			out = append(out, f)
		}
	}
	return out
}

// number returns -1 if the text is not a number.
func number(text string) int64 {
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return -1
	}
	return n
}

// User returns the user for a user ID, with the groups from the files; group 0
// if the ID is unknown.
func (a Accounts) User(uid int64) User {
	u := User{UID: uid}
	i := slices.IndexFunc(a.users, func(u account) bool { return u.id == uid })
	if i < 0 {
		return u
	}
	u.GID = a.users[i].gid
	for _, g := range a.groups {
		if slices.Contains(g.members, a.users[i].name) {
			u.Groups = append(u.Groups, g.id)
		}
	}
	return u
}

// Home is a user's home folder, "" if there is none.
func (a Accounts) Home(uid int64) string {
	for _, u := range a.users {
		if u.id == uid {
			return u.home
		}
	}
	return ""
}

// UserName is a user's name, "" if there is none.
func (a Accounts) UserName(uid int64) string { return name(a.users, uid) }

// GroupName is a group's name, "" if there is none.
func (a Accounts) GroupName(gid int64) string { return name(a.groups, gid) }

// UserID is the number of a user's name.
func (a Accounts) UserID(name string) (int64, bool) { return id(a.users, name) }

// GroupID is the number of a group's name.
func (a Accounts) GroupID(name string) (int64, bool) { return id(a.groups, name) }

func id(all []account, name string) (int64, bool) {
	for _, a := range all {
		if a.name == name {
			return a.id, true
		}
	}
	return 0, false
}

func name(all []account, id int64) string {
	for _, a := range all {
		if a.id == id {
			return a.name
		}
	}
	return ""
}
