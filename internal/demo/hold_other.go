//go:build !unix

package demo

import "os"

// hold trusts people where the system has no locks of files.
func hold(*os.File) error { return nil }
