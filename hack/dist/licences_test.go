package main

import (
	"path/filepath"
	"strings"
	"testing"
)

// TestLicencesMayBePassedOn checks every module of both programs, on each system.
func TestLicencesMayBePassedOn(t *testing.T) {
	repo, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	platforms, err := parsePlatforms("linux/amd64,darwin/arm64,windows/amd64")
	if err != nil {
		t.Fatal(err)
	}
	modules, err := modulesOf(t.Context(), options{repo: repo, platforms: platforms})
	if err != nil {
		t.Fatal(err)
	}
	if len(modules) < 100 {
		t.Errorf("only %d modules were found", len(modules))
	}
	if err := checkLicences(modules); err != nil {
		t.Error(err)
	}
}

const isc = `Permission to use, copy, modify, and/or distribute this software for any
purpose with or without fee is hereby granted, provided that the above
copyright notice and this permission notice appear in all copies.

THE SOFTWARE IS PROVIDED "AS IS" AND THE AUTHOR DISCLAIMS ALL WARRANTIES WITH
REGARD TO THIS SOFTWARE INCLUDING ALL IMPLIED WARRANTIES OF MERCHANTABILITY
AND FITNESS. IN NO EVENT SHALL THE AUTHOR BE LIABLE FOR ANY SPECIAL, DIRECT,
INDIRECT, OR CONSEQUENTIAL DAMAGES OR ANY DAMAGES WHATSOEVER RESULTING FROM LOSS
OF USE, DATA OR PROFITS, WHETHER IN AN ACTION OF CONTRACT, NEGLIGENCE OR OTHER
TORTIOUS ACTION, ARISING OUT OF OR IN CONNECTION WITH THE USE OR PERFORMANCE OF
THIS SOFTWARE.
`

// agpl is the part of the AGPL's notice that identifies it.
const agpl = `This program is free software: you can redistribute it and/or modify it under
the terms of the GNU Affero General Public License as published by the Free
Software Foundation, either version 3 of the License, or (at your option) any
later version.

This program is distributed in the hope that it will be useful, but WITHOUT ANY
WARRANTY; without even the implied warranty of MERCHANTABILITY or FITNESS FOR A
PARTICULAR PURPOSE. See the GNU Affero General Public License for more details.

You should have received a copy of the GNU Affero General Public License along
with this program. If not, see <https://www.gnu.org/licenses/>.
`

func TestCheckLicences(t *testing.T) {
	for name, tt := range map[string]struct {
		texts []text
		fault string
	}{
		"allowed":          {[]text{{"LICENSE", isc}}, ""},
		"none":             {nil, "no licence was recognised"},
		"somebody's own":   {[]text{{"LICENSE", "You may use this on Mondays."}}, "no licence was recognised"},
		"not allowed":      {[]text{{"COPYING", agpl}}, "licence AGPL-3.0"},
		"one of two isn't": {[]text{{"LICENSE", isc}, {"sub/COPYING", agpl}}, "licence AGPL-3.0"},
	} {
		err := checkLicences([]module{{path: "example.com/a", version: "v1.0.0", texts: tt.texts, licences: licencesIn(tt.texts)}})
		if err == nil && tt.fault != "" || err != nil && (tt.fault == "" || !strings.Contains(err.Error(), tt.fault)) {
			t.Errorf("%s: %v, want %q", name, err, tt.fault)
		}
	}
}
