package main

import (
	"fmt"
	"io"
	"regexp"
	"strings"

	spdxjson "github.com/spdx/tools-golang/json"
	"github.com/spdx/tools-golang/spdx"
	"github.com/spdx/tools-golang/spdx/v2/common"
)

// writeSBOM lists what the programs are built from, in SPDX 2.3.
func writeSBOM(o options, modules []module) (artifact, error) {
	const root = "kubectl-learn"
	doc := spdx.Document{
		SPDXVersion: spdx.Version, DataLicense: spdx.DataLicense, SPDXIdentifier: "DOCUMENT",
		DocumentName:      root + "-" + o.version,
		DocumentNamespace: "https://" + ours + "/releases/" + o.version + "/spdx",
		CreationInfo: &spdx.CreationInfo{
			Created:  o.changed.Format("2006-01-02T15:04:05Z"),
			Creators: []common.Creator{{CreatorType: "Tool", Creator: "kubectl-learn-dist"}},
		},
		Packages: []*spdx.Package{spdxPackage(root, ours, o.version, []string{"Apache-2.0"})},
	}
	relate := func(from, to common.ElementID, how string) {
		doc.Relationships = append(doc.Relationships, &spdx.Relationship{
			RefA: common.DocElementID{ElementRefID: from}, RefB: common.DocElementID{ElementRefID: to}, Relationship: how,
		})
	}
	relate("DOCUMENT", doc.Packages[0].PackageSPDXIdentifier, common.TypeRelationshipDescribe)
	for _, m := range modules {
		pkg := spdxPackage(m.path, m.path, m.version, m.licences)
		doc.Packages = append(doc.Packages, pkg)
		relate(doc.Packages[0].PackageSPDXIdentifier, pkg.PackageSPDXIdentifier, common.TypeRelationshipDependsOn)
	}
	return create(o, fmt.Sprintf("kubectl-learn_%s.spdx.json", o.version), platform{}, func(w io.Writer) error {
		return spdxjson.Write(&doc, w, spdxjson.Indent(" "))
	})
}

// unnamed are the characters that an SPDX identifier may not have.
var unnamed = regexp.MustCompile(`[^A-Za-z0-9.-]+`)

func spdxPackage(name, path, version string, licences []string) *spdx.Package {
	declared := "NOASSERTION"
	if len(licences) > 0 {
		declared = strings.Join(licences, " AND ")
	}
	return &spdx.Package{
		PackageName: name, PackageVersion: version,
		PackageSPDXIdentifier:   common.ElementID("Package-" + unnamed.ReplaceAllString(path, "-")),
		PackageDownloadLocation: "NOASSERTION",
		PackageLicenseDeclared:  declared, PackageLicenseConcluded: "NOASSERTION", PackageCopyrightText: "NOASSERTION",
		PackageExternalReferences: []*spdx.PackageExternalReference{{
			Category: common.CategoryPackageManager, RefType: common.TypePackageManagerPURL, Locator: "pkg:golang/" + path + "@" + version,
		}},
	}
}
