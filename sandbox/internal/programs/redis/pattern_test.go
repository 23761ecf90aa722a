package redis

import (
	"slices"
	"testing"

	"github.com/alicebob/miniredis/v2"
	"github.com/gomodule/redigo/redis"
	"github.com/google/go-cmp/cmp"
)

func TestTame(t *testing.T) {
	for _, tt := range []struct{ words, want []string }{
		{[]string{"KEYS", "a*[bc]?"}, []string{"KEYS", "a*[bc]?"}},
		{[]string{"keys", "[^"}, []string{"keys", "?"}},
		{[]string{"keys", "[z-a]x"}, []string{"keys", "[]x"}},
		{[]string{"scan", "0", "MATCH", "[^]", "count", "9"}, []string{"scan", "0", "MATCH", "?", "count", "9"}},
		{[]string{"get", "[^"}, []string{"get", "[^"}},
		{[]string{"keys"}, []string{"keys"}},
		{[]string{"scan", "0", "match"}, []string{"scan", "0", "match"}},
		{[]string{"keys", `\\E(`}, []string{"keys", `[\\]E(`}},
	} {
		if diff := cmp.Diff(tt.want, tame(tt.words)); diff != "" {
			t.Error(diff)
		}
	}
}

// FuzzPattern gives the store patterns that it panics for when they are not tame.
func FuzzPattern(f *testing.F) {
	for _, glob := range []string{"*", "[^", "[^]", "[z-a]", `[\`, `\`, `\\E(`, `[a\E]`, "[[:x:]]", "[]]", "[\xff-a]"} {
		f.Add(glob)
	}
	store := miniredis.RunT(f)
	if err := store.Set("key", "value"); err != nil {
		f.Fatal(err)
	}
	c, err := redis.Dial("tcp", store.Addr())
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, glob string) {
		words := tame([]string{"keys", glob})
		if _, err := redis.Strings(c.Do("KEYS", words[1])); err != nil {
			t.Errorf("%q: %v", words[1], err)
		}
		if keys, err := redis.Strings(c.Do("KEYS", "*")); err != nil || !slices.Equal(keys, []string{"key"}) {
			t.Errorf("%q, %v", keys, err)
		}
	})
}
