// Package strict reads the YAML that people write by hand for this program: check
// files, front matter, catalogs and quizzes. A file is one document, a key is known
// and given once, and each fault names its line and what to do about it.
//
// Anchors, aliases and merge keys (<<) are written out before anything else sees
// the document, up to a limit, so that a few lines cannot become gigabytes.
package strict
