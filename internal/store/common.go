package store

import (
	"embed"
	"io/fs"
)

//go:embed common/*.sql
var commonFiles embed.FS

// Common returns the set of migrations every store has: the placement
// functions, the outbox, idempotency keys and jobs. Migrate applies it first
// whether it is named or not.
func Common() Migrations {
	files, err := fs.Sub(commonFiles, "common")
	if err != nil {
		panic(err) // the folder is part of the program
	}
	return Migrations{Set: "common", Files: files}
}
