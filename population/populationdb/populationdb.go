// Package populationdb keeps the population register in SQLite or PostgreSQL.
//
// It knows tables and statements. It refuses to know what is sealed in them:
// it is handed ciphertext and blind indexes.
package populationdb

import (
	"embed"
	"io/fs"

	"sijil/internal/store"
)

//go:embed migrations/*.sql
var files embed.FS

// Migrations returns the register's set of migrations.
func Migrations() store.Migrations {
	sub, err := fs.Sub(files, "migrations")
	if err != nil {
		panic(err) // the folder is part of the program
	}
	return store.Migrations{Set: "population", Files: sub}
}
